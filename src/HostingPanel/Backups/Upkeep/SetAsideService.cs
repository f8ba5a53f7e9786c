using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Backups.Policies;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Upkeep;

/// <summary>A repository that was set aside because it is damaged: another one has taken its place.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Site">The slug of its site; of one that was purged, the slug that it had.</param>
/// <param name="IsSiteThere">False when the site was purged.</param>
/// <param name="Target">Where it lies.</param>
/// <param name="SetAsideAt">Since when.</param>
/// <param name="Fault">What was found to be wrong with it.</param>
/// <param name="Bytes">What its copies have added to it, as far as that is known: about what it takes at the target.</param>
/// <param name="Copies">Of how many restore points there is something in it.</param>
/// <param name="Whole">How many of those are whole in it all the same.</param>
/// <param name="RemovedBy">The operation that is removing it; null when none is.</param>
public sealed record SetAsideView(
    Guid Id,
    string Site,
    bool IsSiteThere,
    string Target,
    DateTimeOffset SetAsideAt,
    string? Fault,
    long Bytes,
    int Copies,
    int Whole,
    Guid? RemovedBy
);

/// <summary>Repositories that were set aside. They go only when somebody says so: what is damaged may still be somebody's last hope.</summary>
public sealed class SetAsideService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;

    internal SetAsideService(IDbContextFactory<PanelDbContext> contexts, OperationQueue queue, TimeProvider time) =>
        (_contexts, _queue, _time) = (contexts, queue, time);

    /// <summary>All of them, the one that was set aside first before the others.</summary>
    public async Task<Outcome<IReadOnlyList<SetAsideView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadTargets) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await ViewsAsync(context, id: null, cancellationToken);
    }

    /// <summary>
    /// Removes one with all that lies in it, for good. Refused: <c>repository-not-found</c>, <c>invalid-request</c> without the confirmation,
    /// <c>proof-needed</c>, <c>repository-in-use</c>, <c>last-good-restore-point</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">Which.</param>
    /// <param name="confirm">The slug of its site: what goes does not come back.</param>
    /// <param name="idempotencyKey">Same key and same repository: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> RemoveAsync(
        Actor actor,
        Guid id,
        string? confirm,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageTargets) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf(OperationKinds.RemoveRepository, id);
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

        if ((await ViewsAsync(context, id, cancellationToken)) is not [var view])
        {
            return Problem.NotFound("repository", id.ToString());
        }

        if (confirm != view.Site)
        {
            return Problem.Invalid("confirm", $"What is removed does not come back. Confirm it with the site's name: confirm={view.Site}.");
        }

        var repository = await context.BackupRepositories.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        if (
            (
                await FreshProof.CheckAsync(context, actor, _time, cancellationToken)
                ?? await FaultAsync(context, repository, view, cancellationToken)
            ) is
            { } fault
        )
        {
            return fault;
        }

        var organisation =
            await context
                .Sites.Where(site => site.Id == repository.SiteId)
                .Select(site => (Guid?)site.OrganisationId)
                .SingleOrDefaultAsync(cancellationToken)
            ?? await context
                .RestorePoints.Where(point => point.SiteId == repository.SiteId)
                .OrderByDescending(point => point.Id)
                .Select(point => (Guid?)point.OrganisationId)
                .FirstOrDefaultAsync(cancellationToken);
        var operation = _queue.Add(
            context,
            actor,
            new OperationRequest(
                OperationKinds.RemoveRepository,
                repository.SiteId,
                view.Site,
                Arguments: new RemovalArguments([id], Emptied: [id])
            )
            {
                OrganisationId = organisation,
            }
        );
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    /// <summary>Why it may not go now; null when it may.</summary>
    private static async Task<Problem?> FaultAsync(
        PanelDbContext context,
        BackupRepository repository,
        SetAsideView view,
        CancellationToken cancellationToken
    )
    {
        var inUse = await RetentionLook.ArgumentsInUseAsync(context, self: null, runningOnly: false, cancellationToken);
        var points = await context
            .RestorePointCopies.Where(copy => copy.RepositoryId == repository.Id)
            .Select(copy => copy.RestorePointId)
            .ToListAsync(cancellationToken);
        if (points.Append(repository.Id).Any(id => RetentionLook.IsInUse(inUse, id)))
        {
            return VolumeRules.Refused("repository-in-use", "Something is just being done with what lies in it. Wait for it to end.");
        }

        return
            view is { IsSiteThere: true, Whole: > 0 }
            && !await context.RestorePoints.AnyAsync(
                point =>
                    point.SiteId == repository.SiteId
                    && point.State == RestorePointState.Good
                    && point.Copies.Any(copy => copy.RepositoryId != repository.Id && copy.ReadBackAt != null),
                cancellationToken
            )
            ? VolumeRules.Refused(
                "last-good-restore-point",
                $"The only good restore points of {view.Site} lie in it. Take another one first: a site is never left without."
            )
            : null;
    }

    private static async Task<List<SetAsideView>> ViewsAsync(PanelDbContext context, Guid? id, CancellationToken cancellationToken)
    {
        var rows = await (
            from repository in context.BackupRepositories.AsNoTracking()
            join target in context.BackupTargets on repository.TargetId equals target.Id
            where repository.SetAsideAt != null && (id == null || repository.Id == id)
            orderby repository.SetAsideAt, repository.Id
            select new
            {
                Repository = repository,
                Target = target.Name,
                Slug = context.Sites.Where(site => site.Id == repository.SiteId).Select(site => site.Slug).SingleOrDefault(),
                Before = context
                    .RestorePoints.Where(point => point.SiteId == repository.SiteId)
                    .OrderByDescending(point => point.Id)
                    .Select(point => point.SiteSlug)
                    .FirstOrDefault(),
                Bytes = context.RestorePointCopies.Where(copy => copy.RepositoryId == repository.Id).Sum(copy => copy.AddedBytes) ?? 0,
                Copies = context.RestorePointCopies.Count(copy => copy.RepositoryId == repository.Id),
                Whole = context.RestorePointCopies.Count(copy => copy.RepositoryId == repository.Id && copy.ReadBackAt != null),
            }
        ).ToListAsync(cancellationToken);
        var removals = await context
            .Operations.AsNoTracking()
            .Where(operation =>
                operation.Kind == OperationKinds.RemoveRepository
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
            )
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new SetAsideView(
            row.Repository.Id,
            row.Slug ?? row.Before ?? $"{row.Repository.SiteId:N}"[..8],
            row.Slug is not null,
            row.Target,
            row.Repository.SetAsideAt!.Value,
            row.Repository.Fault,
            row.Bytes,
            row.Copies,
            row.Whole,
            removals.Find(operation => operation.ArgumentsAs<RemovalArguments>().Repositories.Contains(row.Repository.Id))?.Id
        ));
    }
}
