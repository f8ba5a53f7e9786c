using HostingPanel.Access;
using HostingPanel.Backups.Policies;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Upkeep;

/// <summary>What people do with restore points and repositories that are there: check them, and delete single ones.</summary>
public sealed class UpkeepService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupService _backups;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;

    internal UpkeepService(IDbContextFactory<PanelDbContext> contexts, BackupService backups, OperationQueue queue, TimeProvider time) =>
        (_contexts, _backups, _queue, _time) = (contexts, backups, queue, time);

    /// <summary>
    /// Deletes a restore point for good, at every target. The last whole one, of a site or at a target, goes only when the site was purged,
    /// by who may manage targets; what lies at that target of the site goes with it. Refused: <c>restore-point-being-taken</c>,
    /// <c>restore-point-in-use</c>, <c>last-good-restore-point</c>, <c>last-at-target</c>, <c>invalid-request</c> without the
    /// confirmation, <c>proof-needed</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="id">The restore point.</param>
    /// <param name="confirm">The slug once more: what goes does not come back.</param>
    /// <param name="idempotencyKey">Same key and same restore point: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> DeleteAsync(
        Actor actor,
        string slug,
        Guid id,
        string? confirm,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        return await QueueAsync(
            actor,
            idempotencyKey,
            Idempotency.HashOf(OperationKinds.DeleteRestorePoint, id),
            async context =>
            {
                if (
                    !(await _backups.FindAsync(actor, Permission.DeleteBackups, slug, id, cancellationToken)).TryGet(
                        out var point,
                        out var problem
                    )
                )
                {
                    return problem;
                }

                if (confirm != slug)
                {
                    return Problem.Invalid(
                        "confirm",
                        $"What is deleted does not come back. Confirm it with the site's name: confirm={slug}."
                    );
                }

                if (!(await DeletionRules.CheckAsync(context, actor, point, _time, cancellationToken)).TryGet(out var emptied, out problem))
                {
                    return problem;
                }

                var repositories = await context
                    .BackupRepositories.Where(repository =>
                        (repository.ResticId != null || emptied.Contains(repository.Id))
                        && context.RestorePointCopies.Any(copy => copy.RepositoryId == repository.Id && copy.RestorePointId == id)
                    )
                    .OrderBy(repository => repository.Id)
                    .Select(repository => repository.Id)
                    .ToListAsync(cancellationToken);
                return new OperationRequest(
                    OperationKinds.DeleteRestorePoint,
                    point.SiteId,
                    slug,
                    Arguments: new RemovalArguments(repositories, id, emptied)
                )
                {
                    OrganisationId = point.OrganisationId,
                };
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Checks a site's repositories. Refused: <c>no-repository</c>, <c>check-asked</c> while one is queued or runs.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site, also one that was purged.</param>
    /// <param name="target">Only at this target; null for all.</param>
    /// <param name="read">How much of the data is read.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> CheckAsync(
        Actor actor,
        string slug,
        string? target,
        CheckReading read,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        return await QueueAsync(
            actor,
            idempotencyKey,
            Idempotency.HashOf(
                OperationKinds.CheckRepositories,
                new
                {
                    slug,
                    target,
                    read,
                }
            ),
            async context =>
            {
                if (
                    !(await BackupService.OfSiteAsync(context, actor, Permission.DrillBackups, slug, cancellationToken)).TryGet(
                        out var points,
                        out var problem
                    )
                )
                {
                    return problem;
                }

                var newest = await points
                    .OrderByDescending(point => point.Id)
                    .Select(point => new { point.SiteId, point.OrganisationId })
                    .FirstOrDefaultAsync(cancellationToken);
                var siteId = newest?.SiteId;
                if (siteId is null && !await context.Sites.AnyAsync(site => site.Slug == slug, cancellationToken))
                {
                    return Problem.NotFound("site", slug);
                }

                var repositories = await (
                    from repository in RetentionLook.Managed(context, siteId ?? Guid.AllBitsSet)
                    join place in context.BackupTargets on repository.TargetId equals place.Id
                    where target == null || place.Name == target
                    select repository
                ).ToListAsync(cancellationToken);
                if (repositories.Count == 0)
                {
                    return VolumeRules.Refused(
                        "no-repository",
                        target is null
                            ? $"{slug} has nothing at any target that is in use. Take a restore point first."
                            : $"{slug} has nothing at “{target}” that is in use."
                    );
                }

                return await IsActiveAsync(context, OperationKinds.CheckRepositories, siteId!.Value, cancellationToken)
                    ? VolumeRules.Refused("check-asked", $"A check of what is kept of {slug} is under way. Wait for it to end.")
                    : new OperationRequest(OperationKinds.CheckRepositories, siteId, slug, Arguments: CheckArguments.Of(repositories, read))
                    {
                        OrganisationId = newest!.OrganisationId,
                    };
            },
            cancellationToken
        );
    }

    private async Task<Outcome<OperationView>> QueueAsync(
        Actor actor,
        string? idempotencyKey,
        byte[] hash,
        Func<PanelDbContext, Task<Outcome<OperationRequest>>> prepare,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var found = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (found.Problem is { } reused)
        {
            return reused;
        }

        if (found.Value is { } known)
        {
            return OperationView.From(known);
        }

        if (!(await prepare(context)).TryGet(out var request, out var problem))
        {
            return problem;
        }

        var operation = _queue.Add(context, actor, request);
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    private static Task<bool> IsActiveAsync(PanelDbContext context, string kind, Guid siteId, CancellationToken cancellationToken) =>
        context.Operations.AnyAsync(
            operation =>
                operation.SiteId == siteId
                && operation.Kind == kind
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
            cancellationToken
        );
}
