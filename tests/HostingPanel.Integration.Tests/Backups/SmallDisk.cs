using System.Reflection;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>
/// A small disk, on which volumes come to lie instead of the engine's own: a file system in memory that a container keeps mounted, and
/// directories in it that are the volumes. What else is on it is one file, whose size is what is left.
/// </summary>
/// <param name="installation">Whose engine.</param>
/// <param name="slugs">What the slugs begin with of the sites whose volumes come to lie on it: a drill of another may be under way.</param>
internal sealed class SmallDisk(TestInstallation installation, string slugs) : IAsyncDisposable
{
    private const int Megabytes = 400;
    private readonly string _name = $"{installation.Name}-small-disk";
    private VolumeSite.RunningScript? _keeper;
    private string? _place;

    /// <summary>Which volumes lie on it, by their names in the engine, when they are made.</summary>
    public Func<string, bool> Holds { get; set; } = _ => false;

    /// <summary>Those that have been made on it.</summary>
    public List<string> Made { get; } = [];

    private Dictionary<string, string> Mine => new(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };

    /// <summary>Makes it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var made = await installation.Docker.Volumes.CreateAsync(
            new VolumeCreateRequest
            {
                Name = _name,
                Labels = Mine,
                DriverOpts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["type"] = "tmpfs",
                    ["device"] = "tmpfs",
                    ["o"] = $"size={Megabytes}m",
                },
            },
            cancellationToken
        );
        _place = made.Mountpoint;
        _keeper = await VolumeSite.StartAsync(installation, "exec sleep infinity", [(_name, "disk")]);
    }

    /// <summary>Fills it but for so many megabytes.</summary>
    public Task LeaveAsync(int megabytes) =>
        RunAsync(
            $"""
            rm -f of-others
            free=$(($(df --output=avail --block-size=1M . | tail -n 1) - {megabytes}))
            head -c "$free"M /dev/zero >of-others
            """
        );

    /// <summary>Runs a script in its root, as root.</summary>
    public Task<string> RunAsync(string script) => VolumeSite.RunAsync(installation, $"cd /v/disk\n{script}", [(_name, "disk")]);

    /// <summary>The engine behind its port, with this disk.</summary>
    public ISwarm Behind(ISwarm engine)
    {
        var swarm = DispatchProxy.Create<ISwarm, Swarm>();
        var proxy = (Swarm)(object)swarm;
        (proxy.Engine, proxy.Disk) = (engine, this);
        return swarm;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }
    }

    private async Task<bool> IsForAsync(Ownership owner, CancellationToken cancellationToken)
    {
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        return await context
            .Sites.IgnoreQueryFilters()
            .AnyAsync(site => site.Id == owner.SiteId && site.Slug.StartsWith(slugs), cancellationToken);
    }

    private async Task MakeAsync(VolumeDefinition volume, CancellationToken cancellationToken)
    {
        try
        {
            await installation.Docker.Volumes.InspectAsync(volume.Name, cancellationToken);
            return;
        }
        catch (DockerNotFoundException)
        {
            // As one that does not lie here would be made now.
        }

        await RunAsync($"rm -rf {volume.Name}; mkdir {volume.Name}");
        await installation.Docker.Volumes.CreateAsync(
            new VolumeCreateRequest
            {
                Name = volume.Name,
                Labels = new Dictionary<string, string>(Mine, StringComparer.Ordinal)
                {
                    ["hp.site"] = $"{volume.Owner.SiteId}",
                    ["hp.organisation"] = $"{volume.Owner.OrganisationId}",
                    ["hp.volume"] = $"{volume.Identity}",
                },
                DriverOpts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["type"] = "none",
                    ["device"] = $"{_place}/{volume.Name}",
                    ["o"] = "bind",
                },
            },
            cancellationToken
        );
        Made.Add(volume.Name);
    }

    /// <summary>Passes everything on to the engine, once what lies on the small disk is there.</summary>
    private class Swarm : DispatchProxy
    {
        public ISwarm Engine { get; set; } = null!;
        public SmallDisk Disk { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name switch
            {
                nameof(ISwarm.EnsureVolumesAsync) => EnsureAsync((IReadOnlyList<VolumeDefinition>)args![0]!, (CancellationToken)args[1]!),
                nameof(ISwarm.RemoveVolumeAsync) => RemoveAsync((string)args![0]!, (Guid)args[1]!, (CancellationToken)args[2]!),
                _ => targetMethod.Invoke(Engine, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null),
            };

        private async Task EnsureAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken)
        {
            foreach (var volume in volumes.Where(volume => Disk.Holds(volume.Name)))
            {
                if (await Disk.IsForAsync(volume.Owner, cancellationToken))
                {
                    await Disk.MakeAsync(volume, cancellationToken);
                }
            }

            await Engine.EnsureVolumesAsync(volumes, cancellationToken);
        }

        /// <summary>What the engine removes is only its own record of it.</summary>
        private async Task RemoveAsync(string name, Guid identity, CancellationToken cancellationToken)
        {
            await Engine.RemoveVolumeAsync(name, identity, cancellationToken);
            if (Disk.Made.Contains(name, StringComparer.Ordinal))
            {
                await Disk.RunAsync($"rm -rf {name}");
            }
        }
    }
}
