using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>Reads what a restore point is made of.</summary>
internal sealed class SetReader(
    BackupStore store,
    DatabaseTool databases,
    FingerprintTool fingerprints,
    IOptions<PanelOptions> options,
    TimeProvider time
)
{
    private readonly BackupNames _names = new(options.Value);

    /// <summary>Dumps its databases at one moment into the scratch volume, and writes down what they are.</summary>
    public async Task DumpAsync(
        Operation operation,
        SiteAssembly site,
        BackupScope scope,
        VolumeMount scratch,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var takenAt = time.GetStoredNow();
        var dumps = new List<ServerDump>();
        foreach (var (index, server) in scope.Databases.GroupBy(database => database.Host, StringComparer.Ordinal).Index())
        {
            dumps.Add(
                await databases.DumpAsync(
                    site,
                    server.Key,
                    [.. server.Select(database => database.Name)],
                    scratch,
                    string.Create(CultureInfo.InvariantCulture, $"dump-{index}"),
                    operation.Id,
                    progress,
                    cancellationToken
                )
            );
        }

        var dumped = new DumpedDatabases(
            takenAt,
            [.. dumps.Select(dump => dump.Version).Distinct(StringComparer.Ordinal)],
            [.. dumps.SelectMany(dump => dump.Databases)],
            [.. dumps.SelectMany(dump => dump.NotTransactional)]
        );
        await store.UpdateAsync(
            operation.Id,
            point => (point.TakenAt, point.Dumped) = (takenAt, BackupJson.Write(dumped)),
            cancellationToken
        );
        if (dumped.NotTransactional.Count > 0)
        {
            await progress.LogAsync([
                $"These tables know no transactions, so their rows need not be of the same moment: {string.Join(", ", dumped.NotTransactional)}.",
            ]);
        }

        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{dumped.Databases.Sum(database => database.Tables)} tables with {dumped.Databases.Sum(database => database.Rows.Values.Sum())} rows, {dumped.Databases.Sum(database => database.Bytes) / 1048576.0:0.#} MB"
            )
        );
    }

    /// <summary>Counts the files of its volumes, and writes down what they are.</summary>
    public async Task CountAsync(
        Operation operation,
        SiteAssembly site,
        BackupScope scope,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        // A running site may have changed anything since it was counted. Of one that stands still each byte must come back as it was counted, so
        // each is read.
        var known = site.Site.State == SiteState.Running ? _names.ChecksumsVolume : null;
        var found = await fingerprints.ReadVolumesAsync(
            site,
            scope.Volumes,
            "inventory",
            operation.Id,
            new VolumeReading(Toolbox.JobTimeout)
            {
                Checksums = known is null ? null : new VolumeMount(known.Name, known.Identity, BackupNames.Checksums),
            },
            cancellationToken
        );
        var volumes = found.Volumes;
        var files = volumes.Sum(volume => volume.Files);
        await store.UpdateAsync(
            operation.Id,
            row => row.Look = SiteLook.With(row.Look, seen => seen with { Volumes = volumes }),
            cancellationToken
        );
        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{files} files, {volumes.Sum(volume => volume.Bytes) / 1048576.0:0.#} MB{(found.FilesRead < files ? $"; {found.FilesRead} had to be read" : string.Empty)}"
            )
        );
    }
}
