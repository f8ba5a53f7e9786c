using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>Checks the repositories of a site: against the rows, their structure, and as much of their data as is wanted.</summary>
internal sealed class CheckRepositories(UpkeepSteps steps) : IOperationKind
{
    public string Kind => OperationKinds.CheckRepositories;

    public int Budget => 2;

    public string BudgetOf => IOperationKind.Helpers;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<CheckArguments>();
        var plan = (await steps.CheckAsync(operation, arguments, cancellationToken)).ToList();
        plan.Add(steps.Settle(operation, arguments.Repositories, plan.Count == 0 ? null : plan[^1].Name));
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        steps.CloseAsync(operation, operation.ArgumentsAs<CheckArguments>().Repositories, cancellationToken);
}
