using System.Diagnostics;
using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>
/// What somebody would do who starts the same containers by hand: network, secrets and volumes; the database, wait until it is healthy; the
/// web server, wait; the install script as a job, wait; ask for the page at a port of the node.
/// </summary>
internal sealed class SiteByHand(Installation installation, string name)
{
    public const string Title = "Bench and Friends";
    private readonly DockerClient _docker = installation.Docker;
    private readonly ByHandSpecs _specs = new(installation, name);
    private int _port;

    public static async Task<double> MeasureAsync(Installation installation, CancellationToken cancellationToken)
    {
        var site = New(installation);
        try
        {
            return await site.StartAsync(cancellationToken);
        }
        finally
        {
            await site.RemoveAsync();
        }
    }

    /// <summary>Where it answers.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}/");

    /// <summary>Its web server, as the engine calls the service.</summary>
    public string Web => $"{name}-web";

    /// <summary>Its network.</summary>
    public string Network => name;

    /// <summary>The volume with the site's own files.</summary>
    public string ContentVolume => $"{name}-content";

    /// <summary>A site that stays until <see cref="RemoveAsync"/>.</summary>
    public static SiteByHand New(Installation installation) =>
        new(installation, $"{installation.Name}-hand-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>Starts it, and gives the seconds until it answered.</summary>
    public async Task<double> StartAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await StartDatabaseAsync(cancellationToken);
        await StartWebAsync(cancellationToken);
        await InstallAsync(ByHandSpecs.Environment(_port), cancellationToken);
        return await installation.UntilAnswersAsync(Address, Title, ByHandSpecs.GatewayKey, started, cancellationToken);
    }

