using System.Globalization;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Upkeep;

/// <summary>The steps of which the upkeep of repositories is made. Nothing of it is taken back: what has gone has gone.</summary>
internal sealed class UpkeepSteps(UpkeepStore store, RepositoryRemoval removal, RepositoryCheck check, RepositoryRuns runs)
{
    /// <summary>Decides what goes. After it those are no way back any more.</summary>
    public Step Decide(Operation operation) =>
        new(
            "decide",
            "Decide what goes",
            async (progress, cancellationToken) =>
            {
                var (points, fault) = await store.MarkAsync(operation, cancellationToken);
                if (fault is not null)
                {
                    throw new StepFailedException(fault.Code, fault.Message);
                }

                await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{points} restore points"));
            }
        );

    /// <summary>Removes what goes from each repository in turn, makes room there and checks it; one of which nothing is left goes as a whole.</summary>
    public async Task<IReadOnlyList<Step>> RemoveAsync(
        Operation operation,
        RemovalArguments arguments,
        string after,
        CancellationToken cancellationToken
    )
    {
        var plan = new List<Step>();
        var known = (await store.ListAsync(arguments.Repositories, cancellationToken)).ToDictionary(
            row => row.Repository.Id,
            row => row.Target.Name
        );
        // Each keeps its number, also in a life of the worker after which the row of one has gone.
        foreach (var (index, repository) in arguments.Repositories.Index())
        {
            var target = known.GetValueOrDefault(repository, "a target");
            if (arguments.Empties(repository))
            {
                Part("empty", $"Remove everything from {target}", removal.EmptyAsync);
                continue;
            }

            Part("forget", $"Remove from {target}", removal.ForgetAsync);
            Part("prune", $"Make room at {target}", removal.PruneAsync);
            Part("check", $"Check what is left at {target}", check.CheckAfterPruneAsync);

            void Part(string name, string title, Func<RepositoryWork, StepProgress, CancellationToken, Task> run)
            {
                plan.Add(Repository(operation, repository, index, name, title, after, run));
                after = plan[^1].Name;
            }
        }

        return plan;
    }

    /// <summary>Checks each repository in turn.</summary>
    public async Task<IReadOnlyList<Step>> CheckAsync(Operation operation, CheckArguments arguments, CancellationToken cancellationToken)
    {
        var plan = new List<Step>();
        foreach (var (index, (repository, target)) in (await store.ListAsync(arguments.Repositories, cancellationToken)).Index())
        {
            plan.Add(
                Repository(
                    operation,
                    repository.Id,
                    index,
                    "check",
                    $"Check what is kept at {target.Name}",
                    index == 0 ? null : plan[^1].Name,
                    (work, progress, token) => check.CheckAsync(work, arguments, progress, token)
                )
            );
        }

        return plan;
    }

    /// <summary>Tidies up, and tells of what could not be done: the rest is done all the same.</summary>
    public Step Settle(Operation operation, IReadOnlyList<Guid> repositories, string? after) =>
        new(
            "settle",
            "Settle",
            async (progress, cancellationToken) =>
            {
                if (operation.Kind != OperationKinds.CheckRepositories)
                {
                    await store.ForgetEmptyAsync(operation.SiteId!.Value, cancellationToken);
                }

                await CloseAsync(operation, repositories, cancellationToken);
                if (operation.Kind != OperationKinds.CheckRepositories)
                {
                    var emptied = operation.ArgumentsAs<RemovalArguments>().Emptied ?? [];
                    await store.ForgetRepositoriesAsync([.. emptied], cancellationToken);
                }

                var faults = (await store.ListAsync(repositories, cancellationToken))
                    .Where(row => row.Repository.FaultBy == operation.Id)
                    .ToList();
                if (faults.Count > 0)
                {
                    throw new StepFailedException(
                        faults[0].Repository.FaultCode!,
                        string.Join(' ', faults.Select(row => $"{row.Target.Name}: {row.Repository.Fault}"))
                    );
                }
            }
        )
        {
            After = after is null ? [] : [after],
        };

    /// <summary>Takes away what the jobs needed.</summary>
    public Task CloseAsync(Operation operation, IReadOnlyList<Guid> repositories, CancellationToken cancellationToken) =>
        runs.CloseAsync(operation, repositories.Count, cancellationToken);

    private Step Repository(
        Operation operation,
        Guid id,
        int index,
        string name,
        string title,
        string? after,
        Func<RepositoryWork, StepProgress, CancellationToken, Task> run
    ) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{name}-{index}"),
            title,
            async (progress, cancellationToken) =>
            {
                if ((await store.ListAsync([id], cancellationToken)) is [var (repository, target)])
                {
                    await run(new RepositoryWork(operation, repository, target, index), progress, cancellationToken);
                }
            }
        )
        {
            After = after is null ? [] : [after],
            Timeout = Toolbox.StepTimeout,
        };
}
