using System.Globalization;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>Loads the databases of a restore point into the new site's servers, and compares them.</summary>
internal sealed class RestoreDatabases(DatabaseTool tool, RestoreFiles files, ISwarm swarm)
{
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);

    public async Task LoadAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        if (work.Manifest.Databases.Count == 0)
        {
            return;
        }

        await CompareDumpsAsync(work, cancellationToken);
        if (!await TryLoadAsync(work, progress, cancellationToken))
        {
            // A life of the worker before this has begun, or even ended: nobody can tell what of it is there.
            await StartAnewAsync(work, cancellationToken);
            if (!await TryLoadAsync(work, progress, cancellationToken))
            {
                throw new StepFailedException("load-failed", "The databases could not be loaded: new ones are not empty.");
            }
        }
    }

    /// <summary>Nothing is loaded that is not what the signed manifest names: SQL of a stranger could say anything.</summary>
    private async Task CompareDumpsAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var found = await tool.ChecksumsAsync(
            work.Site,
            [.. work.Manifest.Databases.Select(database => database.File)],
            MountOf(work),
            "sums",
            work.Operation.Id,
            cancellationToken
        );
        if (work.Manifest.Databases.FirstOrDefault(database => found.GetValueOrDefault(database.File) != database.Sha256) is { } changed)
        {
            throw new StepFailedException(
                "restored-differs",
                $"The dump of the database {changed.Name} is not the one that the manifest names. Nothing was loaded."
            );
        }
    }

    private VolumeMount MountOf(RestoreWork work)
    {
        var scratch = files.ScratchOf(work);
        return new VolumeMount(scratch.Name, scratch.Identity, BackupNames.Scratch, ReadOnly: true);
    }

    /// <summary>False when there is something in them already.</summary>
    private async Task<bool> TryLoadAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var mount = MountOf(work);
        var rows = 0L;
        foreach (var (index, server) in work.Manifest.Databases.GroupBy(database => database.Service, StringComparer.Ordinal).Index())
        {
            var names = server.Select(database => database.Name).ToList();
            var loaded = await tool.LoadAsync(
                work.Site,
                work.HostOf(server.Key),
                names,
                mount,
                string.Create(CultureInfo.InvariantCulture, $"load-{index}"),
                work.Operation.Id,
                cancellationToken
            );
            if (loaded is null)
            {
                return false;
            }

            foreach (var database in server)
            {
                Compare(database, loaded[database.Name]);
                rows += database.Rows.Values.Sum();
            }
        }

        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{work.Manifest.Databases.Sum(database => database.Tables)} tables with {rows} rows, as in the manifest"
            )
        );
        return true;
    }

    private static void Compare(DumpedDatabase wanted, IReadOnlyDictionary<string, long> loaded)
    {
        var differing = wanted
            .Rows.Keys.Union(loaded.Keys, StringComparer.Ordinal)
            .Where(table => wanted.Rows.GetValueOrDefault(table, -1) != loaded.GetValueOrDefault(table, -1))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (differing.Count > 0)
        {
            throw new StepFailedException(
                "restored-differs",
                $"The database {wanted.Name} is not what was taken: the rows of {string.Join(", ", differing.Take(5))}{(differing.Count > 5 ? " and others" : string.Empty)} differ from the manifest."
            );
        }
    }

    private async Task StartAnewAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var site = work.Site;
        await swarm.RemoveJobsAsync(work.Operation.Id, cancellationToken);
        // A server whose databases are not in the restore point has nothing that was begun.
        var services = work.Manifest.Databases.Select(database => database.Service).Distinct(StringComparer.Ordinal).ToList();
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
