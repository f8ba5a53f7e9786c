using System.IO.Compression;
using System.Text;

namespace HostingPanel.Sites.Disposability;

/// <summary>A file of a volume.</summary>
/// <param name="Name">Its path below the volume's root, for people: what is no UTF-8 is replaced.</param>
/// <param name="Type">What <c>find</c> calls its kind: f is a plain file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Changed">When its contents last changed, as the file system says it; only compared.</param>
internal sealed record ListedFile(string Name, char Type, long Bytes, string Changed);

/// <summary>The list of files that <c>hp-fingerprint</c> writes: entries with a NUL at their ends, packed with gzip.</summary>
internal static class FileList
{
    /// <summary>Far more than a list of the length that the toolbox allows unpacks to; one that is larger was made to be.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>The files by name, byte for byte.</summary>
    /// <exception cref="InvalidDataException">It is no such list.</exception>
    public static IReadOnlyDictionary<string, ListedFile> Read(byte[] packed)
    {
        using var plain = new MemoryStream();
        using (var unpacking = new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress))
        {
            var buffer = new byte[81920];
            for (int read; (read = unpacking.Read(buffer)) > 0; )
            {
                plain.Write(buffer.AsSpan(0, read));
                if (plain.Length > MaxBytes)
                {
                    throw new InvalidDataException("The list of files is too long.");
                }
            }
        }

        var files = new Dictionary<string, ListedFile>(StringComparer.Ordinal);
        var rest = plain.GetBuffer().AsSpan(0, (int)plain.Length);
        while (rest.IndexOf((byte)0) is >= 0 and var end)
        {
            var entry = rest[..end];
            rest = rest[(end + 1)..];
            // The name comes last, for only it may have blanks in it.
            var text = Encoding.Latin1.GetString(entry);
            if (text.Split(' ', 4) is not [[var type], var bytes, var changed, var name] || !long.TryParse(bytes, out var size))
            {
                throw new InvalidDataException("The list of files has an entry that is none.");
            }

            files[name] = new ListedFile(Encoding.UTF8.GetString(entry[^name.Length..]), type, size, changed);
        }

        return files;
    }
}
