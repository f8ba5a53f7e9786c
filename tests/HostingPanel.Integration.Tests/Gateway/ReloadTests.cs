using System.Collections.Concurrent;
using System.Net;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>New routes come into force without a visitor noticing, or not at all.</summary>
[Collection(GatewayTests.Name)]
public sealed class ReloadTests(GatewayFixture fixture)
{
    private const int Visitors = 100;
    private const int Reloads = 8;

    /// <summary>More than 5,000 in all.</summary>
    private const int EachReload = 640;
    private static readonly Route Alpha = GatewayFixture.Site("alpha");
    private static readonly Route Beta = GatewayFixture.Site("beta");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reloads_lose_no_request_of_a_hundred_visitors(bool keepAlive)
    {
        var gateway = await ApplyAsync(Alpha);
        using var client = fixture.Client();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var answers = new ConcurrentQueue<HttpStatusCode>();
        var visitors = Enumerable.Range(0, Visitors).Select(_ => VisitAsync(client, keepAlive, answers, enough.Token)).ToList();

        for (var reload = 0; reload < Reloads; reload++)
        {
            var seen = answers.Count;
            // Another site before and behind it, and other servers: whatever may move in the configuration moves.
            await gateway.ApplyAsync(reload % 2 == 0 ? [Alpha, Beta, Elsewhere("aaa"), Elsewhere("zzz")] : [Alpha], Token);
            await DoneAsync(() => answers.Count > seen + EachReload);
        }

        await enough.CancelAsync();
        await Task.WhenAll(visitors);
        Assert.Equal([HttpStatusCode.OK], answers.Distinct());
    }

    [Fact]
    public async Task A_new_site_answers_at_once_and_a_removed_one_no_more()
    {
        var gateway = await ApplyAsync(Alpha);

        await gateway.ApplyAsync([Alpha, Beta], Token);
        var there = await gateway.ProbeAsync(Beta.Hosts[0].Name, "/", Token);
        await gateway.ApplyAsync([Alpha], Token);
        var gone = await gateway.ProbeAsync(Beta.Hosts[0].Name, "/", Token);

        Assert.Equal((404, true), (gone.Status, gone.FromGateway));
        // Until the gateway has its name looked up, some milliseconds, a new site may not answer; never is it unknown.
        Assert.True(there is { Status: 200, FromGateway: false } or { Status: 503, FromGateway: true }, $"{there}");
    }

