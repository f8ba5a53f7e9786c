using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>
/// Removes a repository that was set aside, with all that lies in it. What can't be removed stays in the list, and is asked for again.
/// </summary>
internal sealed class RemoveRepository(UpkeepSteps steps) : IOperationKind
{
    public string Kind => OperationKinds.RemoveRepository;

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
