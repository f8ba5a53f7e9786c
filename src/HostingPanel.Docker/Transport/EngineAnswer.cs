using System.Net;
using HostingPanel.Docker.Errors;

namespace HostingPanel.Docker.Transport;

/// <summary>An answer of which only the head has been read.</summary>
internal sealed class EngineAnswer : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    private EngineAnswer(HttpResponseMessage response, Stream content, ApiVersion version)
    {
        _response = response;
        Content = content;
        Version = version;
    }

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>The body; a broken connection surfaces as <see cref="EngineConnectionLostException"/>.</summary>
    public Stream Content { get; }

    /// <summary>The version the call was made in.</summary>
    public ApiVersion Version { get; }

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    public static async Task<EngineAnswer> OpenAsync(
        HttpResponseMessage response,
        ApiVersion version,
        CancellationToken cancellationToken
    ) => new(response, new EngineStream(response, await response.Content.ReadAsStreamAsync(cancellationToken)), version);

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>A body as it arrives; only for reading forward. Disposing it ends the answer.</summary>
internal sealed class EngineStream(HttpResponseMessage response, Stream inner) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw ErrorTranslator.Lost(broken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return inner.Read(buffer, offset, count);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw ErrorTranslator.Lost(broken);
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        response.Dispose();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
