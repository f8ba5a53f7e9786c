using System.Globalization;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Volumes.Operations;

/// <summary>What <see cref="CloneVolume"/> copies into what. Both rows are there when it is queued.</summary>
internal sealed record CloneArguments(Guid SourceId, Guid TargetId);

/// <summary>Copies a volume into a new one of the same site, with an identity of its own.</summary>
internal sealed class CloneVolume(VolumeStore store, VolumeTool tool, ISwarm swarm) : IOperationKind
{
    public string Kind => OperationKinds.CloneVolume;

    /// <summary>Copies crowd each other out of the same disk.</summary>
    public int Budget => 1;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<CloneArguments>();
        if (await LoadAsync(operation, arguments, cancellationToken) is not { } pair)
        {
            // Resumed after everything was taken back: the row of the copy has gone, and with it all that there was to do.
            return operation.Undoing ? [] : throw new StepFailedException("volume-not-found", "The volume to copy has gone.");
        }

        if (pair.Source.State == VolumeState.Trashed && !operation.Undoing)
        {
            throw new StepFailedException("volume-is-trashed", $"{pair.Source.Name} is in the trash. Take it out first.");
        }

        return
        [
            new Step("check", "Measure it, and the room that there is", (progress, token) => CheckAsync(operation, pair, progress, token))
            {
                Timeout = TimeSpan.FromHours(1),
            },
            new Step("make", "Make the new volume", (_, token) => swarm.EnsureVolumesAsync([Definition(operation, pair)], token))
            {
                After = ["check"],
                UndoAsync = token => swarm.RemoveAsync(pair.Target, token),
            },
            new Step("copy", "Copy", (progress, token) => CopyAsync(operation, pair, progress, token))
            {
                After = ["make"],
                Timeout = VolumeTool.CloneTimeout + TimeSpan.FromMinutes(5),
            },
            new Step("settle", "Give it to the site", (_, token) => store.SettleAsync(pair.Target.Id, token)) { After = ["copy"] },
        ];
    }

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        // Only what never became whole; a plan that was refused may name anything.
        if (await store.FindAsync(operation.ArgumentsAs<CloneArguments>().TargetId, cancellationToken) is { State: VolumeState.New } target)
        {
            await store.ForgetAsync(target.Id, cancellationToken);
        }
    }

    /// <summary>The files of a database server that runs are never whole at any one moment.</summary>
    public static bool IsTorn(Volume source, SiteState site) => IsLive(source, site) && source.Kind == VolumeKind.Database;

    private static bool IsLive(Volume source, SiteState site) => !source.StandsAlone && site == SiteState.Running;

    private async Task CheckAsync(Operation operation, Pair pair, StepProgress progress, CancellationToken cancellationToken)
    {
        if (IsTorn(pair.Source, pair.Site.State))
        {
            throw new StepFailedException(
                "site-is-running",
                $"{pair.Source.Name} holds the files of a database server that runs. Stop {pair.Site.Slug} first."
            );
        }

        var counts = await tool.MeasureAsync(pair.Site, [pair.Source], operation.Id, cancellationToken);
        await store.RecordAsync(counts, cancellationToken);
        var bytes = counts[pair.Source.Id].Bytes;
        await swarm.CheckRoomAsync(bytes, cancellationToken);
        await progress.ReportAsync(Size(bytes));
    }

    private async Task CopyAsync(Operation operation, Pair pair, StepProgress progress, CancellationToken cancellationToken)
    {
        // Measured by the step before, perhaps in another life of the worker.
        var whole = (await store.FindAsync(pair.Source.Id, cancellationToken))?.Bytes ?? 0;
        var copy = await tool.CloneAsync(
            pair.Site,
            pair.Source,
            pair.Target,
            IsLive(pair.Source, pair.Site.State),
            operation.Id,
            known => progress.ReportAsync($"{Size(known.Copied)} of {Size(whole)}", Share(known.Copied, whole)),
            cancellationToken
        );
        await store.RecordAsync(
            new Dictionary<Guid, VolumeCount>
            {
                [pair.Target.Id] = new(copy.Copied, copy.ApparentBytes, copy.Files, Unread: 0, Marker: "right"),
            },
            cancellationToken
        );
        if (copy.LeftOut > 0)
        {
            await progress.LogAsync([$"{copy.LeftOut} files vanished or were replaced while they were copied, and were left out."]);
        }

        await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{Size(copy.Copied)} in {copy.Files} files"));
    }

    private async Task<Pair?> LoadAsync(Operation operation, CloneArguments arguments, CancellationToken cancellationToken)
    {
        var site = await store.FindSiteAsync(operation.SiteId!.Value, cancellationToken);
        var source = site?.Volumes.SingleOrDefault(volume => volume.Id == arguments.SourceId);
        var target = site?.Volumes.SingleOrDefault(volume => volume.Id == arguments.TargetId);
        return site is null || source is null || target is null ? null : new Pair(site, source, target);
    }

    /// <summary>Its root's owner and rights come with the copy; until then it is nobody's business.</summary>
    private static VolumeDefinition Definition(Operation operation, Pair pair) =>
        VolumeDefinition.OfRoot(
            pair.Target.EngineName,
            pair.Target.Id,
            new Ownership(pair.Site.Id, pair.Site.OrganisationId, operation.Id)
        );

    /// <summary>A little below whole until it is.</summary>
    private static double? Share(long copied, long whole) => whole <= 0 ? null : Math.Min(0.99, (double)copied / whole);

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MB");

    private sealed record Pair(Site Site, Volume Source, Volume Target);
}
