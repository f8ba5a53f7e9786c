using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Docker;
using HostingPanel.Integration.Tests.Sites;
using Npgsql;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>The panel's own PostgreSQL where it is in the real thing: on the private network of an installation.</summary>
internal sealed class PanelServer : IDisposable
{
    public const string Alias = "postgres";
    private readonly TestInstallation _installation;
    private readonly DirectoryInfo _secrets = Directory.CreateTempSubdirectory("hpt-");
    private readonly string _password = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly int _port = FreePort();

    private PanelServer(TestInstallation installation) => _installation = installation;

    public string Network => $"{_installation.Name}-private";

    private string Volume => $"{_installation.Name}-postgres";

    private IReadOnlyDictionary<string, string> Labels =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = _installation.Name };

    /// <summary>Starts it and waits until it answers. It goes with the installation.</summary>
    public static async Task<PanelServer> StartAsync(TestInstallation installation)
    {
        var token = TestContext.Current.CancellationToken;
        var server = new PanelServer(installation);
        server._secrets.UnixFileMode = (UnixFileMode)0b111_101_101;
        await File.WriteAllTextAsync(Path.Combine(server._secrets.FullName, "postgres-password"), server._password, token);
        await installation.Docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = server.Network,
                Driver = "overlay",
                Labels = server.Labels,
            },
            token
        );
        await installation.Docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = server.Volume, Labels = server.Labels }, token);
        await installation.Docker.Services.CreateAsync(server.Spec(), token);
        await DockerEngineFixture.EventuallyAsync(
            "The panel's PostgreSQL",
            async asked => await server.AnswersAsync(asked) ? server : null,
            token
        );
        return server;
    }

    /// <summary>For Npgsql, from this process.</summary>
    public string For(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = _port,
            Username = "hostingpanel",
            Password = _password,
            Database = database,
            Timeout = 5,
            Pooling = false,
        }.ConnectionString;

    /// <summary>Runs a statement; gives the first thing it says.</summary>
    public async Task<object?> AskAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(For(database));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Runs a script beside the volume <c>/recovery</c>, on a network or, where that is null, on none of the test's.</summary>
    public async Task<ToolRun> RunAsync(string image, string volume, string? network, string script, params string[] arguments)
    {
        var token = TestContext.Current.CancellationToken;
        var docker = _installation.Docker;
        var created = await docker.Services.CreateAsync(
            new ServiceSpec
            {
                Name = $"{_installation.Name}-run-{RandomNumberGenerator.GetHexString(6, lowercase: true)}",
                Labels = Labels,
                Mode = ServiceMode.JobOnce(),
                EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec
                    {
                        Image = image,
                        Labels = Labels,
                        User = "0:0",
                        Args = ["bash", "-euc", script, "run", .. arguments],
                        Env = [$"PGPASSWORD={_password}"],
                        Mounts =
                        [
                            new Mount
                            {
                                Type = MountType.Volume,
                                Source = volume,
                                Target = "/recovery",
                                VolumeOptions = new VolumeOptions { NoCopy = true },
                            },
                            new Mount
                            {
                                Type = MountType.Volume,
                                Source = $"{_installation.Name}-backups",
                                Target = "/target",
                                VolumeOptions = new VolumeOptions { NoCopy = true },
                            },
                        ],
                    },
                    RestartPolicy = new RestartPolicy { Condition = RestartCondition.None },
                    Networks = network is null ? [] : [new NetworkAttachmentConfig { Target = network }],
                },
            },
            token
        );
        var ended = await DockerEngineFixture.EventuallyAsync(
            "The end of the job",
            async asked =>
                (await docker.Tasks.ListAsync(Filters.Of("service", created.Id), asked)).FirstOrDefault(task =>
                    task.Status.State is TaskState.Complete or TaskState.Failed or TaskState.Rejected
                ),
            token
        );
        var (output, error) = (new List<string>(), new List<string>());
        await foreach (var line in docker.Services.LogsAsync(created.Id, new LogOptions(), token))
        {
            (line.Stream == LogSource.Stderr ? error : output).Add(line.Text);
        }

        return new ToolRun(ended.Status.State == TaskState.Complete ? 0 : 1, output, error);
    }

    public void Dispose() => _secrets.Delete(recursive: true);

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync("hostingpanel", "SELECT 1", cancellationToken) is 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private ServiceSpec Spec() =>
        new()
        {
            Name = $"{_installation.Name}-postgres",
            Labels = Labels,
            Mode = ServiceMode.Replicas(1),
            EndpointSpec = new EndpointSpec
            {
                Mode = EndpointMode.Dnsrr,
                Ports =
                [
                    new EndpointPortConfig
                    {
                        TargetPort = 5432,
                        PublishedPort = _port,
                        PublishMode = PortPublishMode.Host,
                    },
                ],
            },
            TaskTemplate = new TaskSpec
            {
                ContainerSpec = new ContainerSpec
                {
                    Image = _installation.Images["postgres"],
                    Labels = Labels,
                    Args = ["hp-postgres", "-c", "fsync=off", "-c", "synchronous_commit=off"],
                    Mounts =
                    [
                        new Mount
                        {
                            Type = MountType.Bind,
                            Source = _secrets.FullName,
                            Target = "/run/secrets",
                        },
                        // The engine gives a new one the owner that the image has there.
                        new Mount
                        {
                            Type = MountType.Volume,
                            Source = Volume,
                            Target = "/var/lib/postgresql/data",
                        },
                    ],
                },
                Networks = [new NetworkAttachmentConfig { Target = Network, Aliases = [Alias] }],
            },
        };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
