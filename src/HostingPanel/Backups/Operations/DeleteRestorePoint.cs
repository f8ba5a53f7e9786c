using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>Deletes one restore point for good, from every target. What a target does not confirm stays in the list, and is asked for again.</summary>
internal sealed class DeleteRestorePoint(UpkeepSteps steps) : IOperationKind
{
    public string Kind => OperationKinds.DeleteRestorePoint;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<RemovalArguments>();
        var plan = new List<Step> { steps.Decide(operation) };
        plan.AddRange(await steps.RemoveAsync(operation, arguments, "decide", cancellationToken));
        plan.Add(steps.Settle(operation, arguments.Repositories, plan[^1].Name));
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        steps.CloseAsync(operation, operation.ArgumentsAs<RemovalArguments>().Repositories, cancellationToken);
}
