using System.ComponentModel.DataAnnotations;
using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>How backups share the machine with the sites. Configuration section <c>Gentle</c>.</summary>
public sealed class GentleOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Gentle";

    /// <summary>
    /// How long, all of its jobs together, an operation of a schedule waits for the machine to have room. Then it runs slowly rather than
    /// not at all.
    /// </summary>
    [Range(0, 1440, ErrorMessage = "Gentle:PatienceMinutes must be from 0 to 1440.")]
    public int PatienceMinutes { get; set; } = 45;

    /// <summary>
    /// How much of what a job may use of the processors it may use where a schedule asked for it, but for one that brings a site back. Nobody waits
    /// for it; a program that is the last in line still takes of a processor's caches and of the disk what a page would have had, and a dump keeps
    /// the site's own database server busy, which has the site's weight.
    /// </summary>
    [Range(5, 100, ErrorMessage = "Gentle:ProcessorPercent must be from 5 to 100.")]
    public int ProcessorPercent { get; set; } = 25;
}

/// <summary>
/// Tells the toolbox's programs how they share the machine (<c>lib/hp/gentle</c>), and the engine (<see cref="JobDefinition.StepsBack"/>): what a
/// person waits for is not held back, what a schedule asked for waits for room, is the last in line and takes its time, and a backup that a person
/// asked for is the last in line, but begins at once and takes what is free.
/// </summary>
internal sealed class PaceKeeper(IDbContextFactory<PanelDbContext> contexts, IOptions<GentleOptions> options, TimeProvider time)
{
    private const string Pace = "HP_PACE";
    private const string Patience = "HP_PATIENCE";

    /// <summary>The job, with what its program is to be told.</summary>
    public async Task<JobDefinition> AppliedAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var operation = await context
            .Operations.AsNoTracking()
            .Where(row => row.Id == job.OperationId)
            .Select(row => new
            {
                row.Kind,
                row.Priority,
                row.StartedAt,
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (operation is null)
        {
            return job;
        }

        var environment = new Dictionary<string, string>(job.Container.Environment, StringComparer.Ordinal);
        var isRestore = OperationKinds.IsRestore(operation.Kind);
        var isAwaited = operation.Priority >= OperationPriority.Person;
        if (!isAwaited)
        {
            environment[Patience] = Left(operation.StartedAt);
        }
        else if (isRestore)
        {
            environment[Pace] = "person";
        }

        // How long it takes to bring a site back is what a drill is to tell.
        var limits = job.Container.Limits;
        if (!isAwaited && !isRestore)
        {
            limits = limits with { NanoCpus = limits.NanoCpus * options.Value.ProcessorPercent / 100 };
        }

        return job with
        {
            Container = job.Container with { Environment = environment, Limits = limits },
            StepsBack = !isAwaited || !isRestore,
        };
    }

    /// <summary>Whole seconds of the operation's patience that are left.</summary>
    private string Left(DateTimeOffset? startedAt)
    {
        var now = time.GetUtcNow();
        var left = (startedAt ?? now) + TimeSpan.FromMinutes(options.Value.PatienceMinutes) - now;
        return ((long)Math.Max(0, left.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>What a program says while it waits for the machine, or ran without room.</summary>
internal sealed record GateLine(string? Waits, string? Slow, int? Pressure, long Waited, string? Gate)
{
    /// <summary>True where the kernel tells nobody how pressed the machine is.</summary>
    public bool IsUnknown => Gate == "unknown";

    /// <summary>For people; null where there is nothing to tell.</summary>
    public string? Words =>
        Waits is { } what ? string.Create(CultureInfo.InvariantCulture, $"waits for the machine: {Name(what)} pressure {Pressure} %")
        : Slow is { } still
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The machine had no room for {Waited} s ({Name(still)} pressure {Pressure} %): it ran slowly."
            )
        : null;

    private static string Name(string what) => what == "io" ? "I/O" : what;
}
