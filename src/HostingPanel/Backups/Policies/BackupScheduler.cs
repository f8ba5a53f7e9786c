using HostingPanel.Access;
using HostingPanel.Backups.Operations;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Policies;

/// <summary>
/// Asks for the restore points that are due, for retention after they have become good, and for the checks of repositories. A site that is
/// stopped, or that somebody works on, waits; what it missed is made up once when it can be.
/// </summary>
internal sealed class BackupScheduler(
    IDbContextFactory<PanelDbContext> contexts,
    OperationQueue queue,
    IWorkerLease worker,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<BackupScheduler> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>A scheduled restore point that failed is tried again after this, so often in all.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(1);
    public const int MaxAttempts = 3;

    /// <summary>What retention could not remove, or make room of, is tried again after this.</summary>
    public static readonly TimeSpan RetainAgain = TimeSpan.FromHours(6);

    /// <summary>Any number; taken while looking, so that two workers by mistake do not both queue the same.</summary>
    private const long LookingLock = 0x4850_4241_434b;

    protected override string Purpose => "Planning restore points";

    protected override Task LookAsync(CancellationToken cancellationToken) =>
        options.Value.RunsBackups ? PlanAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Queues what is due. Says how many operations that were.</summary>
    public async Task<int> PlanAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LookingLock})", cancellationToken);
        var look = await ReadAsync(context, now, cancellationToken);
        var queued = 0;
        foreach (var site in look.Sites)
        {
            queued += PlanBackup(context, look, site, now);
            queued += await PlanRetentionAsync(context, look, site, now, cancellationToken);
        }

        queued += await CheckPlanner.PlanAsync(context, queue, look.Busy, now, cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO backup_scheduler_looks (id, looked_at) VALUES ({BackupSchedulerLook.TheOne}, {now})
            ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at
            """,
            cancellationToken
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return queued;
    }

    private int PlanBackup(PanelDbContext context, SchedulerLook look, SchedulerSite site, DateTimeOffset now)
    {
        var policy = BackupPolicy.Of(look.Policies, site.Id, site.Plan);
        if (!look.Schedules.TryGetValue(site.Id, out var row))
        {
            row = new BackupSchedule
            {
                SiteId = site.Id,
                DueAt = DateTimeOffset.MaxValue.ToStored(),
                ReckonedBy = string.Empty,
            };
            context.BackupSchedules.Add(row);
            look.Schedules.Add(site.Id, row);
        }

        var isDue = ScheduleReckoning.IsDue(row, policy, now);
        var again = !isDue && policy.Enabled && IsToBeTriedAgain(row, site, now);
        if (!isDue && !again)
        {
            return 0;
        }

        if (look.Busy.Contains((site.Id, OperationKinds.TakeBackup)))
        {
            // One that somebody asked for, or the last one, is still at it: this one follows.
            return 0;
        }

        var targets = look.Targets.Where(id => policy.TargetIds.Count == 0 || policy.TargetIds.Contains(id)).ToList();
        (row.WaitingCode, row.Waiting) = WhyNot(site, targets, now);
        if (row.WaitingCode is not null)
        {
            return 0;
        }

        var operation = queue.Add(
            context,
            Actor.Panel,
            new OperationRequest(
                OperationKinds.TakeBackup,
                site.Id,
                site.Slug,
                OperationPriority.Schedule,
                Arguments: new TakeBackupArguments(RestorePointReason.Schedule, targets)
            )
        );
        if (again)
        {
            (row.OperationId, row.QueuedAt, row.Attempts) = (operation.Id, now, row.Attempts + 1);
        }
        else
        {
            ScheduleReckoning.Asked(row, policy, operation.Id, now);
        }

        return 1;
    }

    /// <summary>Not when the next one is soon due anyway.</summary>
    private static bool IsToBeTriedAgain(BackupSchedule row, SchedulerSite site, DateTimeOffset now) =>
        row.Attempts is > 0 and < MaxAttempts
        && site.Last is { State: RestorePointState.Failed } last
        && last.Id == row.OperationId
        && last.FaultCode != "cancelled"
        && last.FinishedAt <= now - Again
        && row.DueAt > now + Again;

    /// <summary>Why what is due has to wait.</summary>
    private static (string?, string?) WhyNot(SchedulerSite site, IReadOnlyList<Guid> targets, DateTimeOffset now) =>
        site.State == SiteState.Stopped ? ("site-is-stopped", "It is stopped. What was missed is made up when it runs again.")
        : site.HandsOffUntil > now ? ("hands-off", "Somebody works on it. What was missed is made up afterwards.")
        : targets.Count == 0 ? ("no-backup-target", "None of the targets of its policy is in use any more. Change the policy.")
        : (null, null);

    /// <summary>After a scheduled restore point that is good, and never after one that failed.</summary>
    private async Task<int> PlanRetentionAsync(
        PanelDbContext context,
        SchedulerLook look,
        SchedulerSite site,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var row = look.Schedules[site.Id];
        if (
            site.Last is not { State: RestorePointState.Good, Reason: RestorePointReason.Schedule } last
            || (row.RetainedAfter == last.Id && !look.Left.Contains(site.Id))
            || look.Busy.Contains((site.Id, OperationKinds.ApplyRetention))
        )
        {
            return 0;
        }

        row.RetainedAfter = last.Id;
        var policy = BackupPolicy.Of(look.Policies, site.Id, site.Plan);
        var found = await RetentionLook.TakeAsync(context, site.Id, policy, rules: null, self: null, now, cancellationToken);
        var isLeft = await context.BackupRepositories.AnyAsync(
            repository =>
                found.Repositories.Contains(repository.Id)
                && (
                    repository.PruneDue
                    || context.RestorePointCopies.Any(copy => copy.RepositoryId == repository.Id && copy.GoingAt != null)
                ),
            cancellationToken
        );
        if (found.Goes.Count == 0 && found.Failed.Count == 0 && !isLeft && found.Fault is null)
        {
            return 0;
        }

        queue.Add(
            context,
            Actor.Panel,
            new OperationRequest(
                OperationKinds.ApplyRetention,
                site.Id,
                site.Slug,
                OperationPriority.Background,
                Arguments: new RemovalArguments(found.Repositories)
            )
        );
        return 1;
    }

    private static async Task<SchedulerLook> ReadAsync(PanelDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sites = await context
            .Sites.Where(site =>
                (site.State == SiteState.Running || site.State == SiteState.Stopped)
                && site.ProvisionedAt != null
                && site.Environment != SiteEnvironment.Drill
            )
            .OrderBy(site => site.Id)
            .Select(site => new SchedulerSite(
                site.Id,
                site.Slug,
                site.State,
                site.HandsOffUntil,
                site.Organisation!.PlanName,
                context
                    .RestorePoints.Where(point =>
                        point.SiteId == site.Id && (point.State == RestorePointState.Good || point.State == RestorePointState.Failed)
                    )
                    .OrderByDescending(point => point.Id)
                    .Select(point => new LastPoint(point.Id, point.State, point.Reason, point.FinishedAt, point.FaultCode))
                    .FirstOrDefault()
            ))
            .ToListAsync(cancellationToken);
        var busy = await context
            .Operations.Where(operation =>
                (operation.State == OperationState.Queued || operation.State == OperationState.Running) && operation.SiteId != null
            )
            .Select(operation => new { operation.SiteId, operation.Kind })
            .ToListAsync(cancellationToken);
        return new SchedulerLook(
            sites,
            await context.BackupPolicies.AsNoTracking().ToListAsync(cancellationToken),
            await context.BackupSchedules.ToDictionaryAsync(row => row.SiteId, cancellationToken),
            await context
                .BackupTargets.Where(target => target.RetiredAt == null)
                .OrderBy(target => target.CreatedAt)
                .ThenBy(target => target.Id)
                .Select(target => target.Id)
                .ToListAsync(cancellationToken),
            busy.Select(row => (row.SiteId!.Value, row.Kind)).ToHashSet(),
            await ReadLeftAsync(context, now, cancellationToken)
        );
    }

    /// <summary>
    /// Sites of which something should have gone at a target that is in use, and is still there: when the last try is long enough ago, there
    /// is another one, whatever kept it.
    /// </summary>
    private static async Task<HashSet<Guid>> ReadLeftAsync(PanelDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var recent = now - RetainAgain;
        return await (
            from repository in context.BackupRepositories
            join target in context.BackupTargets on repository.TargetId equals target.Id
            where
                repository.ResticId != null
                && repository.SetAsideAt == null
                && target.RetiredAt == null
                && (
                    repository.PruneDue
                    || context.RestorePointCopies.Any(copy => copy.RepositoryId == repository.Id && copy.GoingAt != null)
                )
                && !context.Operations.Any(operation =>
                    operation.SiteId == repository.SiteId
                    && operation.Kind == OperationKinds.ApplyRetention
                    && (operation.FinishedAt == null || operation.FinishedAt > recent)
                )
            select repository.SiteId
        ).ToHashSetAsync(cancellationToken);
    }

    private sealed record LastPoint(
        Guid Id,
        RestorePointState State,
        RestorePointReason Reason,
        DateTimeOffset? FinishedAt,
        string? FaultCode
    );

    private sealed record SchedulerSite(Guid Id, string Slug, SiteState State, DateTimeOffset? HandsOffUntil, string Plan, LastPoint? Last);

    private sealed record SchedulerLook(
        IReadOnlyList<SchedulerSite> Sites,
        IReadOnlyList<BackupPolicy> Policies,
        Dictionary<Guid, BackupSchedule> Schedules,
        IReadOnlyList<Guid> Targets,
        HashSet<(Guid, string)> Busy,
        HashSet<Guid> Left
    );
}
