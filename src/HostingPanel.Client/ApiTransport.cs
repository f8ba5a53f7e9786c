using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace HostingPanel.Client;

/// <summary>Sends requests and reads answers; the one place that knows about status codes.</summary>
internal sealed class ApiTransport(HttpClient http)
{
    private const string Base = "/api/v1/";

    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, null, null, cancellationToken);

    public async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        using var response = await SendAsync(
            method,
            path,
            content,
            idempotencyKey,
            HttpCompletionOption.ResponseContentRead,
            cancellationToken
        );
        return await response.Content.ReadFromJsonAsync<T>(PanelJson.Options, cancellationToken)
            ?? throw new JsonException($"{method} {path} answered null.");
    }

    public Task SendAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        SendAsync(method, path, null, cancellationToken);

    public async Task SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) =>
        (await SendAsync(method, path, content, null, HttpCompletionOption.ResponseContentRead, cancellationToken)).Dispose();

    /// <summary>A file, or what follows a byte of it; the caller reads and disposes of it.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, RangeHeaderValue? range, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken, range);

    /// <summary>An answer as it is, whatever its status.</summary>
    public Task<HttpResponseMessage> GetRawAsync(string path, CancellationToken cancellationToken) =>
        http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);

    /// <summary>Copies an answer's body while it comes.</summary>
    public async Task CopyAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.CopyToAsync(destination, cancellationToken);
    }

    /// <summary>The events of a stream until it ends.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = SseParser.Create(stream, static (_, data) => JsonSerializer.Deserialize<T>(data, PanelJson.Options)!);
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            yield return item.Data;
        }
    }

    public static JsonContent Json<T>(T value) => JsonContent.Create(value, options: PanelJson.Options);

    /// <summary>An enum's word in the contract; null for none.</summary>
    public static string? Word<T>(T? value)
        where T : struct, Enum =>
        value is { } known ? System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(known.ToString()) : null;

    /// <summary>A name as one segment of a path. Dots alone would be taken for steps up and down.</summary>
    public static string Segment(string name) =>
        name is "" or "." or ".." ? throw new ArgumentException($"“{name}” is no name.", nameof(name)) : Uri.EscapeDataString(name);

    /// <summary>A query from those parameters that have a value.</summary>
    public static string Query(params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                var text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!;
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(text));
            }
        }

        return query.ToString();
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? idempotencyKey,
        HttpCompletionOption completion,
        CancellationToken cancellationToken,
        RangeHeaderValue? range = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(Base + path, UriKind.Relative)) { Content = content };
        request.Headers.Range = range;
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        var response = await http.SendAsync(request, completion, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new PanelApiException(await ReadProblemAsync(response, cancellationToken));
        }
    }

    private static async Task<Problem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            return (await response.Content.ReadFromJsonAsync<Problem>(PanelJson.Options, cancellationToken))!;
        }

        // Not the panel's own words: a gateway's, or another server's altogether.
        var (status, reason) = ((int)response.StatusCode, response.ReasonPhrase ?? response.StatusCode.ToString());
        return new Problem(reason, status, $"{response.RequestMessage?.RequestUri} answered {status} {reason}.", $"http-{status}");
    }
}
