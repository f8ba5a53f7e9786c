using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Volumes.Operations;

/// <summary>Counts what is in the volumes of a site. Whoever wants the site meanwhile gets it: a measurement can be made tomorrow.</summary>
internal sealed class MeasureVolumes(VolumeStore store, VolumeTool tool, ISwarm swarm, GiveWay giveWay) : IOperationKind
{
    public string Kind => OperationKinds.MeasureVolumes;

    /// <summary>One on a node: each reads a whole disk's directories.</summary>
    public int Budget => 1;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Step>>([
            new Step("measure", "Measure its volumes", (progress, token) => MeasureAsync(operation, progress, token))
            {
                Timeout = TimeSpan.FromHours(1),
            },
        ]);

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MeasureAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        if (await store.FindSiteAsync(operation.SiteId!.Value, cancellationToken) is not { } site)
        {
            await progress.ReportAsync("The site has gone.");
            return;
        }

        var there = (await swarm.ListVolumesAsync(cancellationToken)).Select(volume => volume.Name).ToHashSet(StringComparer.Ordinal);
        var wanted = site.Volumes.Where(volume => volume.State != VolumeState.New).ToList();
        var missing = wanted.Where(volume => !there.Contains(volume.EngineName)).ToList();
        await progress.LogAsync(
            [.. missing.Select(volume => $"{volume.Name}: there is no volume “{volume.EngineName}” on the node.")],
            areErrors: true
        );
        var measured = wanted.Except(missing).OrderBy(volume => volume.Name, StringComparer.Ordinal).ToList();
        if (measured.Count == 0)
        {
            await progress.ReportAsync("None of its volumes is in the engine.");
            return;
        }

        var counts = await giveWay.RunAsync(
            operation,
            patience: TimeSpan.Zero,
            token => tool.MeasureAsync(site, measured, operation.Id, token),
            cancellationToken
        );
        if (counts is null)
        {
            await progress.ReportAsync("Made way for something more urgent; the volumes are measured another time.");
            return;
        }

        await store.RecordAsync(counts, cancellationToken);
        await progress.LogAsync([.. measured.SelectMany(volume => Oddities(volume, counts[volume.Id]))], areErrors: true);
        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{counts.Values.Sum(count => count.Bytes) >> 20} MB in {counts.Values.Sum(count => count.Files)} files, {measured.Count} volumes"
            )
        );
    }

    private static IEnumerable<string> Oddities(Volume volume, VolumeCount count)
    {
        if (count.Unread > 0)
        {
            yield return $"{volume.Name}: {count.Unread} places could not be read; it holds more than was counted.";
        }

        if (count.Marker != "right")
        {
            yield return $"{volume.Name}: its marker file is {count.Marker}; no service will start on it until that is put right.";
        }
    }
}
