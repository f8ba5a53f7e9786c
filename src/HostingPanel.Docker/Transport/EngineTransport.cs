using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HostingPanel.Docker.Errors;

namespace HostingPanel.Docker.Transport;

/// <summary>Sends calls, in the negotiated version, and turns whatever goes wrong into the client's own exceptions.</summary>
internal sealed class EngineTransport : IDisposable
{
    private const int LongestErrorBody = 64 * 1024;

    private readonly HttpClient _http;
    private readonly DockerClientOptions _options;
    private readonly SemaphoreSlim _negotiating = new(1, 1);
    private volatile NegotiatedVersion? _version;

    public EngineTransport(DockerClientOptions options)
    {
        _options = options;
        var (handler, baseAddress) = EngineHandler.Create(options);
        _http = new HttpClient(handler, disposeHandler: true) { BaseAddress = baseAddress, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The version every call is made in. Asked once; a failure is not remembered.</summary>
    public async ValueTask<ApiVersion> NegotiateAsync(CancellationToken cancellationToken)
    {
        if (_version is { } known)
        {
            return known.Version;
        }

        await _negotiating.WaitAsync(cancellationToken);
        try
        {
            if (_version is { } meanwhile)
            {
                return meanwhile.Version;
            }

            var ping = await PingAsync(cancellationToken);
            if (ping.ApiVersion is not { } engine || engine < ApiVersion.Minimum)
            {
                throw new EngineTooOldException(ping.ApiVersion, ApiVersion.Minimum);
            }

            var version = engine < ApiVersion.Maximum ? engine : ApiVersion.Maximum;
            _version = new NegotiatedVersion(version);
            return version;
        }
        finally
        {
            _negotiating.Release();
        }
    }

    /// <summary>The one call without a version in its address.</summary>
    public Task<PingResponse> PingAsync(CancellationToken cancellationToken) =>
        WithinTimeoutAsync(
            async token =>
            {
                using var response = await SendAsync(HttpMethod.Get, "_ping", content: null, [], token);
                return new PingResponse
                {
                    ApiVersion = ApiVersion.TryParse(Header(response, "Api-Version"), out var version) ? version : null,
                    OsType = Header(response, "Ostype"),
                    BuilderVersion = Header(response, "Builder-Version"),
                    Swarm = Header(response, "Swarm"),
                };
            },
            cancellationToken
        );

    /// <summary>A call whose answer is one JSON value.</summary>
    public Task<T> ReadAsync<T>(EngineRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => WithinTimeoutAsync(token => ReadUnboundedAsync(request, type, token), cancellationToken);

    /// <summary>The same for calls that may take long: only the token ends them.</summary>
    public async Task<T> ReadUnboundedAsync<T>(EngineRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await ReadValueAsync(request, type, cancellationToken)
        ?? throw new DockerApiException("The Docker engine answered null where an object was expected.");

    /// <summary>A call whose answer is a list; the engine says <c>null</c> for an empty one now and then.</summary>
    public Task<IReadOnlyList<T>> ReadListAsync<T>(
        EngineRequest request,
        JsonTypeInfo<IReadOnlyList<T>> type,
        CancellationToken cancellationToken
    ) => WithinTimeoutAsync(async token => await ReadValueAsync(request, type, token) ?? [], cancellationToken);

    /// <summary>A call whose answer says nothing but "done".</summary>
    /// <returns>False when the engine had nothing to do (304: already started, already stopped).</returns>
    public Task<bool> SendAsync(EngineRequest request, CancellationToken cancellationToken) =>
        WithinTimeoutAsync(
            async token =>
            {
                await using var answer = await OpenAsync(request, token);
                return answer.Status != HttpStatusCode.NotModified;
            },
            cancellationToken
        );

    /// <summary>A call whose answer is read while it comes. The caller disposes it.</summary>
    public async Task<EngineAnswer> OpenAsync(EngineRequest request, CancellationToken cancellationToken)
    {
        var version = await NegotiateAsync(cancellationToken);
        var response = await SendAsync(
            request.Method,
            $"v{version}/{request.PathAndQuery}",
            request.Content,
            request.Headers,
            cancellationToken
        );
        try
        {
            return await EngineAnswer.OpenAsync(response, version, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new("application/json");
        return content;
    }

    public void Dispose()
    {
        _http.Dispose();
        _negotiating.Dispose();
    }

    private async Task<T?> ReadValueAsync<T>(EngineRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await using var answer = await OpenAsync(request, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(answer.Content, type, cancellationToken);
        }
        catch (JsonException garbage)
        {
            throw new DockerApiException($"The Docker engine's answer can't be understood: {garbage.Message}", answer.Status, garbage);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string address,
        HttpContent? content,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken
    )
    {
        using var message = new HttpRequestMessage(method, address) { Content = content, Version = HttpVersion.Version11 };
        // A body that is streamed waits for the engine's word: a refusal then arrives as an answer and not as a broken pipe.
        message.Headers.ExpectContinue = content is TarContent;
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        CallCounter.Count();
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw ErrorTranslator.FromSending(_options.Endpoint, failure);
        }
        catch (OperationCanceledException late) when (late.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineUnavailableException(
                $"The Docker engine at {_options.Endpoint} did not accept a connection within {_options.ConnectTimeout}.",
                late
            );
        }

        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
        {
            return response;
        }

        using (response)
        {
            var failure = ErrorTranslator.FromAnswer(response.StatusCode, await ReadErrorAsync(response, cancellationToken));
            if (failure.Message.Contains("client version", StringComparison.Ordinal))
            {
                // The engine behind the socket was exchanged for another version: ask again next time.
                _version = null;
            }

            throw failure;
        }
    }

    private async Task<T> WithinTimeoutAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await call(linked.Token);
        }
        catch (OperationCanceledException late) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineConnectionLostException($"The Docker engine did not answer within {_options.RequestTimeout}.", late);
        }
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[LongestErrorBody];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            // The status is known and says enough; the message was lost on the way.
            return "";
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>A reference, so that it can be read without a lock.</summary>
    private sealed record NegotiatedVersion(ApiVersion Version);
}
