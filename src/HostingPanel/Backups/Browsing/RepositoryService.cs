using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Backups.Operations;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups.Browsing;

/// <summary>The repositories of sites, and the way out with their keys: what lies there can be restored without the panel.</summary>
public sealed partial class RepositoryService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal RepositoryService(
        IDbContextFactory<PanelDbContext> contexts,
        OperationQueue queue,
        TimeProvider time,
        ILogger<RepositoryService> logger
    ) => (_contexts, _queue, _time, _logger) = (contexts, queue, time, logger);

    /// <summary>The repositories of a site, one at each target; also of a site that was purged.</summary>
    public async Task<Outcome<IReadOnlyList<RepositoryView>>> ListAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ExportRepositoryKeys) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await RepositoriesOfAsync(context, actor, slug, cancellationToken)).TryGet(out var repositories, out var problem))
        {
            return problem;
        }

        var rows = await (
            from repository in repositories
            join target in context.BackupTargets on repository.TargetId equals target.Id
            orderby target.Name
            select new { Repository = repository, Target = target }
        ).ToListAsync(cancellationToken);
        if (rows.Count == 0 && !await context.Sites.AnyAsync(site => site.Slug == slug, cancellationToken))
        {
            return Problem.NotFound("site", slug);
        }

        return rows.Select(row => new RepositoryView(
                row.Repository.Id,
                row.Target.Id,
                row.Target.Name,
                TargetAddress.Of(row.Target, row.Repository.Id),
                row.Repository.ResticId,
                row.Repository.InitialisedAt
            ))
            .ToList();
    }

    /// <summary>
    /// Has the worker open the key of a repository and lay it down for who asks, once and not for long. Who has it reads everything of the
    /// site at that target. Refused: <c>repository-not-found</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> ExportKeyAsync(
        Actor actor,
        string slug,
        Guid repositoryId,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ExportRepositoryKeys) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf(OperationKinds.ExportRepositoryKey, new { slug, repositoryId });
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (
            !(await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused)
            && reused is not null
        )
        {
            return reused;
        }

        if (known is not null)
        {
            return OperationView.From(known);
        }

        if (!(await RepositoriesOfAsync(context, actor, slug, cancellationToken)).TryGet(out var mine, out var problem))
        {
            return problem;
        }

        if (!await mine.AnyAsync(row => row.Id == repositoryId, cancellationToken))
        {
            return Problem.NotFound("repository", repositoryId.ToString());
        }

        if (await FreshProof.CheckAsync(context, actor, _time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        var operation = _queue.Add(
            context,
            actor,
            new OperationRequest(OperationKinds.ExportRepositoryKey, SiteId: null, slug, Arguments: new ExportKeyArguments(repositoryId))
        );
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogExported(actor.Name, slug, repositoryId);
        return OperationView.From(operation);
    }

    /// <summary>By the site's identity while there is one of this slug, else by that of the restore points which it left.</summary>
    private static async Task<Outcome<IQueryable<BackupRepository>>> RepositoriesOfAsync(
        PanelDbContext context,
        Actor actor,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (
            !(await BackupService.OfSiteAsync(context, actor, Permission.ExportRepositoryKeys, slug, cancellationToken)).TryGet(
                out var points,
                out var problem
            )
        )
        {
            return problem;
        }

        return new Outcome<IQueryable<BackupRepository>>(
            context
                .BackupRepositories.AsNoTracking()
                .Where(repository =>
                    context.Sites.Any(site => site.Slug == slug && site.Id == repository.SiteId)
                    || points.Any(point => point.SiteId == repository.SiteId)
                )
        );
    }

    [LoggerMessage(71, LogLevel.Warning, "{Who} exports the key of the repository {Repository} of {Site}")]
    private partial void LogExported(string who, string site, Guid repository);
}
