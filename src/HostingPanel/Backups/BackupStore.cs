using System.Security.Cryptography;
using System.Text;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>What the steps of backups read and write of them. Worker side: it may open the repositories' keys.</summary>
internal sealed class BackupStore(IDbContextFactory<PanelDbContext> contexts, ISecretProtector protector, TimeProvider time)
{
    /// <summary>Begins a restore point, if it was not begun.</summary>
    public async Task BeginAsync(Operation operation, Site site, RestorePointReason reason, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.RestorePoints.AnyAsync(point => point.Id == operation.Id, cancellationToken))
        {
            return;
        }

        context.RestorePoints.Add(
            new RestorePoint
            {
                Id = operation.Id,
                SiteId = site.Id,
                SiteSlug = site.Slug,
                SiteTitle = site.Title,
                OrganisationId = site.OrganisationId,
                Reason = reason,
                RequestedByName = operation.RequestedByName,
                State = RestorePointState.Taking,
                StartedAt = time.GetStoredNow(),
            }
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A restore point with its copies; null when there is none.</summary>
    public async Task<RestorePoint?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .RestorePoints.AsNoTracking()
            .Include(point => point.Copies)
            .SingleOrDefaultAsync(point => point.Id == id, cancellationToken);
    }

    /// <summary>A restore point that was begun.</summary>
    public async Task<RestorePoint> GetAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken)
        ?? throw new StepFailedException("restore-point-gone", "The restore point does not exist any more.");

    /// <summary>The newest good restore point of a site; null when it has none.</summary>
    public async Task<RestorePoint?> FindLastGoodAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .RestorePoints.AsNoTracking()
            .Include(point => point.Copies)
            .Where(point => point.SiteId == siteId && point.State == RestorePointState.Good)
            .OrderByDescending(point => point.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Changes a restore point.</summary>
    public async Task UpdateAsync(Guid id, Action<RestorePoint> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // Steps that run side by side write into the same row, and one of its columns together.
        await context.Database.ExecuteSqlAsync($"SELECT FROM restore_points WHERE id = {id} FOR UPDATE", cancellationToken);
        change(await context.RestorePoints.Include(point => point.Copies).SingleAsync(point => point.Id == id, cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Settles a restore point that did not become good.</summary>
    public async Task FailAsync(Guid id, string code, string message, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetStoredNow();
        await context
            .RestorePoints.Where(point => point.Id == id && point.State == RestorePointState.Taking)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(point => point.State, RestorePointState.Failed)
                        .SetProperty(point => point.FinishedAt, now)
                        .SetProperty(point => point.FaultCode, code)
                        .SetProperty(point => point.Fault, message)
                        .SetProperty(point => point.Dumped, (string?)null)
                        .SetProperty(point => point.Look, (string?)null),
                cancellationToken
            );
    }

    /// <summary>Targets by id, in this order; those that are gone are left out.</summary>
    public async Task<IReadOnlyList<BackupTarget>> ListTargetsAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context
            .BackupTargets.AsNoTracking()
            .Where(target => ids.Contains(target.Id))
            .ToDictionaryAsync(target => target.Id, cancellationToken);
        return [.. ids.Select(found.GetValueOrDefault).OfType<BackupTarget>()];
    }

    /// <summary>Changes a target's state.</summary>
    public async Task UpdateTargetAsync(Guid id, Action<BackupTarget> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.BackupTargets.SingleOrDefaultAsync(target => target.Id == id, cancellationToken) is { } target)
        {
            change(target);
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>The repository of a site at a target; its key is made with its row.</summary>
    public async Task<BackupRepository> EnsureRepositoryAsync(Guid siteId, Guid targetId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.BackupRepositories.SingleOrDefaultAsync(
            repository => repository.SiteId == siteId && repository.TargetId == targetId && repository.SetAsideAt == null,
            cancellationToken
        );
        if (found is null)
        {
            var id = Ids.New(time);
            var key = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true));
            found = new BackupRepository
            {
                Id = id,
                SiteId = siteId,
                TargetId = targetId,
                Key = protector.Protect(key, BackupRepository.KeyContextOf(id)),
            };
            context.BackupRepositories.Add(found);
            await context.SaveChangesAsync(cancellationToken);
        }

        return found;
    }

    /// <summary>A repository.</summary>
    public async Task<BackupRepository> GetRepositoryAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.BackupRepositories.AsNoTracking().SingleAsync(repository => repository.Id == id, cancellationToken);
    }

    /// <summary>True while another operation makes room in a repository: what is read there may be moved meanwhile.</summary>
    public async Task<bool> IsPrunedByAnotherAsync(Guid id, Guid self, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.BackupRepositories.AnyAsync(
            repository =>
                repository.Id == id
                && repository.PruningBy != self
                && context.Operations.Any(operation => operation.Id == repository.PruningBy && operation.State == OperationState.Running),
            cancellationToken
        );
    }

    /// <summary>Writes down that a repository was made.</summary>
    public async Task InitialisedAsync(Guid id, string resticId, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .BackupRepositories.Where(repository => repository.Id == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(repository => repository.ResticId, resticId).SetProperty(repository => repository.InitialisedAt, now),
                cancellationToken
            );
    }

    /// <summary>The key of a repository: 64 hexadecimal digits.</summary>
    public byte[] OpenKey(BackupRepository repository) => protector.Unprotect(repository.Key, BackupRepository.KeyContextOf(repository.Id));

    /// <summary>Notes that a copy is about to be made, or finds the one that was noted.</summary>
    public async Task<RestorePointCopy> EnsureCopyAsync(Guid restorePoint, Guid repository, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.RestorePointCopies.SingleOrDefaultAsync(
            copy => copy.RestorePointId == restorePoint && copy.RepositoryId == repository,
            cancellationToken
        );
        if (found is null)
        {
            found = new RestorePointCopy { RestorePointId = restorePoint, RepositoryId = repository };
            context.RestorePointCopies.Add(found);
            await context.SaveChangesAsync(cancellationToken);
        }

        return found;
    }

    /// <summary>Changes a copy.</summary>
    public async Task UpdateCopyAsync(RestorePointCopy copy, Action<RestorePointCopy> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(
            await context.RestorePointCopies.SingleAsync(
                row => row.RestorePointId == copy.RestorePointId && row.RepositoryId == copy.RepositoryId,
                cancellationToken
            )
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Databases of a site that somebody has excluded, with the reason.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ExcludedDatabasesAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .DatabaseExclusions.Where(exclusion => exclusion.SiteId == siteId)
            .ToDictionaryAsync(exclusion => exclusion.Database, exclusion => exclusion.Reason, StringComparer.Ordinal, cancellationToken);
    }
}
