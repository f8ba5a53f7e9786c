using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Volumes;

/// <summary>A site that is nothing but its volumes: rows, and real volumes in the engine, with no container beside them.</summary>
internal sealed class VolumeSite
{
    /// <summary>What differs between two copies of the same: nothing but the marker file.</summary>
    private const string Fingerprint = """
        cd /v/it
        find . ! -path ./.hp-volume -printf '%P|%y|%m|%U|%G|%n|%s|%b|%T@|%l\0' | sort -z | tr '\0' '\n'
        find . -type f ! -path ./.hp-volume -print0 | sort -z | xargs -0r sha256sum
        getfattr --recursive --no-dereference --absolute-names --dump --match=- . 2>/dev/null | sort
        getfacl --recursive --numeric --omit-header --physical . | grep -v '^# file: .hp-volume' | sort
        """;
    private readonly TestInstallation _installation;

    private VolumeSite(TestInstallation installation, Guid id, string slug) => (_installation, Id, Slug) = (installation, id, slug);

    public Guid Id { get; }
    public string Slug { get; }

    public VolumeManager Manager => _installation.Get<VolumeManager>();
    public VolumeTrash Trash => _installation.Get<VolumeTrash>();
    public VolumeService Service => _installation.Get<VolumeService>();

    /// <summary>Makes it.</summary>
    /// <param name="installation">Where.</param>
    /// <param name="slug">Its slug.</param>
    /// <param name="state">What the panel believes of it.</param>
    /// <param name="volumes">Its volumes; one that is mounted says by which service.</param>
    public static async Task<VolumeSite> CreateAsync(
        TestInstallation installation,
        string slug,
        SiteState state,
        params (string Name, VolumeKind Kind, string? Service)[] volumes
    )
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var now = TimeProvider.System.GetUtcNow();
        var site = new Site
        {
            Id = Guid.CreateVersion7(now),
            ShortId = RandomNumberGenerator.GetHexString(10, lowercase: true),
            Slug = slug,
            OrganisationId = Guid.Empty,
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = state,
            SubnetIndex = 100_000 + RandomNumberGenerator.GetInt32(1_000_000),
            CreatedAt = now,
            ProvisionedAt = now,
        };
        await using var context = await ContextAsync(installation);
        var organisation = await context.Organisations.SingleAsync(row => row.Slug == "helpers", token);
        context.Sites.Add(site);
        context.Entry(site).Property(row => row.OrganisationId).CurrentValue = organisation.Id;
        site.Volumes.AddRange(
            volumes.Select(volume => new Volume
            {
                Id = Guid.CreateVersion7(now),
                SiteId = site.Id,
                Name = volume.Name,
                Kind = volume.Kind,
                EngineName = $"{installation.Name}-{site.ShortId}-{volume.Name}",
                MountedBy = volume.Service is { } service ? [$"{service}:/data"] : [],
                CreatedAt = now,
            })
        );
        await context.SaveChangesAsync(token);
        await installation
            .Get<ISwarm>()
            .EnsureVolumesAsync(
                [
                    .. site.Volumes.Select(volume => new VolumeDefinition(
                        volume.EngineName,
                        volume.Id,
                        33,
                        33,
                        (UnixFileMode)0b111_101_000,
                        new Ownership(site.Id, organisation.Id)
                    )),
                ],
                token
            );
        return new VolumeSite(installation, site.Id, slug);
    }

    /// <summary>The row of a volume.</summary>
    public async Task<Volume> RowAsync(string name)
    {
        await using var context = await ContextAsync(_installation);
        return await context
            .Volumes.AsNoTracking()
            .SingleAsync(volume => volume.SiteId == Id && volume.Name == name, TestContext.Current.CancellationToken);
    }

    /// <summary>Its volumes by name.</summary>
    public async Task<IReadOnlyList<VolumeView>> VolumesAsync() =>
        (await Service.ListOfSiteAsync(Actor.Panel, Slug, TestContext.Current.CancellationToken)).Value;

    /// <summary>Clones a volume to the operation's end.</summary>
    public async Task<OperationView> CloneAsync(string name, string copy)
    {
        var token = TestContext.Current.CancellationToken;
        var accepted = await Manager.CloneAsync(Actor.Panel, (await RowAsync(name)).Id, copy, idempotencyKey: null, token);
        Assert.Null(accepted.Problem);
        return await _installation.FinishAsync(accepted.Value.Operation.Id, token);
    }

    /// <summary>Measures to the operation's end.</summary>
    public async Task<OperationView> MeasureAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var queued = await Manager.MeasureAsync(Actor.Panel, Slug, idempotencyKey: null, token);
        Assert.Null(queued.Problem);
        return await _installation.FinishAsync(queued.Value.Id, token);
    }

    /// <summary>Everything about a volume's content but its marker.</summary>
    /// <param name="name">The volume.</param>
    /// <param name="withHoles">Blocks on the disk, too; a large file without holes may take a few more of them by chance.</param>
    public async Task<string> FingerprintAsync(string name, bool withHoles = true) =>
        await RunAsync(
            _installation,
            withHoles ? Fingerprint : Fingerprint.Replace("%b|", "", StringComparison.Ordinal),
            [((await RowAsync(name)).EngineName, "it")]
        );

    /// <summary>Runs a script as root beside volumes of this site, each at <c>/v/&lt;name&gt;</c>; gives what it printed.</summary>
    public async Task<string> RunAsync(string script, params string[] volumes)
    {
        var mounts = new List<(string, string)>();
        foreach (var name in volumes)
        {
            mounts.Add(((await RowAsync(name)).EngineName, name));
        }

        return await RunAsync(_installation, script, mounts);
    }

    /// <summary>Runs a script as root beside volumes, each at <c>/v/&lt;place&gt;</c>; gives what it printed.</summary>
    public static async Task<string> RunAsync(
        TestInstallation installation,
        string script,
        IReadOnlyList<(string Volume, string Place)> mounts
    )
    {
        var token = TestContext.Current.CancellationToken;
        await using var container = await StartAsync(installation, script, mounts);
        var ended = await installation.Docker.Containers.WaitAsync(container.Id, WaitCondition.NotRunning, token);
        var lines = new List<string>();
        await foreach (var line in installation.Docker.Containers.LogsAsync(container.Id, new LogOptions(), token))
        {
            lines.Add(line.Text);
        }

        Assert.True(ended.StatusCode == 0, string.Join('\n', lines));
        return string.Join('\n', lines);
    }

    /// <summary>Starts a script as root beside volumes; it is killed and removed when it is disposed of.</summary>
    public static async Task<RunningScript> StartAsync(
        TestInstallation installation,
        string script,
        IReadOnlyList<(string Volume, string Place)> mounts
    )
    {
        var token = TestContext.Current.CancellationToken;
        var created = await installation.Docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = installation.Images["toolbox"],
                Cmd = ["bash", "-euc", script],
                Labels = new Dictionary<string, string> { ["hp.installation"] = installation.Name },
                HostConfig = new HostConfig
                {
                    NetworkMode = "none",
                    Mounts =
                    [
                        .. mounts.Select(mount => new Mount
                        {
                            Type = MountType.Volume,
                            Source = mount.Volume,
                            Target = $"/v/{mount.Place}",
                            VolumeOptions = new VolumeOptions { NoCopy = true },
                        }),
                    ],
                },
            },
            token
        );
        await installation.Docker.Containers.StartAsync(created.Id, token);
        return new RunningScript(installation, created.Id);
    }

    private static Task<PanelDbContext> ContextAsync(TestInstallation installation) =>
        installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);

    /// <summary>A script that runs in a container.</summary>
    public sealed class RunningScript(TestInstallation installation, string id) : IAsyncDisposable
    {
        public string Id => id;

        public async ValueTask DisposeAsync() =>
            await installation.Docker.Containers.RemoveAsync(id, force: true, volumes: false, CancellationToken.None);
    }
}
