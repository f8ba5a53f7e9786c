using System.Globalization;
using System.Text;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Browsing;

/// <summary>What an operation on the content of a restore point works with.</summary>
internal sealed record FetchWork(
    Operation Operation,
    RestorePoint Point,
    Manifest Manifest,
    RestorePointCopy Copy,
    BackupRepository Repository,
    BackupTarget Target
);

/// <summary>What the steps of such operations read and write.</summary>
internal sealed class FetchStore(
    IDbContextFactory<PanelDbContext> contexts,
    BackupStore backups,
    IManifestSigner signer,
    DownloadArea area,
    IOptions<DownloadOptions> options,
    TimeProvider time
)
{
    /// <summary>Everything that a step needs.</summary>
    /// <exception cref="StepFailedException">
    /// <c>restore-point-gone</c>, <c>restore-point-not-good</c>, <c>manifest-not-ours</c>, <c>copy-not-found</c>.
    /// </exception>
    public async Task<FetchWork> LoadAsync(Operation operation, Guid restorePoint, Guid repositoryId, CancellationToken cancellationToken)
    {
        var point = await backups.GetAsync(restorePoint, cancellationToken);
        if (RestoreRules.PointFault(point) is { } fault)
        {
            throw new StepFailedException(fault.Code, fault.Message);
        }

        if (!signer.IsOurs(Encoding.UTF8.GetBytes(point.Manifest ?? string.Empty), point.Signature ?? string.Empty))
        {
            throw new StepFailedException(
                "manifest-not-ours",
                "The manifest of the restore point is not what this panel has signed: somebody has changed it. Nothing was fetched."
            );
        }

        var repository = await backups.GetRepositoryAsync(repositoryId, cancellationToken);
        return point.Copies.SingleOrDefault(copy => copy.RepositoryId == repository.Id) is { ReadBackAt: not null } copy
            ? new FetchWork(
                operation,
                point,
                BackupJson.Read<Manifest>(point.Manifest!),
                copy,
                repository,
                (await backups.ListTargetsAsync([repository.TargetId], cancellationToken)).Single()
            )
            : throw new StepFailedException("copy-not-found", "The copy that was to be fetched from is not there any more.");
    }

    /// <summary>Writes down a download whose file is there. Doing it twice is doing it once.</summary>
    public async Task RememberAsync(BackupDownload row, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.BackupDownloads.AnyAsync(there => there.Id == row.Id, cancellationToken))
        {
            context.BackupDownloads.Add(row);
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>The row of a download out of a restore point.</summary>
    public BackupDownload DownloadOf(FetchWork work, FetchChoice choice, long bytes, string sha256)
    {
        var now = time.GetStoredNow();
        var what = choice.Kind switch
        {
            DownloadKind.Files => $"-{choice.Volume}-files",
            DownloadKind.Tables => $"-{choice.Database}-tables",
            _ => string.Empty,
        };
        return new BackupDownload
        {
            Id = work.Operation.Id,
            SiteId = work.Point.SiteId,
            SiteSlug = work.Point.SiteSlug,
            RestorePointId = work.Point.Id,
            Kind = choice.Kind,
            FileName = string.Create(
                CultureInfo.InvariantCulture,
                $"{work.Point.SiteSlug}-{work.Manifest.TakenAt.UtcDateTime:yyyyMMdd-HHmmss}{what}.tar.gz"
            ),
            Bytes = bytes,
            Sha256 = sha256,
            RequestedById = work.Operation.RequestedById,
            RequestedByName = work.Operation.RequestedByName,
            CreatedAt = now,
            ExpiresAt = now.AddHours(options.Value.Hours),
        };
    }

    /// <summary>Takes a download away again, as if it had never been.</summary>
    public async Task ForgetAsync(Guid id, CancellationToken cancellationToken)
    {
        area.Delete(id);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.BackupDownloads.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
    }
}
