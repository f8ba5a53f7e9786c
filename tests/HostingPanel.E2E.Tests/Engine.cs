using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// The few words with the Docker engine that a test needs to switch a service of the panel off and on. Whatever the spec holds goes back
/// as it came, but for the number of replicas.
/// </summary>
internal sealed class Engine : IDisposable
{
    /// <summary>The engine's names begin with capitals.</summary>
    private static readonly JsonSerializerOptions Exactly = new();
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

    /// <summary>The ids of the containers of a service that run.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync(string service, CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["com.docker.swarm.service.name={{service}}"]}""");
        var root = await RootAsync(cancellationToken);
        var found = await _http.GetFromJsonAsync<JsonArray>($"{root}/containers/json?filters={filters}", cancellationToken);
        return [.. found!.Select(container => (string)container!["Id"]!)];
    }

    /// <summary>The ids of an installation's containers, those that have ended included.</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync(string installation, CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["hp.installation={{installation}}"]}""");
        var root = await RootAsync(cancellationToken);
        var found = await _http.GetFromJsonAsync<JsonArray>($"{root}/containers/json?all=true&filters={filters}", cancellationToken);
        return [.. found!.Select(container => (string)container!["Id"]!)];
    }

    /// <summary>The names of an installation's services.</summary>
    public async Task<IReadOnlyList<string>> ServicesAsync(string installation, CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["hp.installation={{installation}}"]}""");
        var root = await RootAsync(cancellationToken);
        var found = await _http.GetFromJsonAsync<JsonArray>($"{root}/services?filters={filters}", cancellationToken);
        return [.. found!.Select(service => (string)service!["Spec"]!["Name"]!)];
    }

    /// <summary>What the engine says to a question; null where the thing has gone.</summary>
    public async Task<string?> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri($"{await RootAsync(cancellationToken)}/{path}"), cancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : null;
    }

    /// <summary>What the secrets of a running container hold, asked inside of it; empty for one that does not run.</summary>
    public async Task<string> SecretsAsync(string container, CancellationToken cancellationToken)
    {
        var root = await RootAsync(cancellationToken);
        // With a terminal, whose output the engine passes on as it is.
        string[] command = ["sh", "-c", "for file in /run/secrets/*; do cat \"$file\" 2>/dev/null; echo; done"];
        using var made = await _http.PostAsJsonAsync(
            $"{root}/containers/{container}/exec",
            new
            {
                AttachStdout = true,
                Tty = true,
                Cmd = command,
            },
            Exactly,
            cancellationToken
        );
        if (!made.IsSuccessStatusCode)
        {
            return string.Empty;
        }

        var id = (string)(await made.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["Id"]!;
        using var said = await _http.PostAsJsonAsync(
            $"{root}/exec/{id}/start",
            new { Detach = false, Tty = true },
            Exactly,
            cancellationToken
        );
        return said.IsSuccessStatusCode ? await said.Content.ReadAsStringAsync(cancellationToken) : string.Empty;
    }

    /// <summary>Runs a program in the container of a service, and gives what it wrote; fails when it did.</summary>
    public async Task<string> RunAsync(string service, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var container = (await RunningAsync(service, cancellationToken))[0];
        var root = await RootAsync(cancellationToken);
        using var made = await _http.PostAsJsonAsync(
            $"{root}/containers/{container}/exec",
            new
            {
                Cmd = command,
                AttachStdout = true,
                AttachStderr = true,
                // One stream of plain text.
                Tty = true,
            },
            cancellationToken
        );
        var id = (await made.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["Id"];
        using var run = await _http.PostAsJsonAsync($"{root}/exec/{id}/start", new { Detach = false, Tty = true }, cancellationToken);
        var said = await run.Content.ReadAsStringAsync(cancellationToken);
        var ended = await _http.GetFromJsonAsync<JsonNode>($"{root}/exec/{id}/json", cancellationToken);
        Assert.True(ended!["ExitCode"]!.GetValue<int>() == 0, said);
        return said;
    }

    /// <summary>Starts a program in the container of a service and leaves it alone; gives the engine's id of it.</summary>
    public async Task<string> StartAsync(string service, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var container = (await RunningAsync(service, cancellationToken))[0];
        var root = await RootAsync(cancellationToken);
        using var made = await _http.PostAsJsonAsync($"{root}/containers/{container}/exec", new { Cmd = command }, cancellationToken);
        var id = (string)(await made.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["Id"]!;
        using var run = await _http.PostAsJsonAsync($"{root}/exec/{id}/start", new { Detach = true }, cancellationToken);
        Assert.True(run.IsSuccessStatusCode, await run.Content.ReadAsStringAsync(cancellationToken));
        return id;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> RootAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri("http://docker/_ping"), cancellationToken);
        return $"http://docker/v{answer.Headers.GetValues("Api-Version").Single()}";
    }
}
