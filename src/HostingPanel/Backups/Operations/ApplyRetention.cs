using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>Removes the restore points of a site that its policy keeps no longer, from each of its targets, and makes room there.</summary>
internal sealed class ApplyRetention(UpkeepSteps steps) : IOperationKind
{
    public string Kind => OperationKinds.ApplyRetention;

    public int Budget => 2;

    public string BudgetOf => IOperationKind.Helpers;

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
