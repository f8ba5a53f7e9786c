using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>Makes a download of a part of a restore point, or of all of it.</summary>
internal sealed class FetchBackup(FetchSteps steps) : IOperationKind
{
    public string Kind => OperationKinds.FetchBackup;

    public int Budget => 2; // Each reads and writes as much as a whole site.

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var needsIndex = operation.ArgumentsAs<FetchArguments>().Choice.Kind == DownloadKind.Files;
        return Task.FromResult<IReadOnlyList<Step>>([
            steps.Scratch(operation),
            .. needsIndex
                ? [steps.Index(operation, token => steps.LoadAsync(operation, token), site: null, "scratch")]
                : Array.Empty<Step>(),
            steps.Check(operation, needsIndex ? "index" : "scratch"),
            steps.Collect(operation, site: null, "check"),
            .. steps.Pack(operation, "collect"),
            steps.Tidy(operation, site: null, "keep"),
        ]);
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
