using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using HostingPanel.Platform;

namespace HostingPanel.Sites;

/// <summary>What an archive may unpack to.</summary>
/// <param name="MaxBytes">All files together.</param>
/// <param name="MaxFiles">Files and directories.</param>
internal sealed record ArchiveLimits(long MaxBytes, int MaxFiles);

/// <summary>A file or directory of an archive.</summary>
/// <param name="Path">Relative, with slashes, never leading out.</param>
/// <param name="IsDirectory">True for a directory.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="Content">The file's bytes, to be read before the next entry; null for a directory.</param>
internal sealed record ArchiveEntry(string Path, bool IsDirectory, DateTimeOffset ModifiedAt, Stream? Content);

/// <summary>Reads .tar, .tar.gz and .zip archives that somebody else has made, and refuses whatever is not plain files and directories.</summary>
internal static class ArchiveReader
{
    private const int MaxPathLength = 1024;

    /// <summary>The panel's own mark at a volume's root, which no archive may bring.</summary>
    private const string VolumeMark = ".hp-volume";

    /// <summary>
    /// What the archive holds: each directory once and before what is in it, also where the archive mentions only the files. When all of
    /// it lies in one folder, as source archives have it, that folder is left out.
    /// </summary>
    public static async IAsyncEnumerable<ArchiveEntry> ReadAsync(
        string path,
        string fileName,
        ArchiveLimits limits,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var skip = await LoneFolderAsync(path, fileName, limits, cancellationToken) is { } folder ? folder.Length + 1 : 0;
        long bytes = 0;
        var isDirectory = new Dictionary<string, bool>(StringComparer.Ordinal);
        await foreach (var entry in EntriesAsync(path, fileName, limits, cancellationToken))
        {
            var clean = entry.Path.Length > skip ? entry.Path[skip..] : string.Empty;
            if (clean.Length == 0)
            {
                continue;
            }

            if (clean == VolumeMark)
            {
                throw ArchiveFault.Of($"“{VolumeMark}” is the panel's own mark of the volume; leave it out.");
            }

            foreach (var parent in ParentsOf(clean).Where(parent => IsNew(parent, directory: true)))
            {
                yield return new ArchiveEntry(parent, true, entry.ModifiedAt, null);
            }

            if (IsNew(clean, entry.IsDirectory) || !entry.IsDirectory)
            {
                // Counted while it is read: what an archive says of its sizes is not believed.
                var content = entry.Content is null ? null : new ArchiveContent(entry.Content, fileName, Count);
                yield return entry with
                {
                    Path = clean,
                    Content = content,
                };
            }
        }

        if (isDirectory.Count == 0)
        {
            throw ArchiveFault.Of("The archive is empty.");
        }

        void Count(int read)
        {
            if ((bytes += read) > limits.MaxBytes)
            {
                throw ArchiveFault.TooLarge(limits);
            }
        }

        bool IsNew(string name, bool directory)
        {
            if (isDirectory.TryGetValue(name, out var known))
            {
                return known == directory
                    ? false
                    : throw ArchiveFault.Of($"“{ArchiveFault.Shown(name)}” is a file and a directory at the same time.");
            }

            isDirectory.Add(name, directory);
            return isDirectory.Count <= limits.MaxFiles ? true : throw ArchiveFault.TooMany(limits);
        }
    }

    /// <summary>The one folder in which everything lies; null when there is a file beside it, or a second one, or it is a hidden one.</summary>
    private static async Task<string?> LoneFolderAsync(
        string path,
        string fileName,
        ArchiveLimits limits,
        CancellationToken cancellationToken
    )
    {
        string? folder = null;
        await foreach (var entry in EntriesAsync(path, fileName, limits, cancellationToken))
        {
            var end = entry.Path.IndexOf('/', StringComparison.Ordinal);
            var top = end < 0 ? entry.Path : entry.Path[..end];
            if ((end < 0 && !entry.IsDirectory) || top.StartsWith('.') || (folder ??= top) != top)
            {
                return null;
            }
        }

        return folder;
    }

