using System.Net;
using HostingPanel.Client;

namespace HostingPanel.E2E.Tests;

/// <summary>The panel may be down; the sites are not.</summary>
[Collection(PanelTests.Name)]
public sealed class PanelAwayTests(PanelFixture panel)
{
    private const int VisitsWhileAway = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact(Timeout = 420_000)]
    public async Task A_site_answers_while_the_panels_web_worker_and_database_stop_are_away_and_come_back()
    {
        panel.Require();
        var token = TestContext.Current.CancellationToken;
        await PanelFixture.ProvisionAsync(
            new CreateSiteRequest("alone", "lighthouse", "wordpress", "Lighthouse", "keeper@example.org"),
            token
        );
        using var engine = new Engine();
        using var visitor = new Visitor($"http://alone.localhost:{PanelFixture.HttpPort}/");
        string[] services = [.. new[] { "web", "worker", "postgres" }.Select(name => $"{PanelFixture.Installation}_{name}")];

        // Somebody visits all the time, also in the seconds in which the panel goes and comes.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var visiting = visitor.VisitUntilAsync(stop.Token);
        try
        {
            await Task.WhenAll(services.Select(service => engine.ScaleAsync(service, replicas: 0, token)));
            foreach (var service in services)
            {
                await UntilAsync($"{service} to stop", async () => (await engine.RunningAsync(service, token)).Count == 0, token);
            }

            Assert.NotEqual(HttpStatusCode.OK, await ReadinessAsync(token));
            var away = visitor.Visits;
            await UntilAsync($"{VisitsWhileAway} visits", () => Task.FromResult(visitor.Visits >= away + VisitsWhileAway), token);
        }
        finally
        {
            // The database first: the others start with it.
            foreach (var service in services.Reverse())
            {
                await engine.ScaleAsync(service, replicas: 1, CancellationToken.None);
            }
        }

        await UntilAsync("the panel to be ready again", async () => await ReadinessAsync(token) == HttpStatusCode.OK, token);
        await stop.CancelAsync();
        await visiting;
        Assert.Empty(visitor.Failures);
        Assert.Equal(SiteState.Running, (await PanelFixture.Api().Sites.GetAsync("alone", token)).State);
    }

    private static async Task<HttpStatusCode> ReadinessAsync(CancellationToken cancellationToken)
    {
        using var http = PanelFixture.Http();
        using var answer = await http.GetAsync(new Uri($"{PanelFixture.PanelUrl}/readyz"), cancellationToken);
        return answer.StatusCode;
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await condition())
        {
            Assert.False(bound.IsCancellationRequested, $"Waited {Patience.TotalSeconds} s for {what}.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Asks for a page again and again, and notes each answer that is not 200 with the page's title.</summary>
    private sealed class Visitor(string address) : IDisposable
    {
        private readonly HttpClient _http = PanelFixture.Http();
        private readonly List<string> _failures = [];
        private int _visits;

        public int Visits => Volatile.Read(ref _visits);

        public IReadOnlyList<string> Failures => _failures;

        public async Task VisitUntilAsync(CancellationToken cancellationToken)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    using var answer = await _http.GetAsync(new Uri(address), cancellationToken);
                    var body = await answer.Content.ReadAsStringAsync(cancellationToken);
                    if (answer.StatusCode != HttpStatusCode.OK || !body.Contains("Lighthouse", StringComparison.Ordinal))
                    {
                        _failures.Add($"visit {_visits}: {answer.StatusCode} {body[..Math.Min(body.Length, 200)]}");
                    }
                }
                catch (HttpRequestException failure)
                {
                    _failures.Add($"visit {_visits}: {failure.Message}");
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                Interlocked.Increment(ref _visits);
            }
        }

        public void Dispose() => _http.Dispose();
    }
}
