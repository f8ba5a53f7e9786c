using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>Makes the index of a restore point's files, so that they can be looked at.</summary>
internal sealed class IndexBackup(FetchSteps steps, FetchStore store) : IOperationKind
{
    public string Kind => OperationKinds.IndexBackup;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<IndexArguments>();
        return Task.FromResult<IReadOnlyList<Step>>([
            steps.Scratch(operation),
            steps.Index(
                operation,
                token => store.LoadAsync(operation, arguments.RestorePointId, arguments.RepositoryId, token),
                site: null,
                "scratch"
            ),
            steps.Tidy(operation, site: null, "index"),
        ]);
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
