using System.Globalization;
using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Backups.Operations;

/// <summary>
/// Loads chosen tables of a restore point into the site's database under other names, without their triggers and foreign keys. Nothing that is
/// there is touched.
/// </summary>
internal sealed class PutBackTables(FetchSteps steps, FetchJobs jobs, TableTool tables, SiteStore sites, ISwarm swarm) : IOperationKind
{
    public string Kind => OperationKinds.PutBackTables;

    public int Budget => 2;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        if (!operation.Undoing && BackupRules.SiteFault(site.Site) is { } fault)
        {
            throw new StepFailedException(fault.Code, fault.Message);
        }

        return
        [
            steps.Scratch(operation, site),
            steps.Check(operation, "scratch"),
            steps.Collect(operation, site, "check"),
            new Step("load", "Load it beside what is there", (progress, token) => LoadAsync(operation, progress, token))
            {
                After = ["collect"],
                Timeout = Toolbox.StepTimeout,
                UndoAsync = token => DropAsync(operation, token),
            },
            steps.Tidy(operation, site, "load"),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LoadAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var work = await steps.LoadAsync(operation, cancellationToken);
        var choice = operation.ArgumentsAs<FetchArguments>().Choice;
        var database = work.Manifest.Databases.Single(there => there.Name == choice.Database);
        IReadOnlyList<(string Table, string As)> pairs = [.. choice.Tables.Select(table => (table, BesideNames.Table(operation, table)))];
        // A job of a run before may still be at it.
        await swarm.RemoveJobsAsync(operation.Id, cancellationToken);
        var loaded = await tables.LoadAsync(
            site,
            database,
            ServerOf(site, database.Name),
            pairs,
            jobs.MountOf(operation, site, readOnly: true),
            operation.Id,
            cancellationToken
        );
        foreach (var ((table, _), count) in pairs.Zip(loaded.Counts!))
        {
            if (database.Rows[table] != count)
            {
                throw new StepFailedException(
                    "restored-differs",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The table {table} has {count} rows now, and {database.Rows[table]} are in the manifest."
                    )
                );
            }
        }

        await progress.LogAsync([
            .. pairs.Select(pair => $"{pair.Table} is there as {pair.As}."),
            string.Create(
                CultureInfo.InvariantCulture,
                $"Triggers are left out, and so are {loaded.ForeignKeys} foreign keys: rows that they led to may have gone meanwhile."
            ),
        ]);
        await progress.ReportAsync(
            string.Create(CultureInfo.InvariantCulture, $"{pairs.Count} tables with {loaded.Counts!.Sum()} rows, as in the manifest")
        );
    }

    private async Task DropAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var choice = operation.ArgumentsAs<FetchArguments>().Choice;
        await swarm.RemoveJobsAsync(operation.Id, cancellationToken);
        await tables.DropAsync(
            site,
            choice.Database!,
            ServerOf(site, choice.Database!),
            [.. choice.Tables.Select(table => BesideNames.Table(operation, table))],
            jobs.MountOf(operation, site, readOnly: true),
            operation.Id,
            cancellationToken
        );
    }

    private static string ServerOf(SiteAssembly site, string database) =>
        site.Blueprint.Databases.SingleOrDefault(there => there.Name == database) is { } found
            ? found.Host
            : throw new StepFailedException("database-gone", $"{site.Site.Slug} has no database {database} any more.");
}
