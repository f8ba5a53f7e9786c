using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups.Drills;

/// <summary>What the steps of a drill write down, and what follows from its end.</summary>
internal sealed partial class DrillStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time, ILogger<DrillStore> logger)
{
    /// <summary>Changes a drill.</summary>
    public async Task UpdateAsync(Guid id, Action<RestoreDrill> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(await context.RestoreDrills.SingleAsync(drill => drill.Id == id, cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Writes down what checks have shown, in place of what they showed in a life of the worker before.</summary>
    public async Task RecordAsync(Guid id, IReadOnlyCollection<CheckResult> results, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var there = await context.RestoreDrillChecks.Where(check => check.DrillId == id).ToListAsync(cancellationToken);
        Write(context, id, there, results, time.GetStoredNow());
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Keeps the picture of the front page, in place of one of a life of the worker before; null for none.</summary>
    public async Task KeepPictureAsync(Guid id, PictureFile? picture, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var there = await context.RestoreDrillPictures.SingleOrDefaultAsync(row => row.DrillId == id, cancellationToken);
        if (there is not null)
        {
            context.RestoreDrillPictures.Remove(there);
            await context.SaveChangesAsync(cancellationToken);
        }

        if (picture is not null)
        {
            context.RestoreDrillPictures.Add(
                new RestoreDrillPicture
                {
                    DrillId = id,
                    MediaType = picture.MediaType,
                    Width = picture.Width,
                    Height = picture.Height,
                    Content = picture.Content,
                }
            );
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>What the checks have shown so far.</summary>
    public async Task<IReadOnlyList<RestoreDrillCheck>> ListChecksAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .RestoreDrillChecks.AsNoTracking()
            .Where(check => check.DrillId == id)
            .OrderBy(check => check.At)
            .ThenBy(check => check.Name)
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Ends a drill, whichever way: its verdict, what that makes of the restore point and its copy, and the end of the scratch site's rows,
    /// all at once. Doing it twice is doing it once.
    /// </summary>
    /// <param name="id">The drill.</param>
    /// <param name="siteId">Its scratch site.</param>
    /// <param name="hasPassed">True when every check was found right.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task EndAsync(Guid id, Guid siteId, bool hasPassed, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var drill = await context.RestoreDrills.Include(drill => drill.Checks).SingleAsync(drill => drill.Id == id, cancellationToken);
        if (drill.FinishedAt is null)
        {
            var operation = await context
                .Operations.AsNoTracking()
                .Include(row => row.Steps)
                .SingleAsync(row => row.Id == id, cancellationToken);
            var now = time.GetStoredNow();
            var ending = hasPassed ? DrillEnding.Passed : DrillEnding.Of(operation, drill.Checks);
            Write(context, drill.Id, drill.Checks, ending.Further, now);
            (drill.Verdict, drill.FinishedAt) = (ending.Verdict, now);
            (drill.FaultCode, drill.Fault) = (ending.FaultCode, ending.Fault);
            drill.Phases = BackupJson.Write(DrillEnding.PhasesOf(operation));
            var point = await context
                .RestorePoints.Include(row => row.Copies)
                .SingleOrDefaultAsync(row => row.Id == drill.RestorePointId, cancellationToken);
            if (point is not null)
            {
                DrillEnding.Apply(drill, point, now);
            }

            if (ending.Verdict != RestoreDrillVerdict.Passed)
            {
                LogNotPassed(drill.SiteSlug, drill.RestorePointId, ending.Verdict, ending.Fault ?? string.Empty);
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        await ForgetSiteAsync(context, siteId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ForgetSiteAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken)
    {
        await context.Volumes.Where(volume => volume.SiteId == id).ExecuteDeleteAsync(cancellationToken);
        await context.Domains.Where(domain => domain.SiteId == id).ExecuteDeleteAsync(cancellationToken);
        await context
            .Sites.WithDrills()
            .Where(site => site.Id == id && site.Environment == SiteEnvironment.Drill)
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static void Write(
        PanelDbContext context,
        Guid id,
        IReadOnlyCollection<RestoreDrillCheck> there,
        IReadOnlyCollection<CheckResult> results,
        DateTimeOffset now
    )
    {
        foreach (var result in results)
        {
            var row = there.SingleOrDefault(check => check.Name == result.Name);
            if (row is null)
            {
                row = new RestoreDrillCheck
                {
                    DrillId = id,
                    Name = result.Name,
                    Title = result.Title,
                    Outcome = result.Outcome,
                    Text = result.Text,
                    At = now,
                };
                context.RestoreDrillChecks.Add(row);
            }

            (row.Outcome, row.Text, row.At) = (result.Outcome, Storable(result.Text), now);
            (row.Compared, row.Differing) = (result.Compared, result.Differing);
            row.Details = [.. result.Details.Take(RestoreDrillCheck.MaxDetails).Select(Storable)];
        }
    }

    /// <summary>PostgreSQL stores every character but this one, and what programs of a stranger print may be long.</summary>
    private static string Storable(string text)
    {
        const int Longest = 1000;
        var whole = text.Replace('\0', '\uFFFD');
        return whole.Length > Longest ? $"{whole[..Longest]}…" : whole;
    }

    [LoggerMessage(72, LogLevel.Error, "{Site}: the drill of restore point {RestorePoint} ended as {Verdict}: {Reason}")]
    private partial void LogNotPassed(string site, Guid restorePoint, RestoreDrillVerdict verdict, string reason);
}

/// <summary>What a check has shown.</summary>
/// <param name="Name">A stable word, with a colon and the thing where there may be several.</param>
/// <param name="Title">What it is about, for people.</param>
/// <param name="Outcome">What it has shown.</param>
/// <param name="Text">The same for people, with the figures.</param>
internal sealed record CheckResult(string Name, string Title, RestoreDrillOutcome Outcome, string Text)
{
    public long? Compared { get; init; }
    public long? Differing { get; init; }
    public IReadOnlyList<string> Details { get; init; } = [];
}
