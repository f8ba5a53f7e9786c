using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>
/// Deletes archives that nobody needs any more: a day after they came, unless a site that never ran yet is still to be made from them, and
/// with the last site that was made from them. What is unpacked lives on in the site's volume.
/// </summary>
internal sealed partial class UploadKeeper(
    IDbContextFactory<PanelDbContext> contexts,
    UploadService uploads,
    IWorkerLease worker,
    IOptions<UploadOptions> options,
    TimeProvider time,
    ILogger<UploadKeeper> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>How long one upload may serve for making sites.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    protected override string Purpose => "Deleting archives that are not needed any more";

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override Task LookAsync(CancellationToken cancellationToken) => SweepAsync(cancellationToken);

    /// <summary>One pass over everything.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = Time.GetUtcNow() - Life;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var expired = await context
            .CodeUploads.Where(upload =>
                upload.CreatedAt < before && !context.Sites.Any(site => site.CodeUploadId == upload.Id && site.ProvisionedAt == null)
            )
            .Select(upload => upload.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in expired)
        {
            await DeleteAsync(context, id, cancellationToken);
        }

        if (!Directory.Exists(options.Value.Directory))
        {
            return;
        }

        // Files without a row: what a crash left of an upload or of its unpacking.
        var known = (await context.CodeUploads.Select(upload => upload.Id).ToListAsync(cancellationToken))
            .Select(uploads.PathOf)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(options.Value.Directory))
        {
            if (!Path.GetFileName(file).StartsWith('.') && !known.Contains(file) && File.GetLastWriteTimeUtc(file) < before.UtcDateTime)
            {
                File.Delete(file);
                LogDeleted(Path.GetFileName(file));
            }
        }
    }

    /// <summary>Deletes an archive unless a site was made, or is to be made, from it.</summary>
    public async Task ReleaseAsync(Guid uploadId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.Sites.AnyAsync(site => site.CodeUploadId == uploadId, cancellationToken))
        {
            await DeleteAsync(context, uploadId, cancellationToken);
        }
    }

    /// <summary>The row goes last: as long as it is there, somebody knows of the file.</summary>
    private async Task DeleteAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken)
    {
        if (File.Exists(uploads.PathOf(id)))
        {
            File.Delete(uploads.PathOf(id));
        }

        await context.CodeUploads.Where(upload => upload.Id == id).ExecuteDeleteAsync(cancellationToken);
        LogDeleted(id.ToString("N"));
    }

    [LoggerMessage(45, LogLevel.Information, "The archive {Name} is not needed any more and was deleted")]
    private partial void LogDeleted(string name);
}
