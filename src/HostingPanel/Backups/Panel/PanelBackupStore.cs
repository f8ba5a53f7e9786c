using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Panel;

/// <summary>What the steps of the panel's own backups read and write of them.</summary>
internal sealed class PanelBackupStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>Begins one, if it was not begun.</summary>
    public async Task BeginAsync(Operation operation, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.PanelBackups.AnyAsync(backup => backup.Id == operation.Id, cancellationToken))
        {
            return;
        }

        context.PanelBackups.Add(
            new PanelBackup
            {
                Id = operation.Id,
                State = RestorePointState.Taking,
                RequestedByName = operation.RequestedByName,
                StartedAt = time.GetStoredNow(),
            }
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>One that was begun, with its copies.</summary>
    public async Task<PanelBackup> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
                .PanelBackups.AsNoTracking()
                .Include(backup => backup.Copies)
                .SingleOrDefaultAsync(backup => backup.Id == id, cancellationToken)
            ?? throw new StepFailedException("panel-backup-gone", "The backup of the panel does not exist any more.");
    }

    /// <summary>Changes one.</summary>
    public async Task UpdateAsync(Guid id, Action<PanelBackup> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(await context.PanelBackups.SingleAsync(backup => backup.Id == id, cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Settles one that did not become good.</summary>
    public async Task FailAsync(Guid id, string code, string message, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetStoredNow();
        await context
            .PanelBackups.Where(backup => backup.Id == id && backup.State == RestorePointState.Taking)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(backup => backup.State, RestorePointState.Failed)
                        .SetProperty(backup => backup.FinishedAt, now)
                        .SetProperty(backup => backup.FaultCode, code)
                        .SetProperty(backup => backup.Fault, message),
                cancellationToken
            );
    }

    /// <summary>Of the newest good one; null where there is none.</summary>
    public async Task<PanelBackup?> FindLastGoodAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .PanelBackups.AsNoTracking()
            .Where(backup => backup.State == RestorePointState.Good)
            .OrderByDescending(backup => backup.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Notes that a copy is about to be made, or finds the one that was noted.</summary>
    public async Task<PanelBackupCopy> EnsureCopyAsync(Guid backup, Guid repository, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.PanelBackupCopies.SingleOrDefaultAsync(
            copy => copy.PanelBackupId == backup && copy.RepositoryId == repository,
            cancellationToken
        );
        if (found is null)
        {
            found = new PanelBackupCopy { PanelBackupId = backup, RepositoryId = repository };
            context.PanelBackupCopies.Add(found);
            await context.SaveChangesAsync(cancellationToken);
        }

        return found;
    }

    /// <summary>Changes a copy.</summary>
    public async Task UpdateCopyAsync(PanelBackupCopy copy, Action<PanelBackupCopy> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(
            await context.PanelBackupCopies.SingleAsync(
                row => row.PanelBackupId == copy.PanelBackupId && row.RepositoryId == copy.RepositoryId,
                cancellationToken
            )
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The good copies that lie in a repository: backup, moment and snapshot.</summary>
    public async Task<IReadOnlyList<(Guid Id, DateTimeOffset TakenAt, string Snapshot)>> ListLyingAsync(
        Guid repository,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context
            .PanelBackupCopies.Where(copy => copy.RepositoryId == repository && copy.ReadBackAt != null && copy.ForgottenAt == null)
            .Join(
                context.PanelBackups.Where(backup => backup.State == RestorePointState.Good),
                copy => copy.PanelBackupId,
                backup => backup.Id,
                (copy, backup) =>
                    new
                    {
                        backup.Id,
                        backup.TakenAt,
                        copy.SnapshotId,
                    }
            )
            .ToListAsync(cancellationToken);
        return [.. found.Select(row => (row.Id, row.TakenAt!.Value, row.SnapshotId!))];
    }

    /// <summary>Writes down that copies lie there no more.</summary>
    public async Task ForgetAsync(Guid repository, IReadOnlyCollection<Guid> backups, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .PanelBackupCopies.Where(copy => copy.RepositoryId == repository && backups.Contains(copy.PanelBackupId))
            .ExecuteUpdateAsync(set => set.SetProperty(copy => copy.ForgottenAt, now), cancellationToken);
    }
}
