using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using HostingPanel.Client;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// ABUSE 5 and 6 on a whole panel: what somebody reaches who has taken over a site's web server, and what there is for the rest of the world.
/// Who answers counts, and not whether a connection is made: what some networks do not know they let a proxy answer.
/// </summary>
[Collection(PanelTests.Name)]
public sealed class IsolationTests(PanelFixture panel)
{
    private const string Inmate = "inmate";
    private const string Neighbour = "nextdoor";

    /// <summary>Tells of each "address port hex" whether it is open, and the beginning of what it says after that was said to it.</summary>
    private const string Ask = """
        foreach (array_slice($argv, 1) as $to) {
            [$address, $port, $say] = explode(' ', $to);
            $socket = @stream_socket_client("tcp://$address:$port", $code, $text, 2);
            $said = '';
            if ($socket) {
                stream_set_timeout($socket, 2);
                if ($say !== '') fwrite($socket, hex2bin($say));
                $said = (string) fread($socket, 4096);
            }
            echo $address, ' ', $port, ' ', $socket ? 'open' : 'closed', ' ', bin2hex($said), "\n";
        }
        """;

    private static readonly string Get = Convert.ToHexString("GET /account/sign-in HTTP/1.0\r\nHost: localhost\r\n\r\n"u8);

    /// <summary>The first that a client says to PostgreSQL: whether it may speak TLS. The answer is one letter, S or N.</summary>
    private const string MayITls = "0000000804d2162f";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task From_inside_a_site_its_own_database_answers_and_nothing_of_the_machine_the_panel_or_its_neighbour()
    {
        await panel.SignInAsync();
        using var engine = new Engine();
        foreach (var slug in (string[])[Inmate, Neighbour])
        {
            await PanelFixture.ProvisionAsync(new CreateSiteRequest(slug, slug, "wordpress", slug, "v@example.org"), Token);
        }

        var name = PanelFixture.Installation;
        var own = Assert.Single(await AskAsync(engine, ["db 3306 "]));
        Assert.True(own.IsOpen && own.Said.Contains("MariaDB", StringComparison.Ordinal), $"The probe does not work: {own}");

        string[] ports = ["2375", "2376", "2377", "4789", "7946"];
        var node = await AskAsync(engine, [.. Addresses().SelectMany(address => ports.Select(port => $"{address} {port} "))]);
        Assert.All(node, answer => Assert.False(answer.IsOpen, $"The machine is open: {answer}"));
        var metadata = Assert.Single(await AskAsync(engine, [$"169.254.169.254 80 {Get}"]));
        Assert.False(metadata.IsOpen, $"The machine's metadata are open: {metadata}");

        var databases = await AskAsync(
            engine,
            [
                .. (await AddressesOfAsync(engine, $"{name}-{Neighbour}-db")).Select(address => $"{address} 3306 "),
                $"{name}-{Neighbour}-db 3306 ",
            ]
        );
        Assert.DoesNotContain(databases, answer => answer.Said.Contains("MariaDB", StringComparison.Ordinal));
        var postgres = await AskAsync(
            engine,
            [
                .. (await AddressesOfAsync(engine, $"{name}_postgres")).Select(address => $"{address} 5432 {MayITls}"),
                $"postgres 5432 {MayITls}",
                $"{name}_postgres 5432 {MayITls}",
            ]
        );
        Assert.DoesNotContain(postgres, answer => answer.Said is "S" or "N");
        var panels = await AskAsync(
            engine,
            [
                .. (await AddressesOfAsync(engine, $"{name}_web")).Select(address => $"{address} 8080 {Get}"),
                $"web 8080 {Get}",
                $"{name}_web 8080 {Get}",
            ]
        );
        Assert.DoesNotContain(panels, answer => answer.Said.Contains("HostingPanel", StringComparison.OrdinalIgnoreCase));
        // Where the gateway meets the sites they meet each other, and refuse whoever is not the gateway.
        var sites = await AskAsync(engine, [$"{name}-{Neighbour}-web 8080 {Get}"]);
        Assert.All(sites, answer => Assert.Contains(" 403 ", answer.Said, StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_all_that_the_engine_opens_only_the_gateways_ports_are_for_the_world()
    {
        panel.Require();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Whose a port is only root can see.");
        using var engine = new Engine();
        var gateway = JsonNode.Parse((await engine.AskAsync($"services/{PanelFixture.Installation}_gateway", Token))!)!;
        var published = gateway["Endpoint"]!["Ports"]!.AsArray().Select(port => (int)port!["PublishedPort"]!).Order().ToList();
        Assert.Equal(2, published.Count);
        Assert.Contains(PanelFixture.HttpPort, published);

        Assert.Equal(published, OpenedByTheEngine().Except(await OthersAsync(engine)));
        foreach (var service in await engine.ServicesAsync(PanelFixture.Installation, Token))
        {
            var spec = JsonNode.Parse((await engine.AskAsync($"services/{service}", Token))!)!["Spec"]!;
            Assert.True(
                service == $"{PanelFixture.Installation}_gateway" || spec["EndpointSpec"]?["Ports"] is null,
                $"{service} publishes a port."
            );
        }
    }

    /// <summary>
    /// What other installations and containers on this machine have published, and the swarm's own ports where it has other machines: those
    /// of a swarm of one listen on the loop.
    /// </summary>
    private static async Task<IReadOnlyList<int>> OthersAsync(Engine engine)
    {
        var services = JsonNode.Parse((await engine.AskAsync("services", Token))!)!.AsArray();
        var containers = JsonNode.Parse((await engine.AskAsync("containers/json", Token))!)!.AsArray();
        var node = (string)JsonNode.Parse((await engine.AskAsync("info", Token))!)!["Swarm"]!["NodeAddr"]!;
        return
        [
            .. services
                .Where(service => (string?)service!["Spec"]!["Labels"]?["hp.installation"] != PanelFixture.Installation)
                .SelectMany(service => service!["Endpoint"]?["Ports"]?.AsArray() ?? [])
                .Select(port => (int?)port!["PublishedPort"])
                .Concat(
                    containers
                        .Where(container => (string?)container!["Labels"]?["hp.installation"] != PanelFixture.Installation)
                        .SelectMany(container => container!["Ports"]?.AsArray() ?? [])
                        .Select(port => (int?)port!["PublicPort"])
                )
                .OfType<int>(),
            .. node.StartsWith("127.", StringComparison.Ordinal) ? Array.Empty<int>() : [2377, 7946],
        ];
    }

    /// <summary>The ports that listen for more than this machine and belong to the engine or one of its helpers.</summary>
    private static List<int> OpenedByTheEngine()
    {
        var sockets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (File.ReadAllText($"{process}/comm").Trim() is "dockerd" or "docker-proxy")
                {
                    sockets.UnionWith(
                        Directory.EnumerateFiles($"{process}/fd").Select(path => new FileInfo(path).LinkTarget ?? string.Empty)
                    );
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        const string Listening = "0A";
        const string Loop6 = "00000000000000000000000001000000";
        return
        [
            .. File.ReadLines("/proc/net/tcp")
                .Concat(File.ReadLines("/proc/net/tcp6"))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == Listening && sockets.Contains($"socket:[{fields[9]}]"))
                .Select(fields => fields[1].Split(':'))
                .Where(local => !local[0].EndsWith("7F", StringComparison.Ordinal) && local[0] != Loop6)
                .Select(local => int.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .Distinct()
                .Order(),
        ];
    }

    /// <summary>This machine's own, those of the engine's bridges included.</summary>
    private static IEnumerable<string> Addresses() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .Select(address => address.ToString());

    /// <summary>What a service's running containers have in all their networks.</summary>
    private static async Task<IReadOnlyList<string>> AddressesOfAsync(Engine engine, string service)
    {
        var filters = Uri.EscapeDataString($$"""{"service":["{{service}}"],"desired-state":["running"]}""");
        var tasks = JsonNode.Parse((await engine.AskAsync($"tasks?filters={filters}", Token))!)!.AsArray();
        List<string> found =
        [
            .. tasks
                .SelectMany(task => task!["NetworksAttachments"]?.AsArray() ?? [])
                .SelectMany(network => network!["Addresses"]?.AsArray() ?? [])
                .Select(address => ((string)address!).Split('/')[0]),
        ];
        Assert.NotEmpty(found);
        return found;
    }

    private static async Task<IReadOnlyList<Answer>> AskAsync(Engine engine, IReadOnlyList<string> places)
    {
        var said = await engine.RunAsync($"{PanelFixture.Installation}-{Inmate}-web", ["php", "-r", Ask, "--", .. places], Token);
        var answers = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' '))
            .Select(words => new Answer(
                $"{words[0]}:{words[1]}",
                words[2] == "open",
                words.Length > 3 ? Encoding.Latin1.GetString(Convert.FromHexString(words[3])) : string.Empty
            ))
            .ToList();
        Assert.Equal(places.Count, answers.Count);
        return answers;
    }

    private sealed record Answer(string Place, bool IsOpen, string Said);
}