    [Fact]
    public async Task Another_port_of_a_site_counts_from_the_reload_on()
    {
        var gateway = await ApplyAsync(Alpha with { Port = 8081 });
        Assert.Equal(503, (await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/", Token)).Status);

        await gateway.ApplyAsync([Alpha], Token);

        ProbeResult? probe = null;
        await DoneAsync(async () => (probe = await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/", Token)).Status == 200);
        Assert.False(probe!.FromGateway);
    }

    [Fact]
    public async Task Unchanged_routes_do_not_reload()
    {
        var gateway = await ApplyAsync(Alpha, Beta);
        var configuration = new FileInfo(Path.Combine(fixture.Volume, "haproxy.cfg"));
        var written = configuration.LastWriteTimeUtc;

        await gateway.ApplyAsync([Beta, Alpha], Token);
        // A worker that has just started knows nothing and asks the gateway what it runs.
        await fixture.Gateway().ApplyAsync([Alpha, Beta], Token);

        configuration.Refresh();
        Assert.Equal(written, configuration.LastWriteTimeUtc);
    }

    [Fact]
    public async Task What_the_gateway_refuses_leaves_the_last_good_configuration_in_force()
    {
        var gateway = await ApplyAsync(Alpha);
        var good = await File.ReadAllTextAsync(Path.Combine(fixture.Volume, "haproxy.cfg"), Token);
        var broken = Path.Combine(fixture.Volume, "certs", "broken.pem");
        await File.WriteAllTextAsync(broken, "no certificate", Token);
        try
        {
            var error = await Assert.ThrowsAsync<PlatformException>(() => gateway.ApplyAsync([Alpha, Beta], Token));

            Assert.Equal("gateway-refused", error.Code);
            Assert.Contains("broken.pem", error.Message, StringComparison.Ordinal);
            Assert.Equal(good, await File.ReadAllTextAsync(Path.Combine(fixture.Volume, "haproxy.cfg"), Token));
            Assert.Equal(200, (await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/", Token)).Status);
            Assert.Equal(404, (await gateway.ProbeAsync(Beta.Hosts[0].Name, "/", Token)).Status);
        }
        finally
        {
            File.Delete(broken);
        }

        await gateway.ApplyAsync([Alpha, Beta], Token);
        await DoneAsync(async () => (await gateway.ProbeAsync(Beta.Hosts[0].Name, "/", Token)).Status == 200);
    }

    [Fact]
    public async Task A_gateway_that_restarts_is_waited_for_and_takes_the_new_routes()
    {
        var gateway = await ApplyAsync(Alpha);
        await fixture.StopGatewayAsync(Token);

        var applied = gateway.ApplyAsync([Alpha, Beta], Token);
        await fixture.StartGatewayAsync(Token);
        await applied;

        var again = fixture.Gateway(); // its address may be another
        await DoneAsync(async () => (await again.ProbeAsync(Beta.Hosts[0].Name, "/", Token)).Status == 200);
    }

    [Fact]
    public async Task A_gateway_that_stays_away_is_said_to_and_takes_the_new_routes_when_it_starts()
    {
        await ApplyAsync(Alpha);
        await fixture.StopGatewayAsync(Token);
        try
        {
            var gateway = fixture.Gateway(patience: TimeSpan.FromSeconds(1));

            var error = await Assert.ThrowsAsync<PlatformException>(() => gateway.ApplyAsync([Beta], Token));
            var probe = await gateway.ProbeAsync(Beta.Hosts[0].Name, "/", Token);

            Assert.Equal("gateway-unreachable", error.Code);
            Assert.Null(probe.Status);
            Assert.NotNull(probe.Error);
        }
        finally
        {
            await fixture.StartGatewayAsync(Token);
        }

        var again = fixture.Gateway();
        await DoneAsync(async () => (await again.ProbeAsync(Beta.Hosts[0].Name, "/", Token)).Status == 200);
        await DoneAsync(async () => (await again.ProbeAsync(Alpha.Hosts[0].Name, "/", Token)).Status == 404);
    }

    [Fact]
    public async Task An_empty_volume_is_filled_again()
    {
        var gateway = await ApplyAsync(Alpha);
        foreach (var file in Directory.EnumerateFiles(fixture.Volume, "*", SearchOption.AllDirectories))
        {
            if (!file.EndsWith("master.sock", StringComparison.Ordinal) && !file.EndsWith("self-signed.pem", StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }

        await gateway.ApplyAsync([Alpha], Token);

        await DoneAsync(async () => (await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/", Token)).Status == 200);
        Assert.True(File.Exists(Path.Combine(fixture.Volume, "certs", "site-alpha.pem")));
    }

    private static Route Elsewhere(string slug) =>
        Alpha with
        {
            Slug = slug,
            Hosts = [$"{slug}.gateway.test"],
            Upstream = $"hpt-{slug}-web",
        };

    private static async Task VisitAsync(
        HttpClient client,
        bool keepAlive,
        ConcurrentQueue<HttpStatusCode> answers,
        CancellationToken cancellationToken
    )
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Alpha.Hosts[0].Name}/visit");
            request.Headers.ConnectionClose = !keepAlive;
            // Not cancelled in the middle: every request that was begun counts.
            using var response = await client.SendAsync(request, Token);
            answers.Enqueue(response.StatusCode);
        }
    }

    private static Task DoneAsync(Func<bool> done) => DoneAsync(() => Task.FromResult(done()));

    private static async Task DoneAsync(Func<Task<bool>> done)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await done())
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    private async Task<IGateway> ApplyAsync(params Route[] routes)
    {
        fixture.Require();
        var gateway = fixture.Gateway();
        await gateway.ApplyAsync(routes, Token);
        return gateway;
    }
}
