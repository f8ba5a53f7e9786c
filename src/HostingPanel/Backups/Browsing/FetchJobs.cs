using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Browsing;

/// <summary>
/// The jobs of what gets something out of restore points. One that has a repository's key writes to the operation's scratch volume and nowhere
/// else; one that writes to the site has none.
/// </summary>
internal sealed class FetchJobs(RepositoryAccess access, ResticTool restic, Toolbox toolbox, ISwarm swarm, IOptions<PanelOptions> options)
{
    /// <summary>Stands for the site in the names of an operation that acts on none.</summary>
    private const string NoSite = "panel";
    private static readonly ResourceLimits Limits = new(512L << 20, 1_000_000_000, 64);
    private readonly BackupNames _names = new(options.Value);

    /// <summary>The volume that everything comes into first, as a job sees it.</summary>
    public VolumeMount MountOf(Operation operation, SiteAssembly? site, bool readOnly = false)
    {
        var scratch = ScratchOf(operation, site);
        return new VolumeMount(scratch.Name, scratch.Identity, BackupNames.Scratch, readOnly);
    }

    /// <summary>Runs a program of the toolbox that has no key and no network.</summary>
    public async Task<JobResult> RunAsync(
        Operation operation,
        SiteAssembly? site,
        string job,
        IReadOnlyList<string> command,
        IReadOnlyList<VolumeMount> volumes,
        CancellationToken cancellationToken
    ) =>
        await toolbox.RunAsync<object>(
            new JobDefinition(
                _names.Job($"{operation.Kind}-{job}", operation.Id),
                operation.Id,
                new ContainerDefinition
                {
                    Image = toolbox.Image,
                    Owner = OwnerOf(operation, site),
                    User = "0:0",
                    Command = command,
                    Volumes = volumes,
                    Capabilities = ToolCapabilities.Allowed,
                    Tmpfs = [new TmpfsMount("/tmp", 64L << 20)],
                    Limits = Limits,
                },
                Toolbox.JobTimeout
            )
            {
                IsTool = true,
            },
            report: null,
            cancellationToken
        );

    /// <summary>Runs an action of <c>hp-restic</c> that writes to the scratch volume.</summary>
    public async Task FetchAsync(
        FetchWork work,
        SiteAssembly? site,
        string job,
        IReadOnlyList<string> arguments,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var owner = OwnerOf(work.Operation, site);
        var place = await access.OpenAsync(work.Target, work.Repository, ShortIdOf(site), owner, index: 0, cancellationToken);
        var result = await restic.RunAsync(
            new ResticRun(_names.Job($"{work.Operation.Kind}-{job}", work.Operation.Id), owner, place, arguments)
            {
                Volumes = [MountOf(work.Operation, site)],
                Capabilities = ToolCapabilities.Allowed,
            },
            known =>
                known.Progress is { } share
                    ? progress.ReportAsync(
                        string.Create(CultureInfo.InvariantCulture, $"{known.Files} files, {known.Bytes / 1048576.0:0.#} MB"),
                        Math.Clamp(share, 0, 0.99)
                    )
                    : Task.CompletedTask,
            cancellationToken,
            progress
        );
        if (!result.Succeeded)
        {
            throw new StepFailedException(ResticFaults.CodeOf(result.Fault!), $"{work.Target.Name} did not give it: {result.Message}");
        }
    }

    /// <summary>Takes away what only the operation needed.</summary>
    public async Task TidyAsync(Operation operation, SiteAssembly? site, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(operation, site);
        await swarm.RemoveJobsAsync(operation.Id, cancellationToken);
        await swarm.RemoveVolumeAsync(scratch.Name, scratch.Identity, cancellationToken);
        await access.CloseAsync(ShortIdOf(site), operation.Id, repositories: 1, cancellationToken);
    }

    /// <summary>The volume that everything comes into first.</summary>
    public VolumeDefinition ScratchOf(Operation operation, SiteAssembly? site) =>
        _names.ScratchOf(ShortIdOf(site), operation.Id, OwnerOf(operation, site));

    private static string ShortIdOf(SiteAssembly? site) => site?.Site.ShortId ?? NoSite;

    private static Ownership OwnerOf(Operation operation, SiteAssembly? site) => site?.Owner ?? new Ownership(null, null, operation.Id);
}
