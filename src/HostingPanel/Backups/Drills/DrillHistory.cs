using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Drills;

/// <summary>
/// Forgets drills whose evidence is old, and pictures long before that, for they are nearly all of the bytes. What somebody still goes by stays,
/// however old it is: whatever is read of drills, by a page, a gauge or the schedule, says the same before and after.
/// </summary>
internal sealed partial class DrillHistory(
    IDbContextFactory<PanelDbContext> contexts,
    IWorkerLease worker,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<DrillHistory> logger,
    PanelMetrics? metrics = null
) : WorkerLoop(worker, time, logger)
{
    /// <summary>
    /// A look takes no more of each, for two reasons: a delete of many rows at once would hold up whoever writes meanwhile, and a clock that is a
    /// year ahead for an hour must not take a year of evidence with it. It is many times what thousands of sites make in an hour.
    /// </summary>
    public const int Batch = 50;

    protected override string Purpose => "Forgetting old drills";

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override Task LookAsync(CancellationToken cancellationToken) =>
        options.Value.RunsBackups ? ForgetAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Forgets the oldest of what is due, and says how many drills and how many pictures of others that were.</summary>
    public async Task<(int Drills, int Pictures)> ForgetAsync(CancellationToken cancellationToken)
    {
        var (days, pictureDays) = (options.Value.DrillDays, options.Value.DrillPictureDays);
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var drills = await ForgetDrillsAsync(context, now.AddDays(-days), cancellationToken);
        var pictures = await ForgetPicturesAsync(context, now.AddDays(-pictureDays), cancellationToken);
        if (drills + pictures > 0)
        {
            metrics?.DrillsForgotten(drills, pictures);
            LogForgotten(drills, days, pictures, pictureDays);
        }

        return (drills, pictures);
    }

    /// <summary>
    /// Kept are, of a site that is there or has a restore point, the drills that its recovery time comes from, the last that passed among them, those
    /// that have failed since, and the one with its newest picture; of each copy of a restore point that is there the same; and the last try of each
    /// repository, for the targets take turns. A window counts a drill and those after it.
    /// </summary>
    private static Task<int> ForgetDrillsAsync(PanelDbContext context, DateTimeOffset before, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
            $"""
            WITH told AS (
                SELECT drill.id, drill.site_id, drill.restore_point_id, drill.repository_id, drill.verdict, drill.finished_at,
                       count(*) FILTER (WHERE drill.verdict = 'Passed') OVER of_site AS site_passed,
                       count(*) FILTER (WHERE drill.verdict = 'Passed' AND drill.recovery_seconds IS NOT NULL) OVER of_site AS site_timed,
                       count(*) FILTER (WHERE drill.verdict = 'Passed') OVER of_copy AS copy_passed,
                       count(*) OVER of_repository AS repository_tries,
                       picture.drill_id IS NOT NULL AS has_picture,
                       count(picture.drill_id) FILTER (WHERE drill.finished_at IS NOT NULL) OVER of_site AS site_pictures
                FROM restore_drills drill LEFT JOIN restore_drill_pictures picture ON picture.drill_id = drill.id
                WINDOW of_site AS (PARTITION BY drill.site_id ORDER BY drill.id DESC),
                       of_copy AS (PARTITION BY drill.restore_point_id, drill.repository_id ORDER BY drill.id DESC),
                       of_repository AS (PARTITION BY drill.repository_id ORDER BY drill.id DESC))
            DELETE FROM restore_drills WHERE id IN (
                SELECT id FROM told
                WHERE finished_at < {before}
                  AND NOT EXISTS (SELECT FROM operations WHERE operations.id = told.id AND operations.finished_at IS NULL)
                  AND NOT ((verdict = 'Passed' AND site_timed <= {RecoveryReading.TypicalOf} OR verdict = 'Failed' AND site_passed = 0
                            OR has_picture AND site_pictures = 1)
                           AND (EXISTS (SELECT FROM sites WHERE sites.id = told.site_id)
                                OR EXISTS (SELECT FROM restore_points WHERE restore_points.site_id = told.site_id)))
                  AND NOT ((verdict = 'Passed' AND copy_passed = 1 OR verdict = 'Failed' AND copy_passed = 0)
                           AND EXISTS (SELECT FROM restore_points WHERE restore_points.id = told.restore_point_id))
                  AND NOT (repository_tries = 1
                           AND EXISTS (SELECT FROM backup_repositories WHERE backup_repositories.id = told.repository_id))
                ORDER BY finished_at LIMIT {Batch})
            """,
            cancellationToken
        );

    /// <summary>The newest of each site is kept.</summary>
    private static Task<int> ForgetPicturesAsync(PanelDbContext context, DateTimeOffset before, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM restore_drill_pictures WHERE drill_id IN (
                SELECT id FROM (
                    SELECT drill.id, drill.finished_at, row_number() OVER (PARTITION BY drill.site_id ORDER BY drill.id DESC) AS place
                    FROM restore_drill_pictures picture JOIN restore_drills drill ON drill.id = picture.drill_id
                    WHERE drill.finished_at IS NOT NULL) AS pictured
                WHERE place > 1 AND finished_at < {before}
                ORDER BY finished_at LIMIT {Batch})
            """,
            cancellationToken
        );

    [LoggerMessage(
        73,
        LogLevel.Information,
        "{Drills} drills older than {Days} days and {Pictures} pictures of drills older than {PictureDays} days were forgotten"
    )]
    private partial void LogForgotten(int drills, int days, int pictures, int pictureDays);
}
