using System.Net;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// Visits a public address as a browser would, but through the gateway's address inside, so that neither DNS nor a firewall outside
/// decides whether a site is up.
/// </summary>
internal sealed class SiteProbe : IDisposable
{
    private const int MaxBody = 256 * 1024;
    private const int MaxRedirects = 5;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly GatewayOptions _gateway;
    private readonly PanelOptions _panel;
    private readonly HttpMessageInvoker _client;

    public SiteProbe(IOptions<GatewayOptions> gateway, IOptions<PanelOptions> panel)
    {
        _gateway = gateway.Value;
        _panel = panel.Value;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = ConnectAsync,
            MaxResponseDrainSize = 0,
        };
        // Any: it is the gateway's own, self-signed one, and the question is whether the site answers.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        _client = new HttpMessageInvoker(handler);
    }

    /// <summary>Asks for a path of a host by its public address.</summary>
    public async Task<ProbeResult> AskAsync(string host, string path, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(_panel.PublicUrl(host) + path, UriKind.Absolute, out var address) || address.Host != host)
        {
            return Failed($"“{host}{path}” is no address.");
        }

        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(Timeout);
        try
        {
            var key = (await File.ReadAllTextAsync(_gateway.KeyFile, within.Token)).Trim();
            return await FollowAsync(address, key, within.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"No answer within {Timeout.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException error)
        {
            return Failed(Describe(error));
        }
        catch (IOException error)
        {
            return Failed($"The answer broke off: {error.Message}");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<ProbeResult> FollowAsync(Uri address, string key, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            // A kept connection would lead to the gateway's process of before a reload.
            request.Headers.ConnectionClose = true;
            request.Headers.Accept.ParseAdd("text/html, */*;q=0.5");
            request.Headers.UserAgent.ParseAdd("HostingPanel-probe");
            // Neither a limit nor a password nor the maintenance page is for the panel. It goes to the gateway and nowhere else.
            request.Headers.TryAddWithoutValidation("X-HP-Gateway-Key", key);
            using var response = await _client.SendAsync(request, cancellationToken);
            var fromGateway = response.Headers.Contains(HaproxyConfig.PageHeader);
            if (Redirect(address, response) is { } next)
            {
                address = next;
                continue;
            }

            var page = await ReadAsync(response.Content, cancellationToken);
            return new ProbeResult((int)response.StatusCode, PageTitle.Of(page), null, fromGateway, page.Length == 0 ? null : page);
        }

        return Failed($"It redirects more than {MaxRedirects} times.");
    }

    /// <summary>Where to go on, if it is the same host: with or without TLS, for the gateway serves both.</summary>
    private static Uri? Redirect(Uri address, HttpResponseMessage response) =>
        response.StatusCode
            is HttpStatusCode.MovedPermanently
                or HttpStatusCode.Found
                or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && Uri.TryCreate(address, location, out var next)
        && next.Host == address.Host
        && (next.Scheme == Uri.UriSchemeHttp || next.Scheme == Uri.UriSchemeHttps)
            ? next
            : null;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var secure = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_gateway.Address, secure ? _gateway.HttpsPort : _gateway.HttpPort, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType is { } type && !type.Contains("html", StringComparison.OrdinalIgnoreCase))
        {
            return string.Empty;
        }

        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody];
        var read = await body.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancellationToken);
        return CharsetOf(content).GetString(buffer, 0, read);
    }

    private static Encoding CharsetOf(HttpContent content)
    {
        try
        {
            return content.Headers.ContentType?.CharSet is { Length: > 0 } charset
                ? Encoding.GetEncoding(charset.Trim('"'))
                : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    private string Describe(HttpRequestException error) =>
        error.InnerException is SocketException socket
            ? socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"The gateway ({_gateway.Address}) refuses connections.",
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData =>
                    $"There is no gateway under the name {_gateway.Address}.",
                _ => $"The gateway ({_gateway.Address}) can't be reached: {socket.Message}.",
            }
            : error.HttpRequestError switch
            {
                HttpRequestError.ResponseEnded => "The connection was closed before an answer came.",
                HttpRequestError.InvalidResponse => "The answer is not HTTP.",
                HttpRequestError.SecureConnectionError => "No TLS connection came about.",
                _ => error.Message,
            };

    private static ProbeResult Failed(string why) => new(null, null, why, FromGateway: false);
}
