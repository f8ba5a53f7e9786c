using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HostingPanel.Client;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>The scratch installation that <c>./panel bench</c> has brought up, and the engine it runs on.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly HttpClient _http;

    private Installation(string name, int httpPort, Uri panel, string token, IReadOnlyDictionary<string, string> images)
    {
        (Name, HttpPort, Images) = (name, httpPort, images);
        _http = new HttpClient(Local());
        Panel = new PanelClient(PanelClient.Configure(_http, panel, token));
        Visitor = new HttpClient(Local()) { Timeout = TimeSpan.FromSeconds(10) };
        // Who says nothing of itself is slowed down like a crawler.
        Visitor.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0");
    }

    public string Name { get; }
    public int HttpPort { get; }
    public IReadOnlyDictionary<string, string> Images { get; }
    public PanelClient Panel { get; }
    public HttpClient Visitor { get; }
    public DockerClient Docker { get; } = new(new DockerClientOptions());

    public static Installation FromEnvironment()
    {
        var images = File.ReadAllLines(Read("HP_TEST_IMAGES"))
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal);
        var port = int.Parse(Read("HP_E2E_HTTP_PORT"), CultureInfo.InvariantCulture);
        return new Installation(Read("HP_E2E_INSTALLATION"), port, new Uri(Read("HP_E2E_PANEL_URL")), Read("HP_E2E_TOKEN"), images);
    }

    /// <summary>Seconds until the address answers 200 with this text in the page, measured from <paramref name="started"/>.</summary>
    public async Task<double> UntilAnswersAsync(
        Uri address,
        string text,
        string? gatewayKey,
        long started,
        CancellationToken cancellationToken
    )
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(3));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        var last = "no answer";
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                if (gatewayKey is not null)
                {
                    request.Headers.Add("X-HP-Gateway-Key", gatewayKey);
                }

                using var response = await Visitor.SendAsync(request, bound.Token);
                last = $"{(int)response.StatusCode} {response.Headers.Location}";
                if (
                    response.StatusCode == HttpStatusCode.OK
                    && (await response.Content.ReadAsStringAsync(bound.Token)).Contains(text, StringComparison.Ordinal)
                )
                {
                    return Stopwatch.GetElapsedTime(started).TotalSeconds;
                }
            }
            catch (Exception failure)
                when (failure is HttpRequestException || (failure is OperationCanceledException && !bound.IsCancellationRequested))
            {
                // Not yet; or so busy that one visitor's patience was over.
            }

            try
            {
                await timer.WaitForNextTickAsync(bound.Token);
            }
            catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{address} did not answer with “{text}” within 3 minutes; last: {last}.", failure);
            }
        }
    }

    /// <summary>Waits until an operation has succeeded.</summary>
    /// <exception cref="InvalidOperationException">It ended otherwise.</exception>
    public async Task<Operation> EndOfAsync(Guid id, CancellationToken cancellationToken)
    {
        Operation? last = null;
        await foreach (var state in Panel.Operations.WatchAsync(id, cancellationToken))
        {
            last = state;
        }

        return last is { State: OperationState.Succeeded }
            ? last
            : throw new InvalidOperationException($"{last?.Title}: {last?.Error?.Message}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Visitor.Dispose();
        await Docker.DisposeAsync();
    }

    /// <summary>Names below .localhost are this machine, whatever its resolver knows of them.</summary>
    private static SocketsHttpHandler Local() =>
        new()
        {
            AllowAutoRedirect = false,
            ConnectCallback = static async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

    private static string Read(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; run ./panel bench.");
}
