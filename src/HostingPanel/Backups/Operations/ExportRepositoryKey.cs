using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Operations;

/// <summary>What an <see cref="ExportRepositoryKey"/> is about.</summary>
internal sealed record ExportKeyArguments(Guid RepositoryId);

/// <summary>
/// Lays the key of a repository down for who asked, to be taken once within a few minutes: with it plain restic reads what lies there, without
/// any panel.
/// </summary>
internal sealed class ExportRepositoryKey(
    BackupStore backups,
    FetchStore store,
    DownloadArea area,
    IOptions<PanelOptions> panel,
    TimeProvider time
) : IOperationKind
{
    /// <summary>How long a key waits.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    public string Kind => OperationKinds.ExportRepositoryKey;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Step>>([
            new Step("export", "Lay the key down to be taken once", (progress, token) => ExportAsync(operation, progress, token))
            {
                UndoAsync = token => store.ForgetAsync(operation.Id, token),
            },
        ]);

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ExportAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var repository = await backups.GetRepositoryAsync(operation.ArgumentsAs<ExportKeyArguments>().RepositoryId, cancellationToken);
        var target = (await backups.ListTargetsAsync([repository.TargetId], cancellationToken)).Single();
        var text = Encoding.UTF8.GetBytes(TextOf(operation.Target, target, repository));
        await DownloadArea.WriteAsync(
            area.DownloadOf(operation.Id),
            async file => await file.WriteAsync(text, cancellationToken),
            cancellationToken
        );
        var now = time.GetStoredNow();
        await store.RememberAsync(
            new BackupDownload
            {
                Id = operation.Id,
                SiteId = repository.SiteId,
                SiteSlug = operation.Target,
                Kind = DownloadKind.Key,
                FileName = $"{operation.Target}-{repository.Id:N}.restic.env",
                Bytes = text.Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(text)),
                RequestedById = operation.RequestedById,
                RequestedByName = operation.RequestedByName,
                CreatedAt = now,
                ExpiresAt = now + Life,
            },
            cancellationToken
        );
        await progress.ReportAsync(
            string.Create(CultureInfo.InvariantCulture, $"it waits {Life.TotalMinutes:0} minutes, for one who takes it")
        );
    }

    private string TextOf(string site, BackupTarget target, BackupRepository repository)
    {
        var where =
            target.Kind == TargetKind.Local
                ? $"The repository lies in the volume {new BackupNames(panel.Value).TargetVolume} of the Docker Engine; mount it at {BackupNames.Target}."
                : "The target's own credentials are not in here: they are where you got them from.";
        return $"""
            # The key of the restic repository of the site {site} at the target {target.Name}. Who has it reads everything of the site there.
            # Use: set -a; . THIS-FILE; set +a; restic snapshots; restic restore SNAPSHOT --target DIRECTORY
            # In a snapshot: /scratch/manifest.json, /scratch/manifest.json.hmac, /scratch/databases/NAME.sql, /volumes/NAME/...
            # {where}
            RESTIC_REPOSITORY='{TargetAddress.Of(target, repository.Id)}'
            RESTIC_PASSWORD='{Encoding.ASCII.GetString(backups.OpenKey(repository))}'

            """;
    }
}
