using System.Text.Json.Nodes;
using HostingPanel.Client;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// ABUSE 7 on a whole panel: what runs wild in one site's container meets that container's limits, while its neighbour and the panel answer. How
/// fast they do under a flood of requests is <c>./panel bench shield</c>.
/// </summary>
[Collection(PanelTests.Name)]
public sealed class RunawayTests(PanelFixture panel)
{
    private const string Wild = "wild";
    private const string Calm = "calm";

    /// <summary>Of WordPress's recipe.</summary>
    private const int Pids = 200;

    /// <summary>Two files of ten megabytes, and what was being written when one was full.</summary>
    private const long LogBytes = 24 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task What_runs_wild_in_a_site_meets_its_limits_and_the_others_go_on()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The size of a container's log is for root to see.");
        await panel.SignInAsync();
        using var engine = new Engine();
        foreach (var slug in (string[])[Wild, Calm])
        {
            await PanelFixture.ProvisionAsync(new CreateSiteRequest(slug, slug, "wordpress", slug, "v@example.org"), Token);
        }

        await OthersAnswerAsync();

        var memory = await InsideAsync("php -d memory_limit=-1 -r 'while (true) $all[] = str_repeat(\"x\", 1 << 20);'");
        Assert.Contains("ended 137", memory, StringComparison.Ordinal);
        await OthersAnswerAsync();

        // What it writes to its own disk in memory is memory, and the rest of its files are nobody's to write.
        var disk = await InsideAsync("head -c 3G /dev/zero >/tmp/fill");
        Assert.DoesNotContain("ended 0", disk, StringComparison.Ordinal);
        var root = await InsideAsync("rm -f /tmp/fill; touch /usr/fill");
        Assert.Contains("Read-only file system", root, StringComparison.Ordinal);
        await OthersAnswerAsync();

        await InsideAsync("head -c 60M /dev/zero | tr '\\0' x | fold -w 4000 >/proc/1/fd/1");
        Assert.InRange(await LogBytesAsync(), 5 << 20, LogBytes);
        await OthersAnswerAsync();

        var processes = await InsideAsync($"i=0; while [ $i -lt {Pids * 10} ]; do sleep 20 & i=$((i + 1)); done");
        Assert.Contains("fork", processes, StringComparison.OrdinalIgnoreCase);
        await OthersAnswerAsync();

        // It comes to itself again.
        var api = PanelFixture.Api();
        var restarted = await api.Sites.RestartAsync(Wild, cancellationToken: Token);
        await PanelFixture.FinishAsync(restarted);

        await AnswersAsync($"http://{Wild}.localhost:{PanelFixture.HttpPort}/");

        async Task<string> InsideAsync(string script) =>
            // A shell of its own, for one that could not fork ends.
            await engine.RunAsync($"{PanelFixture.Installation}-{Wild}-web", ["sh", "-c", "sh -c \"$0\"; echo ended $?", script], Token);

        async Task<long> LogBytesAsync()
        {
            var id = Assert.Single(await engine.RunningAsync($"{PanelFixture.Installation}-{Wild}-web", Token));
            var log = (string)JsonNode.Parse((await engine.AskAsync($"containers/{id}/json", Token))!)!["LogPath"]!;
            return Directory
                .EnumerateFiles(Path.GetDirectoryName(log)!, $"{Path.GetFileName(log)}*")
                .Sum(file => new FileInfo(file).Length);
        }
    }

    private static async Task OthersAnswerAsync()
    {
        await AnswersAsync($"http://{Calm}.localhost:{PanelFixture.HttpPort}/");
        await AnswersAsync($"{PanelFixture.PanelUrl}/account/sign-in");
    }

    private static async Task AnswersAsync(string address)
    {
        using var http = PanelFixture.Http();
        using var answer = await http.GetAsync(new Uri(address), Token);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
    }
}
