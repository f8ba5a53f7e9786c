using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Policies;

/// <summary>Tells whether what is promised of restore points is kept: by the age of the last good one, not by what last went wrong.</summary>
public sealed class BackupHealthService
{
    /// <summary>The scheduler looks once a minute; after this it counts as dead.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    /// <summary>A restore point from a time to come was taken by a clock that was set wrong, and says nothing of its age.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly TimeProvider _time;

    internal BackupHealthService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time) => (_contexts, _time) = (contexts, time);

    /// <summary>All sites, the worst first.</summary>
    public async Task<Outcome<BackupOverview>> GetAllAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ReadBackups) is { } forbidden)
        {
            return forbidden;
        }

        var now = _time.GetStoredNow();
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var sites = await ReadAsync(context, context.Sites.VisibleTo(actor, Permission.ReadBackups), now, cancellationToken);
        var looked = await context
            .BackupSchedulerLooks.Select(look => (DateTimeOffset?)look.LookedAt)
            .SingleOrDefaultAsync(cancellationToken);
        return new BackupOverview(
            looked,
            looked is { } at && (now - at).Duration() < Silence,
            [.. sites.OrderBy(site => Rank(site)).ThenBy(site => site.Site, StringComparer.Ordinal)]
        );
    }

    /// <summary>One site.</summary>
    public async Task<Outcome<BackupHealth>> GetAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadBackups, slug, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        return
            await ReadAsync(context, context.Sites.Where(site => site.Id == known.Id), _time.GetStoredNow(), cancellationToken)
                is [var found]
            ? found
            : Problem.NotFound("site", slug);
    }

    /// <summary>How many sites there are of each state.</summary>
    internal async Task<IReadOnlyDictionary<BackupHealthState, int>> CountAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var sites = await ReadAsync(context, context.Sites, _time.GetStoredNow(), cancellationToken);
        return sites.CountBy(site => site.State).ToDictionary();
    }

    private static int Rank(BackupHealth health) =>
        health.State switch
        {
            BackupHealthState.Never => 0,
            BackupHealthState.Late => 1,
            _ when health.Targets.Any(target => target.IsLate || target.FaultCode is not null) => 2,
            BackupHealthState.Off => 3,
            BackupHealthState.Paused => 4,
            BackupHealthState.New => 5,
            BackupHealthState.Good => 6,
            _ => throw new InvalidOperationException($"How bad {health.State} is is not written down."),
        };

    /// <summary>Those that have been there and are not in the trash; drills are none of anybody's sites.</summary>
    private static async Task<IReadOnlyList<BackupHealth>> ReadAsync(
        PanelDbContext context,
        IQueryable<Site> query,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var horizon = now + Ahead;
        var sites = await query
            .AsNoTracking()
            .Where(site =>
                site.ProvisionedAt != null
                && site.Environment != SiteEnvironment.Drill
                && (site.State == SiteState.Running || site.State == SiteState.Stopped)
            )
            .Select(site => new HealthFacts(
                site.Id,
                site.Slug,
                site.Title,
                site.State,
                site.ProvisionedAt!.Value,
                site.Organisation!.PlanName,
                context.BackupSchedules.SingleOrDefault(schedule => schedule.SiteId == site.Id),
                context
                    .RestorePoints.Where(point =>
                        point.SiteId == site.Id && point.State == RestorePointState.Good && point.TakenAt < horizon
                    )
                    .OrderByDescending(point => point.TakenAt)
                    .Select(point => new GoodPoint(point.Id, point.TakenAt!.Value))
                    .FirstOrDefault(),
                context
                    .RestorePoints.Where(point => point.SiteId == site.Id && point.State == RestorePointState.Failed)
                    .OrderByDescending(point => point.Id)
                    .Select(point => new FailedPoint(point.Id, point.FinishedAt ?? point.StartedAt, point.FaultCode, point.Fault))
                    .FirstOrDefault(),
                context.RestorePoints.Where(point => point.SiteId == site.Id).Max(point => point.ProvedAt),
                context.RestorePoints.Count(point => point.SiteId == site.Id && point.State == RestorePointState.Good)
            ))
            .ToListAsync(cancellationToken);
        var ids = sites.Select(site => site.Id).ToList();
        var repositories = (
            await context
                .BackupRepositories.AsNoTracking()
                .Where(repository => ids.Contains(repository.SiteId))
                .Select(repository => new RepositoryFacts(
                    repository,
                    context.RestorePointCopies.Where(copy => copy.RepositoryId == repository.Id).Sum(copy => copy.AddedBytes ?? 0),
                    context.RestorePointCopies.Count(copy => copy.RepositoryId == repository.Id && copy.ReadBackAt != null),
                    (
                        from copy in context.RestorePointCopies
                        join point in context.RestorePoints on copy.RestorePointId equals point.Id
                        where copy.RepositoryId == repository.Id && copy.ReadBackAt != null && point.TakenAt < horizon
                        select point.TakenAt
                    ).Max()
                ))
                .ToListAsync(cancellationToken)
        ).ToLookup(row => row.Repository.SiteId);
        var policies = await context.BackupPolicies.AsNoTracking().ToListAsync(cancellationToken);
        var targets = await context.BackupTargets.AsNoTracking().OrderBy(target => target.Name).ToListAsync(cancellationToken);
        return
        [
            .. sites.Select(site => Judge(site, BackupPolicy.Of(policies, site.Id, site.Plan), [.. repositories[site.Id]], targets, now)),
        ];
    }

    private static BackupHealth Judge(
        HealthFacts site,
        BackupPolicy policy,
        IReadOnlyList<RepositoryFacts> repositories,
        IReadOnlyList<BackupTarget> targets,
        DateTimeOffset now
    )
    {
        var since = policy.ChangedAt > site.ProvisionedAt ? policy.ChangedAt : site.ProvisionedAt;
        var promised = policy.Enabled ? policy.Times.Promise(site.Id, site.Good?.TakenAt ?? since) : null;
        var isStopped = site.State == SiteState.Stopped;
        var state =
            !policy.Enabled ? BackupHealthState.Off
            : site.Good is null
                ? isStopped || promised is null || now <= promised ? BackupHealthState.New
                    : BackupHealthState.Never
            : promised is null || now <= promised ? BackupHealthState.Good
            : isStopped ? BackupHealthState.Paused
            : BackupHealthState.Late;
        var failed = site.Failed is { } last && (site.Good is null || last.At > site.Good.TakenAt) ? last : null;
        return new BackupHealth(
            site.Slug,
            site.Title,
            state,
            site.Good?.Id,
            site.Good?.TakenAt,
            site.ProvedAt,
            promised,
            policy.Enabled ? site.Schedule?.DueAt : null,
            site.Points,
            repositories.Sum(row => row.Bytes),
            failed?.At,
            failed?.Code,
            failed?.Fault,
            site.Schedule?.WaitingCode,
            site.Schedule?.Waiting,
            policy.Enabled ? null : policy.OffReason,
            [.. targets.Select(target => Judge(target, site, policy, repositories, since, now)).OfType<TargetHealth>()]
        );
    }

    private static TargetHealth? Judge(
        BackupTarget target,
        HealthFacts site,
        BackupPolicy policy,
        IReadOnlyList<RepositoryFacts> repositories,
        DateTimeOffset since,
        DateTimeOffset now
    )
    {
        var isWanted = target.RetiredAt is null && (policy.TargetIds.Count == 0 || policy.TargetIds.Contains(target.Id));
        var there = repositories.Where(row => row.Repository.TargetId == target.Id).ToList();
        if (there.Count == 0 && !isWanted)
        {
            return null;
        }

        var newest = there.Max(row => row.NewestAt);
        var from = newest ?? (target.CreatedAt > since ? target.CreatedAt : since);
        var isLate =
            isWanted && policy.Enabled && site.State == SiteState.Running && policy.Times.Promise(site.Id, from) is { } by && now > by;
        var current = there.SingleOrDefault(row => row.Repository.SetAsideAt is null)?.Repository;
        var aside = there.Select(row => row.Repository).Where(row => row.SetAsideAt is not null).MaxBy(row => row.SetAsideAt);
        // What was set aside is told of until its successor was found well.
        var faulty =
            current?.FaultCode is not null ? current
            : current?.CheckedAt is null ? aside
            : null;
        return new TargetHealth(
            target.Name,
            isWanted,
            isLate,
            newest,
            there.Sum(row => row.Copies),
            current?.CheckedAt,
            current?.ReadPart ?? 0,
            current?.ReadParts ?? 0,
            current?.ReadAllAt,
            current?.UnknownSnapshots ?? 0,
            aside?.SetAsideAt,
            faulty?.FaultAt,
            faulty?.FaultCode,
            faulty?.Fault
        );
    }

    private sealed record GoodPoint(Guid Id, DateTimeOffset TakenAt);

    private sealed record FailedPoint(Guid Id, DateTimeOffset At, string? Code, string? Fault);

    private sealed record HealthFacts(
        Guid Id,
        string Slug,
        string Title,
        SiteState State,
        DateTimeOffset ProvisionedAt,
        string Plan,
        BackupSchedule? Schedule,
        GoodPoint? Good,
        FailedPoint? Failed,
        DateTimeOffset? ProvedAt,
        int Points
    );

    private sealed record RepositoryFacts(BackupRepository Repository, long Bytes, int Copies, DateTimeOffset? NewestAt);
}
