using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// The few words with the Docker engine that a test needs to switch a service of the panel off and on. Whatever the spec holds goes back
/// as it came, but for the number of replicas.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            ConnectCallback = static async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint("/var/run/docker.sock"), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }
    );

    /// <summary>Sets how many containers of a service there should be.</summary>
    public async Task ScaleAsync(string service, int replicas, CancellationToken cancellationToken)
    {
        var root = await RootAsync(cancellationToken);
        var found = await _http.GetFromJsonAsync<JsonNode>($"{root}/services/{service}", cancellationToken);
        var spec = found!["Spec"]!;
        spec["Mode"]!["Replicated"]!["Replicas"] = replicas;
        using var answer = await _http.PostAsJsonAsync(
            $"{root}/services/{service}/update?version={found["Version"]!["Index"]}",
            spec,
            cancellationToken
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>How many containers of a service run.</summary>
    public async Task<int> RunningAsync(string service, CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["com.docker.swarm.service.name={{service}}"]}""");
        var root = await RootAsync(cancellationToken);
        return (await _http.GetFromJsonAsync<JsonArray>($"{root}/containers/json?filters={filters}", cancellationToken))!.Count;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> RootAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri("http://docker/_ping"), cancellationToken);
        return $"http://docker/v{answer.Headers.GetValues("Api-Version").Single()}";
    }
}
