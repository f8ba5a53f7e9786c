using System.Formats.Tar;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>
/// Unpacks an uploaded archive into a volume. What the engine gets is a new archive of plain files and directories, each entry checked
/// and owned by the volume's owner: paths that lead out, links, devices and set-id bits never reach it, nothing is unpacked on this side,
/// and an archive with one bad entry leaves the volume untouched.
/// </summary>
internal sealed class CodeUnpacker(
    IDbContextFactory<PanelDbContext> contexts,
    UploadService uploads,
    ISwarm swarm,
    IOptions<UploadOptions> options
)
{
    private const UnixFileMode DirectoryMode = (UnixFileMode)0b111_101_101;
    private const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;

    /// <summary>Unpacks, and says how many files that were.</summary>
    public async Task<int> UnpackAsync(Guid uploadId, VolumeDefinition volume, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var upload = await context.CodeUploads.AsNoTracking().SingleOrDefaultAsync(upload => upload.Id == uploadId, cancellationToken);
        var source = uploads.PathOf(uploadId);
        if (upload is null || !File.Exists(source))
        {
            throw new PlatformException(
                "upload-missing",
                $"The archive “{upload?.FileName ?? uploadId.ToString()}” is not in the uploads directory any more. Upload it again."
            );
        }

        await using var checkedTar = new FileStream(
            // Named for the volume: two sites may be made from one archive at the same time.
            $"{source}.{volume.Identity:N}.checked",
            new FileStreamOptions
            {
                Mode = System.IO.FileMode.Create,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            }
        );
        var files = await RewriteAsync(source, upload.FileName, volume, checkedTar, cancellationToken);
        checkedTar.Position = 0;
        await swarm.FillVolumeAsync(volume, checkedTar, cancellationToken);
        return files;
    }

    private async Task<int> RewriteAsync(
        string source,
        string fileName,
        VolumeDefinition volume,
        Stream target,
        CancellationToken cancellationToken
    )
    {
        var files = 0;
        await using var writer = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        var limits = new ArchiveLimits(options.Value.MaxUnpackedBytes, options.Value.MaxFiles);
        await foreach (var entry in ArchiveReader.ReadAsync(source, fileName, limits, cancellationToken))
        {
            var copy = new PaxTarEntry(entry.IsDirectory ? TarEntryType.Directory : TarEntryType.RegularFile, entry.Path)
            {
                Uid = volume.Uid,
                Gid = volume.Gid,
                Mode = entry.IsDirectory ? DirectoryMode : FileMode,
                ModificationTime = entry.ModifiedAt,
            };
            if (entry.Content is { } content)
            {
                copy.DataStream = content;
            }

            await writer.WriteEntryAsync(copy, cancellationToken);
            files += entry.IsDirectory ? 0 : 1;
        }

        return files;
    }
}
