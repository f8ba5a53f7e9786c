using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Docker;
using HostingPanel.Integration.Tests.Sites;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Tests of the toolbox's programs; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ToolboxTests : ICollectionFixture<ToolboxFixture>
{
    public const string Name = "Toolbox";
}

/// <summary>
/// The programs of the toolbox's image on this machine's engine, run as the panel's jobs are (no capability but the four, nothing writable but
/// memory and what is mounted), and database servers for them. Directories of this machine stand for volumes and secrets.
/// </summary>
public sealed class ToolboxFixture : IAsyncLifetime
{
    private const string Label = "hpt.run";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly IReadOnlyDictionary<string, string> _images = TestInstallation.BuiltImages();
    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private string? _unusable;
    private int _places;

    /// <summary>The engine.</summary>
    public DockerClient Docker { get; } = new(new DockerClientOptions());

    /// <summary>The network of all containers of this run; nothing in it reaches the outside.</summary>
    public string Network => $"hpt-{_run}-net";

    /// <summary>Goes on everything a test makes.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = _run };

    /// <summary>The image under test.</summary>
    public string Image => _images["toolbox"];

    private Filters Mine => Filters.Label(Label, _run);

    /// <summary>Skips the test when this machine can't run it.</summary>
    public void Require()
    {
        if (_unusable is not null)
        {
            Assert.Skip(_unusable);
        }
    }

    /// <summary>A new, empty directory, which everybody may enter.</summary>
    public string Place()
    {
        var place = _directory.CreateSubdirectory($"{Interlocked.Increment(ref _places)}");
        place.UnixFileMode = (UnixFileMode)0b111_101_101;
        return place.FullName;
    }

    /// <summary>A directory of secrets, by their names.</summary>
    public string Secrets(params (string Name, string Value)[] secrets)
    {
        var place = Place();
        foreach (var (name, value) in secrets)
        {
            File.WriteAllText(Path.Combine(place, name), value);
        }

        return place;
    }

    /// <summary>Runs a program to its end.</summary>
    public async Task<ToolRun> RunAsync(ToolSetup setup, params string[] command)
    {
        var token = TestContext.Current.CancellationToken;
        var id = await StartAsync(setup, command);
        var ended = await Docker.Containers.WaitAsync(id, WaitCondition.NotRunning, token);
        var (output, error) = (new List<string>(), new List<string>());
        await foreach (var line in Docker.Containers.LogsAsync(id, new LogOptions(), token))
        {
            (line.Stream == LogSource.Stderr ? error : output).Add(line.Text);
        }

        await Docker.Containers.RemoveAsync(id, force: true, volumes: true, token);
        return new ToolRun(ended.StatusCode, output, error);
    }

    /// <summary>A profile that lets through everything but these.</summary>
    private static string Refusing(IReadOnlyList<string> calls) =>
        JsonSerializer.Serialize(
            new { defaultAction = "SCMP_ACT_ALLOW", syscalls = new[] { new { names = calls, action = "SCMP_ACT_ERRNO" } } }
        );

    /// <summary>Starts a program; gives its container.</summary>
    public async Task<string> StartAsync(ToolSetup setup, params string[] command)
    {
        var token = TestContext.Current.CancellationToken;
        var created = await Docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = Image,
                Cmd = command,
                Labels = Labels,
                Env = [.. setup.Environment.Select(pair => $"{pair.Name}={pair.Value}")],
                HostConfig = new HostConfig
                {
                    NetworkMode = setup.Networked ? Network : "none",
                    ReadonlyRootfs = true,
                    CapDrop = ["ALL"],
                    CapAdd = setup.Capabilities,
                    SecurityOpt = setup.Refused.Count == 0 ? null : [$"seccomp={Refusing(setup.Refused)}"],
                    Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["/tmp"] = "size=256m",
                        ["/run"] = "size=4m",
                        [setup.Small ?? "/small"] = "size=1m",
                    },
                    Mounts =
                    [
                        .. setup.Mounts.Select(mount => new Mount
                        {
                            Type = MountType.Bind,
                            Source = mount.Place,
                            Target = mount.Target,
                        }),
                    ],
                },
            },
            token
        );
        await Docker.Containers.StartAsync(created.Id, token);
        return created.Id;
    }

    /// <summary>Starts a site's database server and waits until it answers.</summary>
    /// <param name="name">Its name in the network.</param>
    /// <param name="init">What it runs at its start.</param>
    public async Task StartDatabaseAsync(string name, string init)
    {
        var token = TestContext.Current.CancellationToken;
        var created = await Docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = _images["mariadb"],
                Labels = Labels,
                HostConfig = new HostConfig
                {
                    NetworkMode = Network,
                    Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal) { ["/tmp"] = "" },
                    Mounts =
                    [
                        new Mount { Target = "/var/lib/mysql" },
                        new Mount
                        {
                            Type = MountType.Bind,
                            Source = Secrets(("init.sql", init)),
                            Target = "/run/secrets",
                        },
                    ],
                },
                NetworkingConfig = new NetworkingConfig
                {
                    EndpointsConfig = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal)
                    {
                        [Network] = new EndpointSettings { Aliases = [name] },
                    },
                },
            },
            token
        );
        await Docker.Containers.StartAsync(created.Id, token);
        await DockerEngineFixture.EventuallyAsync(
            $"The health of {name}",
            async asked => (await Docker.Containers.InspectAsync(created.Id, asked)).State?.Health?.Status == "healthy" ? this : null,
            token
        );
    }

    public async ValueTask InitializeAsync()
    {
        if (!_images.ContainsKey("toolbox") || !_images.ContainsKey("mariadb"))
        {
            _unusable = "HP_TEST_IMAGES names no list of built images; ./panel test builds them.";
            return;
        }

        try
        {
            await Docker.Networks.CreateAsync(
                new NetworkCreateRequest
                {
                    Name = Network,
                    Driver = "bridge",
                    Internal = true,
                    Labels = Labels,
                },
                None
            );
        }
        catch (DockerApiException unusable)
        {
            _unusable = $"No usable Docker engine: {unusable.Message}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_unusable is null)
        {
            foreach (var container in await Docker.Containers.ListAsync(all: true, Mine, None))
            {
                await Docker.Containers.RemoveAsync(container.Id, force: true, volumes: true, None);
            }

            foreach (var network in await Docker.Networks.ListAsync(Mine, None))
            {
                await Docker.Networks.RemoveAsync(network.Id, None);
            }
        }

        await Docker.DisposeAsync();
        // Of names that are no text, too.
        using var removing = Process.Start("rm", ["-rf", "--", _directory.FullName]);
        await removing.WaitForExitAsync(None);
    }
}
