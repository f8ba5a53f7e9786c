using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace HostingPanel.Backups.Browsing;

/// <summary>
/// The index of a restore point's files, as <c>hp-restic index</c> writes it: compressed, a line
/// <c>[directory, name, type, size, mode, uid, gid, time]</c> for each name, in the order of the tree. A snapshot never changes, so neither
/// does its index. Read as a stream: a site may have a million files.
/// </summary>
internal static class FileIndex
{
    /// <summary>What is in a directory.</summary>
    /// <param name="file">The index.</param>
    /// <param name="directory">Its whole path, such as <c>/volumes/content/uploads</c>.</param>
    /// <param name="skip">How many names were seen before.</param>
    /// <param name="take">How many more at most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What is there; <see cref="IndexedDirectory.Type"/> is null when the restore point has no such path.</returns>
    public static async Task<IndexedDirectory> ListAsync(
        string file,
        string directory,
        int skip,
        int take,
        CancellationToken cancellationToken
    )
    {
        var (parent, name) = Split(directory);
        var (wanted, wantedParent, wantedName) = (Bytes(directory), Bytes(parent), Bytes(name));
        string? type = null;
        var entries = new List<IndexedFile>();
        var seen = 0;
        await ReadAsync(
            file,
            line =>
            {
                var reader = At(line);
                if (reader.ValueTextEquals(wanted))
                {
                    if (seen++ >= skip && entries.Count < take)
                    {
                        entries.Add(EntryOf(line));
                    }
                }
                else if (type is null && reader.ValueTextEquals(wantedParent) && reader.Read() && reader.ValueTextEquals(wantedName))
                {
                    type = EntryOf(line).Type;
                }
            },
            cancellationToken
        );
        return new IndexedDirectory(type, entries, seen);
    }

    /// <summary>How many files the chosen paths are, and how many bytes; those that are not there are named.</summary>
    public static async Task<IndexedChoice> MeasureAsync(string file, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var missing = paths.ToHashSet(StringComparer.Ordinal);
        var (files, bytes) = (0L, 0L);
        await ReadAsync(
            file,
            line =>
            {
                var reader = At(line);
                var directory = reader.GetString()!;
                reader.Read();
                var path = $"{directory}/{reader.GetString()}";
                missing.Remove(path);
                if (
                    paths.Any(chosen =>
                        path.StartsWith(chosen, StringComparison.Ordinal) && (path.Length == chosen.Length || path[chosen.Length] == '/')
                    )
                )
                {
                    var entry = EntryOf(line);
                    (files, bytes) = entry.Type == "dir" ? (files, bytes) : (files + 1, bytes + entry.Size);
                }
            },
            cancellationToken
        );
        return new IndexedChoice(files, bytes, [.. paths.Where(missing.Contains)]);
    }

    private delegate void LineReader(ReadOnlySequence<byte> line);

    private static async Task ReadAsync(string file, LineReader read, CancellationToken cancellationToken)
    {
        await using var compressed = File.OpenRead(file);
        await using var content = new GZipStream(compressed, CompressionMode.Decompress);
        var pipe = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        try
        {
            while (true)
            {
                var result = await pipe.ReadAsync(cancellationToken);
                var buffer = result.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    read(buffer.Slice(0, end));
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>At the first member of a line's array.</summary>
    private static Utf8JsonReader At(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        reader.Read();
        return reader;
    }

    private static IndexedFile EntryOf(ReadOnlySequence<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        return new IndexedFile(
            row[1].GetString()!,
            row[2].GetString()!,
            row[3].GetInt64(),
            ModeOf(row[4].GetInt64()),
            row[5].GetInt64(),
            row[6].GetInt64(),
            DateTimeOffset.Parse(row[7].GetString()!, CultureInfo.InvariantCulture)
        );
    }

    /// <summary>Go keeps permissions in the lowest nine bits, and set-id and sticky elsewhere.</summary>
    private static int ModeOf(long mode) =>
        (int)(mode & 0x1FF)
        | ((mode & (1 << 23)) != 0 ? 0x800 : 0)
        | ((mode & (1 << 22)) != 0 ? 0x400 : 0)
        | ((mode & (1 << 20)) != 0 ? 0x200 : 0);

    private static (string Parent, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return (path[..slash], path[(slash + 1)..]);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>A directory in an index.</summary>
/// <param name="Type">restic's word for what it is, <c>dir</c> for a directory; null when it is not there.</param>
/// <param name="Entries">What is in it, of the part that was asked for.</param>
/// <param name="Count">How many names are in it.</param>
internal sealed record IndexedDirectory(string? Type, IReadOnlyList<IndexedFile> Entries, int Count);

/// <summary>A name in an index.</summary>
internal sealed record IndexedFile(string Name, string Type, long Size, int Mode, long Uid, long Gid, DateTimeOffset ModifiedAt);

/// <summary>What chosen paths come to.</summary>
internal sealed record IndexedChoice(long Files, long Bytes, IReadOnlyList<string> Missing);
