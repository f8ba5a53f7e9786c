using System.Text.Json;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>What the toolbox found in a volume.</summary>
/// <param name="Bytes">On the disk.</param>
/// <param name="ApparentBytes">As programs see it.</param>
/// <param name="Files">Names that are no directories.</param>
/// <param name="Unread">Places that could not be read.</param>
/// <param name="Marker">“right”, “wrong” or “absent”: what its marker file says.</param>
internal sealed record VolumeCount(long Bytes, long ApparentBytes, long Files, int Unread, string Marker);

/// <summary>How far a copy is, or how it ended.</summary>
/// <param name="Copied">Bytes on the disk so far.</param>
/// <param name="Files">Files so far.</param>
/// <param name="ApparentBytes">At the end: bytes as programs see them.</param>
/// <param name="LeftOut">At the end: how many vanished while they were copied.</param>
/// <param name="Done">True at the end.</param>
internal sealed record CopyReport(long Copied, long Files, long ApparentBytes = 0, int LeftOut = 0, bool Done = false);

/// <summary>
/// The panel's own jobs on volumes: the programs <c>hp-measure</c> and <c>hp-clone</c> of the toolbox image, which see the volumes at
/// <c>/volumes/&lt;identity&gt;</c>, have no network, and rights no wider than the job wants.
/// </summary>
internal sealed class VolumeTool(ImageCatalogue images, ISwarm swarm, IOptions<PanelOptions> options)
{
    private const int Pids = 32;
    private static readonly TimeSpan MeasureTimeout = TimeSpan.FromMinutes(55);
    private static readonly ResourceLimits Gentle = new(256L << 20, 250_000_000, Pids);
    private static readonly ResourceLimits Busy = new(512L << 20, 1_000_000_000, Pids);
    private static readonly TmpfsMount[] Scratch = [new("/tmp", 16L << 20)];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly SiteNames _names = new(options.Value);

    /// <summary>Longer than any volume that a panel of this size holds takes to copy; the step's own time-out is a little more.</summary>
    public static readonly TimeSpan CloneTimeout = TimeSpan.FromHours(12);

    /// <summary>Counts what is in volumes of one site, in one job. It follows no links and disturbs as little as it can.</summary>
    /// <exception cref="StepFailedException"><c>measure-failed</c>: it ended without an answer.</exception>
    public async Task<IReadOnlyDictionary<Guid, VolumeCount>> MeasureAsync(
        Site site,
        IReadOnlyList<Volume> volumes,
        Guid operationId,
        CancellationToken cancellationToken
    )
    {
        var job = new JobDefinition(
            _names.Job(site.Slug, "measure", operationId),
            operationId,
            Container(site, operationId, Gentle) with
            {
                Command = ["hp-measure", .. volumes.Select(volume => volume.Id.ToString())],
                Volumes = [.. volumes.Select(volume => Mount(volume, readOnly: true))],
                Capabilities = [ToolCapabilities.Read],
            },
            MeasureTimeout
        )
        {
            IsTool = true,
            ComparesMarkers = false,
        };
        var result = await swarm.RunJobAsync(job, cancellationToken);
        var counts = new Dictionary<Guid, VolumeCount>();
        foreach (var line in result.Output)
        {
            if (Read<MeasureLine>(line) is { } found)
            {
                counts[found.Volume] = new VolumeCount(found.Bytes, found.ApparentBytes, found.Files, found.Unread, found.Marker);
            }
        }

        return result.ExitCode == 0 && volumes.All(volume => counts.ContainsKey(volume.Id))
            ? counts
            : throw new StepFailedException("measure-failed", $"The volumes could not be measured: {LastWords(result)}");
    }

    /// <summary>Copies all of a volume into one that is new and nobody else's, from the beginning however far a run before came.</summary>
    /// <param name="site">Their site.</param>
    /// <param name="source">What is copied; only read.</param>
    /// <param name="target">Where to.</param>
    /// <param name="isLive">True while something may write to the source: what vanishes meanwhile is left out then.</param>
    /// <param name="operationId">The operation; a job of it that runs already is waited for.</param>
    /// <param name="report">Told now and then how far it is.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="StepFailedException"><c>no-disk-space</c>, <c>clone-failed</c>.</exception>
    public async Task<CopyReport> CloneAsync(
        Site site,
        Volume source,
        Volume target,
        bool isLive,
        Guid operationId,
        Func<CopyReport, Task> report,
        CancellationToken cancellationToken
    )
    {
        string[] live = isLive ? ["--live"] : [];
        var job = new JobDefinition(
            _names.Job(site.Slug, "clone", operationId),
            operationId,
            Container(site, operationId, Busy) with
            {
                Command = ["hp-clone", source.Id.ToString(), target.Id.ToString(), .. live],
                Volumes = [Mount(source, readOnly: true), Mount(target, readOnly: false)],
                Capabilities = ToolCapabilities.Allowed,
            },
            CloneTimeout
        )
        {
            IsTool = true,
        };
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(job.Name, report, watching.Token);
        JobResult result;
        try
        {
            result = await swarm.RunJobAsync(job, cancellationToken);
        }
        finally
        {
            await watching.CancelAsync();
            await watch;
        }

        if (result.ExitCode == 0 && result.Output.Select(Read<CopyReport>).LastOrDefault(line => line is { Done: true }) is { } done)
        {
            return done;
        }

        throw result.Error.Any(line => line.Contains("No space left on device", StringComparison.Ordinal))
            ? new StepFailedException("no-disk-space", "The engine's disk became full while the volume was copied. Make room first.")
            : new StepFailedException("clone-failed", $"The volume could not be copied: {LastWords(result)}");
    }

    /// <summary>Reads the job's newest line now and then. What it can't read, because the job is not there yet or no more, it leaves.</summary>
    private async Task WatchAsync(string job, Func<CopyReport, Task> report, CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await foreach (var line in swarm.ReadLogsAsync(job, tail: 1, follow: false, cancellationToken))
                    {
                        if (!line.IsError && Read<CopyReport>(line.Text) is { } known)
                        {
                            await report(known);
                        }
                    }
                }
                catch (PlatformException)
                {
                    // The job itself says what is wrong with it.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The job has ended.
        }
    }

    private ContainerDefinition Container(Site site, Guid operationId, ResourceLimits limits) =>
        new()
        {
            Image = images.Resolve("toolbox").TryGet(out var image, out var problem)
                ? image
                : throw new StepFailedException(problem.Code, problem.Message),
            Owner = new Ownership(site.Id, site.OrganisationId, operationId),
            User = "0:0",
            Tmpfs = Scratch,
            Limits = limits,
        };

    private static VolumeMount Mount(Volume volume, bool readOnly) => new(volume.EngineName, volume.Id, $"/volumes/{volume.Id}", readOnly);

    private static string LastWords(JobResult result) =>
        result.Error.Concat(result.Output).LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? $"exit code {result.ExitCode}";

    private static T? Read<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json);
        }
        catch (JsonException)
        {
            // Anything may stand in a log.
            return null;
        }
    }

    private sealed record MeasureLine(Guid Volume, long Bytes, long ApparentBytes, long Files, int Unread, string Marker);
}
