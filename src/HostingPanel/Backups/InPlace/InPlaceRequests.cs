using HostingPanel.Backups.Operations;
using HostingPanel.Operations;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.InPlace;

/// <summary>What is queued to restore a site in place, and to go back, under the lock of whoever queues it.</summary>
internal static class InPlaceRequests
{
    /// <summary>To restore; or why it may not be.</summary>
    public static async Task<Outcome<OperationRequest>> RestoreAsync(
        InPlacePlanner planner,
        VolumeRequests.Scope scope,
        RestorePoint point,
        RestoreSiteInPlace command,
        CancellationToken cancellationToken
    )
    {
        if (await planner.FaultAsync(scope.Context, scope.Site, point, command, cancellationToken) is { } fault)
        {
            return fault;
        }

        if (
            !(await RestoreRules.CopyAsync(scope.Context, point, command.Target, cancellationToken)).TryGet(
                out var repository,
                out var problem
            )
        )
        {
            return problem;
        }

        IReadOnlyList<Guid> targets = command.WithoutSafetyPoint
            ? []
            : await scope
                .Context.BackupTargets.Where(target => target.RetiredAt == null)
                .OrderBy(target => target.CreatedAt)
                .ThenBy(target => target.Id)
                .Select(target => target.Id)
                .ToListAsync(cancellationToken);
        return new OperationRequest(
            OperationKinds.RestoreInPlace,
            scope.Site.Id,
            scope.Site.Slug,
            Arguments: new RestoreInPlaceArguments(point.Id, repository, RestorePointReason.Safety, targets)
        );
    }

    /// <summary>To go back; or why it may not be.</summary>
    public static async Task<Outcome<OperationRequest>> UndoAsync(VolumeRequests.Scope scope, Guid id, CancellationToken cancellationToken)
    {
        if (VolumeRules.SiteFault(scope.Site) is { } refused)
        {
            return refused;
        }

        var restore = await scope
            .Context.InPlaceRestores.AsNoTracking()
            .Where(restore => restore.SiteId == scope.Site.Id && restore.RestorePointId == id)
            .Where(restore => restore.SwappedAt != null && restore.UndoneAt == null)
            .OrderByDescending(restore => restore.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (restore is null)
        {
            return VolumeRules.Refused(
                "not-restored-in-place",
                "The site does not have the data of this restore point: it was not restored in place, or that was undone already."
            );
        }

        return await RestoreRules.UndoFaultAsync(scope.Context, restore, cancellationToken) is { } fault
            ? fault
            : new OperationRequest(
                OperationKinds.UndoRestore,
                scope.Site.Id,
                scope.Site.Slug,
                Arguments: new UndoRestoreArguments(restore.Id)
            );
    }
}
