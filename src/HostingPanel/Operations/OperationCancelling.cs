using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Operations;

/// <summary>Who may have an operation cancelled, and when it can be.</summary>
internal static class OperationCancelling
{
    /// <summary>Whoever may ask for such an operation may cancel it, and who may not know of it is told of none.</summary>
    public static Problem? FaultOf(Actor actor, Operation operation)
    {
        var scope = AccessScope.Of(operation);
        return AccessPolicy.Check(actor, Permission.ReadOperations, scope)
            ?? AccessPolicy.CheckOfSeen(actor, OperationAccess.PermissionFor(operation.Kind), scope);
    }

    /// <summary>Asks it to stop, in the transaction of who asks; gives why it can't be.</summary>
    public static async Task<Problem?> AskAsync(PanelDbContext context, Guid id, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = await context
            .Operations.Where(operation =>
                operation.Id == id
                && (
                    operation.State == OperationState.Queued
                    || (operation.State == OperationState.Running && !OperationKinds.ForGood.Contains(operation.Kind))
                )
            )
            .ExecuteUpdateAsync(
                set => set.SetProperty(operation => operation.CancelRequestedAt, operation => operation.CancelRequestedAt ?? now),
                cancellationToken
            );
        if (asked > 0)
        {
            return null;
        }

        var found = await context
            .Operations.Where(operation => operation.Id == id)
            .Select(operation => new { operation.Kind, operation.FinishedAt })
            .SingleOrDefaultAsync(cancellationToken);
        return found switch
        {
            null => Problem.NotFound("operation", id.ToString()),
            { FinishedAt: null } => new Problem(
                ProblemKind.Conflict,
                "not-cancellable",
                $"“{OperationKinds.TitleOf(found.Kind)}” deletes for good and has begun: to stop it half-way would save nothing. Wait for it to end."
            ),
            _ => new Problem(ProblemKind.Conflict, "operation-finished", "This operation has ended; there is nothing left to cancel."),
        };
    }
}
