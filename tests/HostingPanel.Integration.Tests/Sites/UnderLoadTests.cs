using System.Collections.Concurrent;
using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Domains;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Traffic;
using HostingPanel.Visits;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>What the provider does while a real WordPress is visited all the time.</summary>
[Collection(InstallationTests.Name)]
public sealed class UnderLoadTests(TestInstallation installation)
{
    private const string Slug = "pressed";
    private const string Page = "/";
    private const string File = "/wp-includes/css/buttons.min.css";
    private const int Least = 5000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string OtherImage => $"hpt-other-release:{installation.Name}";

    [Fact(Timeout = 300_000)]
    public async Task Another_image_a_worker_that_restarts_and_reloads_cost_no_request()
    {
        installation.Require();
        await installation.SucceedsAsync(await installation.CreateSiteAsync(Slug, Token), Token);
        await NoLimitsAsync(compresses: true);
        var answers = new ConcurrentQueue<string>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromSeconds(1) };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        string[] visitors = [Page, File, File, File, File];
        var visits = visitors.Select(path => Task.Run(() => VisitAsync(client, path, answers, over.Token), Token)).ToList();

        await AnotherImageAsync(answers);
        await installation.StopWorkerAsync();
        await AnsweredAsync(answers, answers.Count + 200);
        await installation.StartWorkerAsync();
        for (var change = 0; change < 4; change++)
        {
            await NoLimitsAsync(compresses: change % 2 == 1);
            await AnsweredAsync(answers, answers.Count + 200);
        }

        await AnsweredAsync(answers, Least);
        await over.CancelAsync();
        await Task.WhenAll(visits);
        Assert.Equal(
            [$"{File} 200", $"{Page} 200"],
            answers.GroupBy(answer => answer, StringComparer.Ordinal).Select(answer => answer.Key).Order(StringComparer.Ordinal).Reverse()
        );
        await CountedAsync(answers.Count * 3L / 4);
        await installation.PurgeAsync(Slug, Token);
        await installation.Docker.Images.RemoveAsync(OtherImage, force: true, Token);
    }

    /// <summary>
    /// Waits until so many requests are counted. Not all ever are: each reload loses what the gateway has not told yet, a second's visits as a
    /// rule.
    /// </summary>
    private async Task CountedAsync(long requests)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((await installation.Get<VisitService>().GetAsync(Actor.Panel, Slug, VisitSpan.Day, Token)).Value.Total.Requests < requests)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    /// <summary>The same program by another name: to the engine it is another image, and every container is replaced.</summary>
    private async Task AnotherImageAsync(ConcurrentQueue<string> answers)
    {
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, Slug, Token)).Value;
        var front = (await installation.Get<SiteStore>().LoadAsync(id, null, Token)).ServiceName("web");
        var before = await RunningAsync(front);
        await using (var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            var web = await context.SiteServices.SingleAsync(service => service.SiteId == id && service.Name == "web", Token);
            await installation.Docker.Images.TagAsync(web.Image, OtherImage, Token);
            web.Image = OtherImage;
            await context.SaveChangesAsync(Token);
        }

        // Its containers are told of the name, and get the image on that occasion.
        var added = await installation
            .Get<DomainService>()
            .AddAsync(Actor.Panel, Slug, new AddDomain("pressed.example.test", IsAccepted: true), null, Token);
        Assert.Null(added.Problem);
        await installation.SucceedsAsync(added.Value.Operation!.Id, Token);
        Assert.DoesNotContain(before, (await RunningAsync(front)).Contains);
        await AnsweredAsync(answers, answers.Count + 200);
    }

    private async Task<IReadOnlyList<string>> RunningAsync(string service) =>
        [
            .. (await installation.Docker.Containers.ListAsync(all: false, installation.Mine, Token))
                .Where(container => container.Names.Any(name => name.TrimStart('/').StartsWith($"{service}.", StringComparison.Ordinal)))
                .Select(container => container.Id),
        ];

    /// <summary>All visitors are of one address here; each call is a change that the gateway reloads for.</summary>
    private async Task NoLimitsAsync(bool compresses)
    {
        var set = await installation
            .Get<TrafficService>()
            .SetAsync(
                Actor.Panel,
                Slug,
                new TrafficCommand
                {
                    PagesPerMinute = 0,
                    PagesAtOnce = 0,
                    RequestsPerTenSeconds = 0,
                    Compresses = compresses,
                },
                Token
            );
        Assert.Null(set.Problem);
        while ((await installation.Get<TrafficService>().GetAsync(Actor.Panel, Slug, Token)).Value.AppliedAt is null)
        {
            await Task.Delay(50, Token);
        }
    }

    private async Task VisitAsync(HttpClient client, string path, ConcurrentQueue<string> answers, CancellationToken over)
    {
        var address = $"http://127.0.0.1:{installation.HttpPort}{path}";
        while (!over.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.ParseAdd("Mozilla/5.0");
            request.Headers.Host = $"{Slug}.localhost:{installation.HttpPort}";
            try
            {
                // Not broken off in the middle: every request that was begun counts.
                using var response = await client.SendAsync(request, Token);
                answers.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{path} {(int)response.StatusCode}"));
            }
            catch (HttpRequestException failure)
            {
                answers.Enqueue($"{path} {failure.Message}");
            }
        }
    }

    private static async Task AnsweredAsync(ConcurrentQueue<string> answers, int count)
    {
        while (answers.Count < count)
        {
            await Task.Delay(50, Token);
        }
    }
}
