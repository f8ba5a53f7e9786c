using System.Globalization;
using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;

namespace HostingPanel.Backups.Operations;

/// <summary>
/// Puts chosen files of a restore point into a new directory of the site's volume. Nothing that is there is touched, and the site's web server
/// gives out nothing of that directory: who wants a file back moves it to its place.
/// </summary>
internal sealed class PutBackFiles(FetchSteps steps, FetchJobs jobs, SiteStore sites, ISwarm swarm) : IOperationKind
{
    public string Kind => OperationKinds.PutBackFiles;

    public int Budget => 2;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        return
        [
            steps.Scratch(operation, site),
            steps.Index(operation, token => steps.LoadAsync(operation, token), site, "scratch"),
            steps.Check(operation, "index"),
            steps.Collect(operation, site, "check"),
            new Step("put", "Put it beside what is there", (progress, token) => PutAsync(operation, progress, token))
            {
                After = ["collect"],
                Timeout = Toolbox.StepTimeout,
                UndoAsync = token => RemoveAsync(operation, token),
            },
            steps.Tidy(operation, site, "put"),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PutAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var (site, volume) = await VolumeAsync(operation, cancellationToken);
        // An empty volume in the place of a lost one would be filled, and taken for it.
        await swarm.RequireVolumesAsync([.. site.Volumes.Where(definition => definition.Identity == volume.Identity)], cancellationToken);
        var name = BesideNames.Directory(operation);
        var chosen = operation.ArgumentsAs<FetchArguments>().Choice.Volume!;
        // A job of a run before may still be at it.
        await swarm.RemoveJobsAsync(operation.Id, cancellationToken);
        var result = await jobs.RunAsync(
            operation,
            site,
            "put",
            ["hp-put-beside", "put", $"{BackupNames.Scratch}{BackupNames.Volume(chosen)}", volume.Path, name],
            [jobs.MountOf(operation, site, readOnly: true), volume],
            cancellationToken
        );
        if (result.ExitCode != 0)
        {
            throw new StepFailedException("put-failed", $"The files could not be put back: {JobLines.LastWords(result)}");
        }

        if (JobLines.Read<PutLine>(result).LastOrDefault() is { } put)
        {
            await progress.LogAsync(put.Notes);
            await progress.ReportAsync(
                string.Create(CultureInfo.InvariantCulture, $"{put.Files} files in {name}/files of the volume {chosen}")
            );
        }
    }

    private async Task RemoveAsync(Operation operation, CancellationToken cancellationToken)
    {
        var (site, volume) = await VolumeAsync(operation, cancellationToken);
        await swarm.RemoveJobsAsync(operation.Id, cancellationToken);
        var result = await jobs.RunAsync(
            operation,
            site,
            "unput",
            ["hp-put-beside", "remove", volume.Path, BesideNames.Directory(operation)],
            [volume],
            cancellationToken
        );
        if (result.ExitCode != 0)
        {
            throw new StepFailedException("put-failed", $"What was put back could not be taken away: {JobLines.LastWords(result)}");
        }
    }

    private async Task<(SiteAssembly Site, VolumeMount Volume)> VolumeAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var name = operation.ArgumentsAs<FetchArguments>().Choice.Volume!;
        return site.Site.Volumes.SingleOrDefault(volume => volume.Name == name && volume.State == VolumeState.InUse) is { } row
            ? (site, new VolumeMount(row.EngineName, row.Id, BackupNames.Volume(name)))
            : throw new StepFailedException("volume-gone", $"{site.Site.Slug} has no volume {name} any more.");
    }

    private sealed record PutLine(bool Put, long Files, long LeftOut, long SetId)
    {
        public IReadOnlyList<string> Notes => FetchNotes.Of(LeftOut, SetId);
    }
}
