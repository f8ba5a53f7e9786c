using HostingPanel.Platform;

namespace HostingPanel.Sites;

/// <summary>Why an archive is refused.</summary>
internal static class ArchiveFault
{
    public static PlatformException Of(string why) => new("archive-refused", why);

    public static PlatformException Damaged(string fileName, Exception failure) =>
        Of($"“{fileName}” is damaged or no such archive: {failure.Message}");

    public static PlatformException TooMany(ArchiveLimits limits) => Of($"The archive has more than {limits.MaxFiles} files.");

    public static PlatformException TooLarge(ArchiveLimits limits) => Of($"The archive unpacks to more than {limits.MaxBytes >> 20} MB.");

    /// <summary>What the framework's readers throw on bytes that are no archive.</summary>
    public static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException;

    /// <summary>A path as it may stand in a message.</summary>
    public static string Shown(string path) => new([.. path.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}

/// <summary>Tells of every read; damage that shows only in the middle of a file is a refusal, too.</summary>
internal sealed class ArchiveContent(Stream inner, string fileName, Action<int> onRead) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => inner.CanSeek;
    public override bool CanWrite => false;
    public override long Length => inner.Length;
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Told(inner.Read(buffer, offset, count));
        }
        catch (Exception failure) when (ArchiveFault.IsDamage(failure))
        {
            throw ArchiveFault.Damaged(fileName, failure);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Told(await inner.ReadAsync(buffer, cancellationToken));
        }
        catch (Exception failure) when (ArchiveFault.IsDamage(failure))
        {
            throw ArchiveFault.Damaged(fileName, failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Told(int read)
    {
        onRead(read);
        return read;
    }
}
