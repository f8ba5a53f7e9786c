using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Volumes.Operations;

/// <summary>Counts what is in the volumes of a site. Whoever wants the site meanwhile gets it: a measurement can be made tomorrow.</summary>
internal sealed class MeasureVolumes(VolumeStore store, VolumeTool tool, ISwarm swarm, TimeProvider time) : IOperationKind
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

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

        if (await CountAsync(site, measured, operation, cancellationToken) is not { } counts)
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

    /// <summary>The counts; null when something more urgent wanted the site before they were whole.</summary>
    private async Task<IReadOnlyDictionary<Guid, VolumeCount>?> CountAsync(
        Site site,
        List<Volume> volumes,
        Operation operation,
        CancellationToken cancellationToken
    )
    {
        using var giveWay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counting = tool.MeasureAsync(site, volumes, operation.Id, giveWay.Token);
        try
        {
            while (await Task.WhenAny(counting, Task.Delay(LookInterval, time, cancellationToken)) != counting)
            {
                if (await store.IsWantedAsync(site.Id, operation.Priority, cancellationToken))
                {
                    await giveWay.CancelAsync();
                    break;
                }
            }

            return await counting;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            // Whatever ended the waiting: the job is not left to itself.
            await giveWay.CancelAsync();
            await ((Task)counting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
