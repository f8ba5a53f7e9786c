using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// Settles a database that was brought back out of a backup, before the worker does anything else: what was under way when the backup was
/// taken is called off, by the way back that each kind has, and what lay at a local target that went with its machine is there no more.
/// </summary>
public sealed partial class RecoverySettlement
{
    private const string Lost = "target-lost";
    private const string WhyLost = "It lay on the machine that was lost.";
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly RepositoryAccess _access;
    private readonly ISwarm _swarm;
    private readonly TimeProvider _time;
    private readonly ILogger<RecoverySettlement> _logger;

    internal RecoverySettlement(
        IDbContextFactory<PanelDbContext> contexts,
        RepositoryAccess access,
        ISwarm swarm,
        TimeProvider time,
        ILogger<RecoverySettlement> logger
    ) => (_contexts, _access, _swarm, _time, _logger) = (contexts, access, swarm, time, logger);

    /// <summary>Settles what is not settled; mostly nothing.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var open = await context.Recoveries.Where(recovery => recovery.SettledAt == null).ToListAsync(cancellationToken);
        if (open.Count == 0)
        {
            return;
        }

        var now = _time.GetStoredNow();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var stopped = await context
            .Operations.Where(operation =>
                operation.State == OperationState.Queued
                || (operation.State == OperationState.Running && !OperationKinds.ForGood.Contains(operation.Kind))
            )
            .ExecuteUpdateAsync(
                set => set.SetProperty(operation => operation.CancelRequestedAt, operation => operation.CancelRequestedAt ?? now),
                cancellationToken
            );
        var locals = await context
            .BackupTargets.AsNoTracking()
            .Where(target => target.Kind == TargetKind.Local)
            .ToListAsync(cancellationToken);
        foreach (var local in locals)
        {
            if (!await IsThereAsync(local, cancellationToken))
            {
                await LoseAsync(context, local, cancellationToken);
                LogLost(local.Name);
            }
        }

        open.ForEach(recovery => recovery.SettledAt = now);
        AuditTrail.Add(context, Actor.Panel, AuditActs.RecoverySettle, new AuditTarget("panel", null, "recovery"));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogSettled(open[^1].TakenAt, stopped);
    }

    private async Task<bool> IsThereAsync(BackupTarget local, CancellationToken cancellationToken)
    {
        try
        {
            await _swarm.RequireVolumesAsync([_access.VolumeOf(local)], cancellationToken);
            return true;
        }
        catch (PlatformException failure) when (failure.Code == "volume-missing")
        {
            return false;
        }
    }

    /// <summary>Its repositories are to be made anew, with the keys they had; a restore point that lay nowhere else is none any more.</summary>
    private static async Task LoseAsync(PanelDbContext context, BackupTarget target, CancellationToken cancellationToken)
    {
        var repositories = context.BackupRepositories.Where(repository => repository.TargetId == target.Id);
        await context
            .RestorePointCopies.Where(copy => copy.FaultCode == null && repositories.Any(repository => repository.Id == copy.RepositoryId))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(copy => copy.ReadBackAt, (DateTimeOffset?)null)
                        .SetProperty(copy => copy.FaultCode, Lost)
                        .SetProperty(copy => copy.Fault, WhyLost),
                cancellationToken
            );
        await context
            .PanelBackupCopies.Where(copy => copy.FaultCode == null && repositories.Any(repository => repository.Id == copy.RepositoryId))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(copy => copy.ReadBackAt, (DateTimeOffset?)null)
                        .SetProperty(copy => copy.FaultCode, Lost)
                        .SetProperty(copy => copy.Fault, WhyLost),
                cancellationToken
            );
        await context
            .RestorePoints.Where(point => point.State == RestorePointState.Good && !point.Copies.Any(copy => copy.ReadBackAt != null))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(point => point.State, RestorePointState.Failed)
                        .SetProperty(point => point.FaultCode, Lost)
                        .SetProperty(point => point.Fault, WhyLost),
                cancellationToken
            );
        await context
            .PanelBackups.Where(backup => backup.State == RestorePointState.Good && !backup.Copies.Any(copy => copy.ReadBackAt != null))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(backup => backup.State, RestorePointState.Failed)
                        .SetProperty(backup => backup.FaultCode, Lost)
                        .SetProperty(backup => backup.Fault, WhyLost),
                cancellationToken
            );
        await repositories.ExecuteUpdateAsync(
            set =>
                set.SetProperty(repository => repository.ResticId, (string?)null)
                    .SetProperty(repository => repository.InitialisedAt, (DateTimeOffset?)null),
            cancellationToken
        );
    }

    [LoggerMessage(57, LogLevel.Warning, "The target {Target} went with the machine that was lost: its repositories are made anew")]
    private partial void LogLost(string target);

    [LoggerMessage(
        58,
        LogLevel.Warning,
        "The panel was recovered out of a backup of {TakenAt}; {Operations} operations that were under way then are called off"
    )]
    private partial void LogSettled(DateTimeOffset takenAt, int operations);
}
