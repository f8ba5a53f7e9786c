using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Backups.Browsing;

/// <summary>
/// Loads single tables into a site's database under other names, by the toolbox's <c>hp-load-tables</c>: as the database's own user, with that
/// user's rights and no others.
/// </summary>
internal sealed class TableTool(DatabaseTool tool, Toolbox toolbox)
{
    /// <summary>Loads them, in place of what a run before has left under these names.</summary>
    /// <returns>The rows of each, in this order, and how many foreign keys were left out.</returns>
    /// <exception cref="StepFailedException"><c>load-failed</c>.</exception>
    public async Task<LoadedTables> LoadAsync(
        SiteAssembly site,
        DumpedDatabase database,
        string server,
        IReadOnlyList<(string Table, string As)> tables,
        VolumeMount scratch,
        Guid operationId,
        CancellationToken cancellationToken
    )
    {
        var result = await RunAsync(
            site,
            database.Name,
            "put-tables",
            [
                "hp-load-tables",
                "load",
                $"{BackupNames.Dumps}/{database.File}",
                server,
                database.Name,
                .. tables.SelectMany(pair => (string[])[pair.Table, pair.As]),
            ],
            scratch,
            operationId,
            cancellationToken
        );
        return JobLines.Read<LoadedTables>(result).LastOrDefault(line => line.Counts?.Count == tables.Count)
            ?? throw new StepFailedException("load-failed", "The tables could not be loaded: what the job told of them is not whole.");
    }

    /// <summary>Takes them away again.</summary>
    public Task DropAsync(
        SiteAssembly site,
        string database,
        string server,
        IReadOnlyList<string> names,
        VolumeMount scratch,
        Guid operationId,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            site,
            database,
            "drop-tables",
            ["hp-load-tables", "drop", server, database, .. names],
            scratch,
            operationId,
            cancellationToken
        );

    private async Task<JobResult> RunAsync(
        SiteAssembly site,
        string database,
        string job,
        IReadOnlyList<string> command,
        VolumeMount scratch,
        Guid operationId,
        CancellationToken cancellationToken
    )
    {
        var result = await toolbox.RunAsync<object>(
            tool.Job(site, job, operationId, command, scratch, [SecretNames.DatabasePassword(database)]),
            report: null,
            cancellationToken
        );
        return result.ExitCode == 0
            ? result
            : throw new StepFailedException("load-failed", $"The database {database} refused: {JobLines.LastWords(result)}");
    }
}

/// <summary>What was loaded.</summary>
internal sealed record LoadedTables(IReadOnlyList<long>? Counts, long ForeignKeys);
