using HostingPanel.Backups.InPlace;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Backups.Operations;

/// <summary>What a <see cref="UndoRestore"/> is about.</summary>
internal sealed record UndoRestoreArguments(Guid RestoreId);

/// <summary>Gives a site back what it had before a restore in place, exactly. What the restore had given it goes to the trash.</summary>
internal sealed class UndoRestore(SwapSteps swaps, InPlaceSteps inPlace, SiteStore sites) : IOperationKind
{
    public string Kind => OperationKinds.UndoRestore;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.ArgumentsAs<UndoRestoreArguments>().RestoreId;
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var plan = new List<Step> { inPlace.CheckUndo(operation, id) };
        plan.AddRange(swaps.Of(operation, site, id, SwapTo.Previous, SwapTo.Restored, "check"));
        plan.Add(inPlace.Settle(operation, id, isProof: false, [.. plan.Select(step => step.Name)]));
        plan.Add(
            new Step("tidy", "Tidy up", (progress, token) => swaps.TryTidyAsync(site.Site.Id, id, SwapTo.Previous, progress, token))
            {
                After = ["settle"],
            }
        );
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
