using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Cron;

/// <summary>Shows the scheduled tasks of sites, and asks for a run before its time.</summary>
public sealed class CronService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BlueprintCatalogue _blueprints;
    private readonly VolumeRequests _requests;
    private readonly TimeProvider _time;

    internal CronService(
        IDbContextFactory<PanelDbContext> contexts,
        BlueprintCatalogue blueprints,
        VolumeRequests requests,
        TimeProvider time
    ) => (_contexts, _blueprints, _requests, _time) = (contexts, blueprints, requests, time);

    /// <summary>The scheduled tasks of a site, in its blueprint's order.</summary>
    public async Task<Outcome<IReadOnlyList<CronEntryView>>> ListAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var entries = await context
            .CronEntries.AsNoTracking()
            .Where(entry => entry.SiteId == site.Id)
            .ToDictionaryAsync(entry => entry.Name, StringComparer.Ordinal, cancellationToken);
        var ids = entries.Values.Select(entry => entry.OperationId).ToList();
        var operations = await context
            .Operations.Where(operation =>
                ids.Contains(operation.Id)
                || (
                    operation.SiteId == site.Id
                    && operation.Kind == OperationKinds.RunCron
                    && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
                )
            )
            .Select(operation => new
            {
                operation.Id,
                operation.Target,
                IsActive = operation.FinishedAt == null,
            })
            .ToListAsync(cancellationToken);
        var now = _time.GetUtcNow();
        return CronOf(site)
            .Select(recipe =>
                ViewOf(
                    site,
                    recipe,
                    entries.GetValueOrDefault(recipe.Name),
                    operations
                        .FirstOrDefault(operation => operation.IsActive && operation.Target == CronQueue.TargetOf(slug, recipe.Name))
                        ?.Id,
                    id => operations.Any(operation => operation.Id == id),
                    now
                )
            )
            .ToList();
    }

    /// <summary>
    /// Runs a scheduled task now, as soon as nothing else is being done to the site. Refused: <c>cron-not-found</c>, <c>cron-runs</c>,
    /// <c>site-is-…</c>, <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="name">The task.</param>
    /// <param name="idempotencyKey">Same key and same task: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> RunAsync(
        Actor actor,
        string slug,
        string name,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.OperateSites, slug, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf(OperationKinds.RunCron, new { slug, name }),
            scope => PrepareAsync(scope, name, cancellationToken),
            cancellationToken
        );
        return queued.TryGet(out var operation, out var problem) ? OperationView.From(operation) : problem;
    }

    private async Task<Outcome<OperationRequest>> PrepareAsync(VolumeRequests.Scope scope, string name, CancellationToken cancellationToken)
    {
        var (context, site) = (scope.Context, scope.Site);
        if (CronOf(site).SingleOrDefault(entry => entry.Name == name) is not { } recipe)
        {
            return new Problem(ProblemKind.NotFound, "cron-not-found", $"{site.Slug} has no scheduled task “{name}”.");
        }

        if (SiteTransitions.WhyNotRunning(site) is { } refused)
        {
            return refused;
        }

        if (site.Environment != SiteEnvironment.Live)
        {
            return new Problem(
                ProblemKind.Conflict,
                "site-is-a-copy",
                $"{site.Slug} is a copy. Copies run no scheduled tasks, so that they mail and bill nobody."
            );
        }

        if (await CronQueue.FindActiveAsync(context, site.Id, site.Slug, name, cancellationToken) is { } active)
        {
            return new Problem(
                ProblemKind.Conflict,
                "cron-runs",
                $"“{name}” of {site.Slug} runs already, or is about to. Wait for it to end."
            )
            {
                OperationId = active,
            };
        }

        if (!await context.CronEntries.AnyAsync(entry => entry.SiteId == site.Id && entry.Name == name, cancellationToken))
        {
            // A site so young that the scheduler has not seen it yet.
            var entry = CronScheduler.NewEntry(site.Id, recipe);
            entry.Follow(recipe.Schedule, _time.GetStoredNow());
            context.CronEntries.Add(entry);
        }

        return await CronQueue.RequestAsync(context, site, name, OperationPriority.Errand, cancellationToken);
    }

    private IReadOnlyList<BlueprintCron> CronOf(Site site) => _blueprints.Get(site.Blueprint)?.Cron ?? [];

    private static CronEntryView ViewOf(
        Site site,
        BlueprintCron recipe,
        CronEntry? entry,
        Guid? active,
        Func<Guid, bool> isKept,
        DateTimeOffset now
    )
    {
        var paused = CronTimes.WhyPaused(site.State, site.Environment, site.CronIsOff, site.HandsOffUntil, now);
        var known = entry ?? CronScheduler.NewEntry(site.Id, recipe);
        known.Follow(recipe.Schedule, now);
        return new CronEntryView(
            recipe.Name,
            recipe.Schedule.Text,
            CronWords.Of(recipe.Schedule.Text),
            string.Join(' ', recipe.Command.Arguments),
            recipe.Command.Service,
            recipe.Command.Timeout,
            paused is null ? known.DueAt : null,
            paused,
            site.CronIsOff,
            known is { Result: { } result, StartedAt: { } started, FinishedAt: { } finished, OperationId: { } operation }
                ? new CronRunView(result, started, finished, known.ExitCode, known.Error, isKept(operation) ? operation : null)
                : null,
            known.Failures,
            CronTimes.WaitAfter(known.Failures) > TimeSpan.Zero,
            known.SucceededAt,
            active
        );
    }
}