    /// <summary>The entries with clean paths; the root itself is none. What is amiss with the archive is a refusal.</summary>
    private static async IAsyncEnumerable<ArchiveEntry> EntriesAsync(
        string path,
        string fileName,
        ArchiveLimits limits,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var count = 0;
        var entries = fileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
            ? ReadZipAsync(path, cancellationToken)
            : ReadTarAsync(path, limits, cancellationToken);
        await using var enumerator = entries.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await enumerator.MoveNextAsync())
                {
                    break;
                }
            }
            catch (Exception failure) when (ArchiveFault.IsDamage(failure))
            {
                throw ArchiveFault.Damaged(fileName, failure);
            }

            if (++count > limits.MaxFiles)
            {
                throw ArchiveFault.TooMany(limits);
            }

            if (CleanPath(enumerator.Current.Path) is { Length: > 0 } clean)
            {
                yield return enumerator.Current with
                {
                    Path = clean,
                };
            }
        }
    }

    private static async IAsyncEnumerable<ArchiveEntry> ReadTarAsync(
        string path,
        ArchiveLimits limits,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var file = File.OpenRead(path);
        var first = file.ReadByte();
        var second = file.ReadByte();
        file.Position = 0;
        await using Stream plain = first == 0x1f && second == 0x8b ? new GZipStream(file, CompressionMode.Decompress) : file;
        await using var reader = new TarReader(plain);
        long announced = 0;
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            // Also for those who only want the names: getting to the next one means going through so much.
            if ((announced += entry.Length) > limits.MaxBytes)
            {
                throw ArchiveFault.TooLarge(limits);
            }

            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    yield return new ArchiveEntry(entry.Name, true, entry.ModificationTime, null);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    yield return new ArchiveEntry(entry.Name, false, entry.ModificationTime, entry.DataStream ?? Stream.Null);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw ArchiveFault.Of($"“{entry.Name}” is a {entry.EntryType}; only files and directories are unpacked.");
            }
        }
    }

    private static async IAsyncEnumerable<ArchiveEntry> ReadZipAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var archive = await ZipFile.OpenReadAsync(path, cancellationToken);
        foreach (var entry in archive.Entries)
        {
            // Unix attributes lie in the upper half (PKWARE APPNOTE 4.4.15); 0 where the archive was made elsewhere.
            var type = (entry.ExternalAttributes >> 16) & 0xF000;
            if (type is not (0 or 0x4000 or 0x8000))
            {
                throw ArchiveFault.Of($"“{entry.FullName}” is a link or device; only files and directories are unpacked.");
            }

            if (entry.FullName.EndsWith('/'))
            {
                yield return new ArchiveEntry(entry.FullName, true, entry.LastWriteTime, null);
            }
            else
            {
                await using var content = await entry.OpenAsync(cancellationToken);
                yield return new ArchiveEntry(entry.FullName, false, entry.LastWriteTime, content);
            }
        }
    }

    /// <summary>The path without <c>./</c>; empty for the root itself. Refuses what leads out or can't be a file's name.</summary>
    private static string CleanPath(string path)
    {
        if (path.Length > MaxPathLength || path.StartsWith('/') || path.Any(letter => letter is '\\' or '\0' || char.IsControl(letter)))
        {
            throw ArchiveFault.Of(
                $"“{ArchiveFault.Shown(path)}” is no acceptable path: relative, with plain characters, at most {MaxPathLength} long."
            );
        }

        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToList();
        if (parts.Any(part => part is ".." || part.Length > 255))
        {
            throw ArchiveFault.Of($"“{ArchiveFault.Shown(path)}” leads out of the archive or has a name longer than 255.");
        }

        return string.Join('/', parts);
    }

    private static IEnumerable<string> ParentsOf(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }
}
