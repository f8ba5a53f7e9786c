using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Browsing;

/// <summary>
/// The part of the directory that web and worker share in which downloads wait, and indexes of restore points are kept. Only the worker
/// writes there; whoever reads was permitted to by what the database says of it.
/// </summary>
internal sealed class DownloadArea(IOptions<UploadOptions> options)
{
    private const string Partial = ".partial";
    private const UnixFileMode ReadableFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private string Downloads => Path.Combine(options.Value.Directory, "downloads");
    private string Indexes => Path.Combine(options.Value.Directory, "indexes");

    public string DownloadOf(Guid id) => Path.Combine(Downloads, id.ToString("N"));

    /// <summary>The index of a restore point's files; see <see cref="FileIndex"/>.</summary>
    public string IndexOf(Guid restorePoint) => Path.Combine(Indexes, $"{restorePoint:N}.gz");

    /// <summary>Writes a file that is there whole or not at all.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await using (var file = File.Create(path + Partial))
            {
                await write(file);
                await file.FlushAsync(cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.SetUnixFileMode(path + Partial, ReadableFile);
            File.Move(path + Partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(path + Partial);
        }
    }

    /// <summary>Deletes a download if it is there.</summary>
    public void Delete(Guid id)
    {
        if (File.Exists(DownloadOf(id)))
        {
            File.Delete(DownloadOf(id));
        }
    }

    /// <summary>Deletes files that no row names and that nobody is writing, and indexes that nobody looked at for long.</summary>
    public void Sweep(IReadOnlySet<Guid> known, DateTime straysBefore, DateTime indexesBefore)
    {
        foreach (var file in FilesIn(Downloads))
        {
            var isKnown = Guid.TryParseExact(Path.GetFileName(file), "N", out var id) && known.Contains(id);
            if (!isKnown && File.GetLastWriteTimeUtc(file) < straysBefore)
            {
                File.Delete(file);
            }
        }

        foreach (var file in FilesIn(Indexes).Where(file => File.GetLastWriteTimeUtc(file) < indexesBefore))
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<string> FilesIn(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory).ToList() : [];
}