    /// <summary>Network, secrets, volumes and the database.</summary>
    public async Task StartDatabaseAsync(CancellationToken cancellationToken)
    {
        await _docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = name,
                Driver = "overlay",
                Labels = _specs.Labels,
            },
            cancellationToken
        );
        foreach (var (secret, value) in ByHandSpecs.Secrets())
        {
            var spec = new SecretSpec
            {
                Name = $"{name}-{secret}",
                Labels = _specs.Labels,
                Data = Encoding.UTF8.GetBytes(value),
            };
            _specs.SecretIds[secret] = await _docker.Secrets.CreateAsync(spec, cancellationToken);
        }

        await MakeVolumeAsync("data", 3306, cancellationToken);
        await MakeVolumeAsync("content", 33, cancellationToken);
        await RunServiceAsync("db", "mariadb", 3306, ["init.sql"], "data", "/var/lib/mysql", [], null, cancellationToken);
    }

    /// <summary>The web server, at a port of its own.</summary>
    public async Task StartWebAsync(CancellationToken cancellationToken)
    {
        _port = FreePort();
        await RunServiceAsync(
            "web",
            "wordpress",
            33,
            ["gateway-key", "db-main-password", "salt"],
            "content",
            "/var/www/html/wp-content",
            ByHandSpecs.Environment(_port),
            _port,
            cancellationToken
        );
    }

    private async Task RunServiceAsync(
        string service,
        string image,
        int user,
        string[] secrets,
        string volume,
        string path,
        string[] environment,
        int? port,
        CancellationToken cancellationToken
    )
    {
        var spec = _specs.Service(service, image, user, secrets, volume, path, environment, command: null) with
        {
            Mode = ServiceMode.Replicas(1),
            EndpointSpec = new EndpointSpec
            {
                Mode = EndpointMode.Dnsrr,
                Ports = port is { } published
                    ?
                    [
                        new EndpointPortConfig
                        {
                            TargetPort = 8080,
                            PublishedPort = published,
                            PublishMode = PortPublishMode.Host,
                        },
                    ]
                    : [],
            },
        };
        await _docker.Services.CreateAsync(spec, cancellationToken);
        await UntilAsync(spec.Name, TaskState.Running, cancellationToken);
    }

    private async Task InstallAsync(string[] environment, CancellationToken cancellationToken)
    {
        string[] secrets = ["gateway-key", "db-main-password", "salt", "admin-link-key"];
        var spec = _specs.Service(
            "install",
            "wordpress",
            33,
            secrets,
            "content",
            "/var/www/html/wp-content",
            environment,
            ["php", "/hp/hooks/install.php"]
        );
        spec = spec with
        {
            Mode = ServiceMode.JobOnce(),
            EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
            TaskTemplate = spec.TaskTemplate with
            {
                RestartPolicy = new RestartPolicy { Condition = RestartCondition.None },
                ContainerSpec = spec.TaskTemplate.ContainerSpec! with { HealthCheck = new HealthConfig { Test = ["NONE"] } },
            },
        };
        await _docker.Services.CreateAsync(spec, cancellationToken);
        await UntilAsync(spec.Name, TaskState.Complete, cancellationToken);
    }

    private async Task MakeVolumeAsync(string volume, int owner, CancellationToken cancellationToken)
    {
        await _docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = $"{name}-{volume}", Labels = _specs.Labels }, cancellationToken);
        var container = await _docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = installation.Images["toolbox"],
                Labels = _specs.Labels,
                HostConfig = new HostConfig { Mounts = [new Mount { Source = $"{name}-{volume}", Target = "/volume" }] },
            },
            cancellationToken
        );
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            var root = new PaxTarEntry(TarEntryType.Directory, "volume/")
            {
                Uid = owner,
                Gid = owner,
                Mode = (UnixFileMode)0b111_101_000,
            };
            await writer.WriteEntryAsync(root, cancellationToken);
        }

        tar.Position = 0;
        await _docker.Containers.PutArchiveAsync(container.Id, "/", tar, cancellationToken);
        await _docker.Containers.RemoveAsync(container.Id, force: true, volumes: false, cancellationToken);
    }

    private async Task UntilAsync(string service, TaskState state, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(3));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var tasks = await _docker.Tasks.ListAsync(Filters.Service(service), bound.Token);
            if (tasks.Any(task => task.Status.State == state))
            {
                return;
            }

            if (tasks.FirstOrDefault(task => task.Status.State is TaskState.Failed or TaskState.Rejected) is { } failed)
            {
                throw new InvalidOperationException($"{service}: {failed.Status.Err}");
            }

            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    /// <summary>Leaves nothing of it.</summary>
    public async Task RemoveAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        foreach (
            var service in (await _docker.Services.ListAsync(Filters.Name(name), status: false, bound.Token)).Select(service => service.Id)
        )
        {
            await _docker.Services.RemoveAsync(service, bound.Token);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await _docker.Containers.ListAsync(all: true, Filters.Name(name), bound.Token) is { Count: > 0 } containers)
        {
            foreach (var ended in containers.Where(container => container.State is not ("running" or "removing")))
            {
                await IgnoringAbsenceAsync(() => _docker.Containers.RemoveAsync(ended.Id, force: true, volumes: false, bound.Token));
            }

            await timer.WaitForNextTickAsync(bound.Token);
        }

        foreach (var secret in _specs.SecretIds.Values)
        {
            await IgnoringAbsenceAsync(() => _docker.Secrets.RemoveAsync(secret, bound.Token));
        }

        await IgnoringAbsenceAsync(() => _docker.Volumes.RemoveAsync($"{name}-data", bound.Token));
        await IgnoringAbsenceAsync(() => _docker.Volumes.RemoveAsync($"{name}-content", bound.Token));
        await IgnoringAbsenceAsync(() => _docker.Networks.RemoveAsync(name, bound.Token));
    }

    private static async Task IgnoringAbsenceAsync(Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (Exception failure) when (failure is DockerNotFoundException or DockerConflictException)
        {
            // The engine was faster; or it is at it, and the scratch installation's own clean-up by label does the rest.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
