using System.Net;

namespace HostingPanel.Docker.Transport;

/// <summary>A tar archive on its way to the engine. The stream stays its owner's: sent, but not disposed.</summary>
internal sealed class TarContent : HttpContent
{
    private readonly Stream _tar;

    public TarContent(Stream tar)
    {
        _tar = tar;
        Headers.ContentType = new("application/x-tar");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _tar.CopyToAsync(stream, cancellationToken);

    /// <summary>Never known beforehand: the archive may be made while it is sent.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
