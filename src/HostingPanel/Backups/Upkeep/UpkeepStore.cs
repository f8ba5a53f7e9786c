using HostingPanel.Backups.Policies;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Upkeep;

/// <summary>What the upkeep of repositories reads and writes of them and of the copies in them.</summary>
internal sealed class UpkeepStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time, PanelMetrics? metrics = null)
{
    public const string Damaged = "repository-damaged";

    /// <summary>Repositories with their targets, in the order of these ids.</summary>
    public async Task<IReadOnlyList<(BackupRepository Repository, BackupTarget Target)>> ListAsync(
        IReadOnlyList<Guid> ids,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from repository in context.BackupRepositories.AsNoTracking()
            join target in context.BackupTargets.AsNoTracking() on repository.TargetId equals target.Id
            where ids.Contains(repository.Id)
            select new { repository, target }
        ).ToDictionaryAsync(row => row.repository.Id, cancellationToken);
        return [.. ids.Select(found.GetValueOrDefault).Where(row => row is not null).Select(row => (row!.repository, row.target))];
    }

    /// <summary>
    /// Marks what goes, once: copies in these repositories are no way back from then on. Says how many restore points that are, and why there
    /// are none where something forbids it.
    /// </summary>
    public async Task<(int Points, Problem? Fault)> MarkAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<RemovalArguments>();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.RestorePoints.CountAsync(row => row.GoingBy == operation.Id, cancellationToken) is > 0 and var before)
        {
            // Decided in a life of the worker before: deciding again would remove more.
            return (before, null);
        }

        var goes = new List<Guid>();
        if (arguments.Point is { } point)
        {
            goes.Add(point);
        }
        else if (operation.Kind == OperationKinds.RemoveRepository)
        {
            goes.AddRange(
                await context
                    .RestorePointCopies.Where(copy => arguments.Repositories.Contains(copy.RepositoryId))
                    .Select(copy => copy.RestorePointId)
                    .Distinct()
                    .ToListAsync(cancellationToken)
            );
        }
        else
        {
            var siteId = operation.SiteId!.Value;
            var plan = await context
                .Sites.Where(site => site.Id == siteId)
                .Select(site => site.Organisation!.PlanName)
                .SingleOrDefaultAsync(cancellationToken);
            var policy = BackupPolicy.Of(
                await context.BackupPolicies.AsNoTracking().ToListAsync(cancellationToken),
                siteId,
                plan ?? string.Empty
            );
            var look = await RetentionLook.TakeAsync(
                context,
                siteId,
                policy,
                rules: null,
                operation.Id,
                time.GetStoredNow(),
                cancellationToken
            );
            if (look.Fault is { } fault)
            {
                return (0, fault);
            }

            goes.AddRange(look.Goes);
            goes.AddRange(look.Failed);
        }

        var now = time.GetStoredNow();
        var points = await context
            .RestorePoints.Include(row => row.Copies)
            .Where(row => goes.Contains(row.Id))
            .ToListAsync(cancellationToken);
        foreach (var row in points)
        {
            row.GoingBy = operation.Id;
            foreach (var copy in row.Copies.Where(copy => arguments.Repositories.Contains(copy.RepositoryId)))
            {
                copy.GoingAt ??= now;
                copy.ReadBackAt = null;
            }

            // One that is whole somewhere else, at a target that is retired say, goes on being good; one that has failed and has something
            // somewhere else goes when its turn comes.
            if (row.Copies.Any(copy => copy.ReadBackAt is not null))
            {
                continue;
            }

            var isLeft =
                operation.Kind == OperationKinds.RemoveRepository
                && row.Copies.Any(copy => !arguments.Repositories.Contains(copy.RepositoryId));
            row.State = isLeft ? RestorePointState.Failed : RestorePointState.Going;
            if (isLeft)
            {
                row.FaultCode ??= "copy-removed";
                row.Fault ??= "Its only whole copy was removed with the repository that it lay in.";
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        return (points.Count, null);
    }

    /// <summary>The copies in a repository, and whether their restore points are good.</summary>
    public async Task<IReadOnlyList<RestorePointCopy>> CopiesAsync(Guid repository, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .RestorePointCopies.AsNoTracking()
            .Where(copy => copy.RepositoryId == repository)
            .OrderBy(copy => copy.RestorePointId)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Writes down that a target has confirmed that these copies have gone.</summary>
    public async Task ForgottenAsync(
        Guid repository,
        IReadOnlyCollection<Guid> points,
        bool roomIsLeft,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var removed = await context
            .RestorePointCopies.Where(copy => copy.RepositoryId == repository && points.Contains(copy.RestorePointId))
            .ExecuteDeleteAsync(cancellationToken);
        if (roomIsLeft)
        {
            await context
                .BackupRepositories.Where(row => row.Id == repository)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PruneDue, true), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        metrics?.CopiesRemoved(removed);
    }

    /// <summary>Forgets the restore points of a site of which nothing is left anywhere.</summary>
    public async Task<int> ForgetEmptyAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var removed = await context
            .RestorePoints.Where(point => point.SiteId == siteId && point.State == RestorePointState.Going && point.Copies.Count == 0)
            .ExecuteDeleteAsync(cancellationToken);
        metrics?.RestorePointsRemoved(removed);
        return removed;
    }

    /// <summary>Changes a repository.</summary>
    public async Task UpdateAsync(Guid id, Action<BackupRepository> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(await context.BackupRepositories.SingleAsync(row => row.Id == id, cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>True when an operation that runs may be reading there.</summary>
    public async Task<bool> IsReadAsync(Guid repository, Guid self, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var arguments = await RetentionLook.ArgumentsInUseAsync(context, self, runningOnly: true, cancellationToken);
        if (arguments.Count == 0)
        {
            return false;
        }

        var ids = await context
            .RestorePointCopies.Where(copy => copy.RepositoryId == repository)
            .Select(copy => copy.RestorePointId)
            .ToListAsync(cancellationToken);
        return ids.Append(repository).Any(id => RetentionLook.IsInUse(arguments, id));
    }

    /// <summary>Writes down what is wrong with a repository; a fault of the target's own is told there, too.</summary>
    public async Task FaultAsync(RepositoryWork work, string code, string message, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var repository = await context.BackupRepositories.SingleAsync(row => row.Id == work.Repository.Id, cancellationToken);
        (repository.FaultAt, repository.FaultCode, repository.Fault, repository.FaultBy) = (now, code, message, work.Operation.Id);
        var target = await context.BackupTargets.SingleAsync(row => row.Id == work.Target.Id, cancellationToken);
        (target.LastFaultAt, target.LastFaultCode, target.LastFault) = (now, code, message);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Writes down that nothing is left in a repository.</summary>
    public async Task EmptiedAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var removed = await context.RestorePointCopies.Where(copy => copy.RepositoryId == id).ExecuteDeleteAsync(cancellationToken);
        await context
            .BackupRepositories.Where(row => row.Id == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.ResticId, (string?)null)
                        .SetProperty(row => row.PruneDue, false)
                        .SetProperty(row => row.PruningBy, (Guid?)null),
                cancellationToken
            );
        await transaction.CommitAsync(cancellationToken);
        metrics?.CopiesRemoved(removed);
    }

    /// <summary>Forgets repositories that were emptied, with their keys: there is nothing to be read with them any more.</summary>
    public async Task ForgetRepositoriesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .BackupRepositories.Where(row =>
                ids.Contains(row.Id) && row.ResticId == null && !context.RestorePointCopies.Any(copy => copy.RepositoryId == row.Id)
            )
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>
    /// Sets a damaged repository aside: nothing new is put on top of what is damaged. The copies that stand on it are no way back any more, and
    /// a restore point without another one is none. Says how many copies that were.
    /// </summary>
    /// <param name="work">Which.</param>
    /// <param name="touched">The snapshots that are damaged; null where that can't be told, and then all are.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<int> SetAsideAsync(
        RepositoryWork work,
        IReadOnlyCollection<string>? touched,
        string message,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var repository = await context.BackupRepositories.SingleAsync(row => row.Id == work.Repository.Id, cancellationToken);
        repository.SetAsideAt ??= now;
        (repository.FaultAt, repository.FaultCode, repository.Fault, repository.FaultBy) = (now, Damaged, message, work.Operation.Id);
        var target = await context.BackupTargets.SingleAsync(row => row.Id == work.Target.Id, cancellationToken);
        (target.LastFaultAt, target.LastFaultCode, target.LastFault) = (now, Damaged, message);
        var points = await context
            .RestorePoints.Include(point => point.Copies)
            .Where(point => point.Copies.Any(copy => copy.RepositoryId == repository.Id))
            .ToListAsync(cancellationToken);
        var marked = 0;
        foreach (var point in points)
        {
            var copy = point.Copies.Single(copy => copy.RepositoryId == repository.Id);
            if (copy.ReadBackAt is null || (touched is not null && !touched.Contains(copy.SnapshotId!, StringComparer.Ordinal)))
            {
                continue;
            }

            marked++;
            (copy.ReadBackAt, copy.FaultCode, copy.Fault) = (null, Damaged, message);
            if (point.State == RestorePointState.Good && point.Copies.All(other => other.ReadBackAt is null))
            {
                (point.State, point.FaultCode, point.Fault) = (RestorePointState.Failed, Damaged, message);
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        return marked;
    }

    /// <summary>Whose things an operation on repositories makes: the site's while there is one.</summary>
    public async Task<Ownership> OwnerAsync(Operation operation, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context
            .Sites.Where(row => row.Id == operation.SiteId)
            .Select(row => new { row.Id, row.OrganisationId })
            .SingleOrDefaultAsync(cancellationToken);
        return new Ownership(site?.Id, site?.OrganisationId, operation.Id);
    }
}
