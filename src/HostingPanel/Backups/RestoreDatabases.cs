using System.Globalization;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>Loads the databases of a restore point into the new site's servers, and compares them.</summary>
internal sealed class RestoreDatabases(DatabaseTool tool, RestoreFiles files, RestoreRoom room, ISwarm swarm)
{
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);

    /// <summary>Loads them, and refuses what is not what was taken.</summary>
    public async Task LoadAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var loaded = await ReadAsync(work, cancellationToken);
        if (loaded.FirstOrDefault(database => database.Differing.Count > 0) is { } wrong)
        {
            throw new StepFailedException(
                "restored-differs",
                $"The database {wrong.Wanted.Name} is not what was taken: the rows of {string.Join(", ", wrong.Differing.Take(5).Select(table => table.Table))}{(wrong.Differing.Count > 5 ? " and others" : string.Empty)} differ from the manifest."
            );
        }

        if (loaded.Count > 0)
        {
            await progress.ReportAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{loaded.Sum(database => database.Wanted.Tables)} tables with {loaded.Sum(database => database.Wanted.Rows.Values.Sum())} rows, as in the manifest"
                )
            );
        }
    }

    /// <summary>Loads them, and tells which tables have other rows than the manifest says.</summary>
    public async Task<IReadOnlyList<LoadedDatabase>> ReadAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        if (work.Manifest.Databases.Count == 0)
        {
            return [];
        }

        if (await TryLoadAsync(work, cancellationToken) is { } loaded)
        {
            return loaded;
        }

        // A life of the worker before this has begun, or even ended: nobody can tell what of it is there.
        await StartAnewAsync(work, cancellationToken);
        return await TryLoadAsync(work, cancellationToken)
            ?? throw new StepFailedException(DatabaseTool.LoadFailed, "The databases could not be loaded: new ones are not empty.");
    }

    private static string JobOf(int server) => string.Create(CultureInfo.InvariantCulture, $"load-{server}");

    private VolumeMount MountOf(RestoreWork work)
    {
        var scratch = files.ScratchOf(work);
        return new VolumeMount(scratch.Name, scratch.Identity, BackupNames.Scratch, ReadOnly: true);
    }

    /// <summary>Null when there is something in them already.</summary>
    private async Task<IReadOnlyList<LoadedDatabase>?> TryLoadAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var mount = MountOf(work);
        var all = new List<LoadedDatabase>();
        foreach (var (index, server) in work.Manifest.Databases.GroupBy(database => database.Service, StringComparer.Ordinal).Index())
        {
            var loaded = await LoadAsync(work, server.Key, [.. server], mount, JobOf(index), cancellationToken);
            if (loaded is null)
            {
                return null;
            }

            all.AddRange(server.Select(database => new LoadedDatabase(database, DifferingIn(database, loaded[database.Name]))));
        }

        return all;
    }

    /// <summary>Loads what one server has; one that lacks the room for it is told from one that refuses what it is given.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>?> LoadAsync(
        RestoreWork work,
        string server,
        IReadOnlyList<DumpedDatabase> dumps,
        VolumeMount mount,
        string job,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await room.WhileAsync(
                token => tool.LoadAsync(work.Site, work.HostOf(server), dumps, mount, job, work.Operation.Id, token),
                cancellationToken
            );
        }
        catch (StepFailedException failure) when (failure.Code == DatabaseTool.LoadFailed)
        {
            if (await room.LackedByAsync(work.Server(server).Name, cancellationToken))
            {
                throw new StepFailedException(
                    RestoreRoom.None,
                    $"The engine's disk ran full while {server} loaded its databases. Make room first. ({failure.Message})"
                );
            }

            throw;
        }
    }

    private static List<TableDifference> DifferingIn(DumpedDatabase wanted, IReadOnlyDictionary<string, long> loaded) =>
        [
            .. wanted
                .Rows.Keys.Union(loaded.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(table => new TableDifference(
                    table,
                    wanted.Rows.TryGetValue(table, out var rows) ? rows : null,
                    loaded.TryGetValue(table, out var found) ? found : null
                ))
                .Where(table => table.Wanted != table.Found),
        ];

    private async Task StartAnewAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var site = work.Site;
        // A server whose databases are not in the restore point has nothing that was begun.
        var services = work.Manifest.Databases.Select(database => database.Service).Distinct(StringComparer.Ordinal).ToList();
        foreach (var (index, _) in services.Index())
        {
            // Not all jobs of the operation: files may be fetched meanwhile.
            await swarm.RemoveServiceAsync(tool.JobName(site, JobOf(index), work.Operation.Id), cancellationToken);
        }

        foreach (var service in services)
        {
            await swarm.RemoveServiceAsync(work.Server(service).Name, cancellationToken);
            foreach (
                var volume in site
                    .Blueprint.Service(service)
                    .Mounts.Select(mount => site.Blueprint.Volume(mount.Volume))
                    .Where(volume => volume.Kind == VolumeKind.Database)
                    .Select(volume => site.Volume(volume.Name))
            )
            {
                await swarm.RemoveVolumeAsync(volume.Name, volume.Identity, cancellationToken);
                await swarm.EnsureVolumesAsync([volume], cancellationToken);
            }
        }

        foreach (var service in services)
        {
            var definition = work.Server(service);
            await swarm.ApplyServiceAsync(definition, cancellationToken);
            await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
        }
    }
}

/// <summary>A database that was loaded.</summary>
/// <param name="Wanted">What it should be.</param>
/// <param name="Differing">The tables whose rows are not as many as they should be, missing and additional ones included.</param>
internal sealed record LoadedDatabase(DumpedDatabase Wanted, IReadOnlyList<TableDifference> Differing);

/// <summary>A table whose rows are not as many as they should be.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Wanted">How many the manifest says; null for a table that it does not know.</param>
/// <param name="Found">How many there are; null for a table that is not there.</param>
internal sealed record TableDifference(string Table, long? Wanted, long? Found);
