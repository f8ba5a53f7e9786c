using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using HostingPanel.Traffic;
using HostingPanel.Visits;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HostingPanel.Tests.Visits;

/// <summary>From the gateway's words to what a page shows, over a real database.</summary>
public sealed class VisitCounterTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hpt-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _uploads.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task Requests_are_summed_shown_and_forgotten_in_time()
    {
        postgres.SkipWhenAbsent();
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var panel = new SimulatedWorker(database, _uploads.FullName, new MemoryEngine());
        var command = new CreateSite("shop", SiteLife.Organisation, "wordpress", "Shop", "a@example.org");
        Assert.Null((await panel.Get<SiteManager>().CreateAsync(Actor.Panel, command, null, Token)).Problem);
        var (counter, service) = (panel.Get<VisitCounter>(), panel.Get<VisitService>());
        // Its days go by faster.
        var clock = panel.Get<TimeProvider>();
        var now = clock.GetUtcNow();

        for (var number = 0; number < 100; number++)
        {
            counter.Add(Of("shop", "/", 200, 20));
        }

        counter.Add(Of("shop", "/slow", 500, 3000));
        // Of a site that there is not any more: nobody's.
        counter.Add(Of("gone", "/", 200, 1));
        await counter.WriteAsync(withLists: true, Token);
        // The same minutes again: added, not begun anew.
        counter.Add(Of("shop", "/", 429, 0) with { Refused = "pages", Address = "192.0.2.9" });
        await counter.WriteAsync(withLists: true, Token);

        foreach (var span in Enum.GetValues<VisitSpan>())
        {
            var visits = (await service.GetAsync(Actor.Panel, "shop", span, Token)).Value;
            Assert.Equal(
                (102L, 100L, 1L, 1L, 1L),
                (visits.Total.Requests, visits.Total.Good, visits.Total.ClientErrors, visits.Total.ServerErrors, visits.Total.Refused)
            );
            Assert.InRange(visits.Total.MedianMilliseconds!.Value, 16, 20);
            Assert.Equal(visits.Total.Requests, visits.Series.Sum(figures => figures.Requests));
            Assert.All(visits.Series.Zip(visits.Series.Skip(1)), pair => Assert.Equal(visits.Step, pair.Second.From - pair.First.From));
            // The last step is the running one.
            Assert.InRange(visits.Series[^1].From, now - visits.Step, clock.GetUtcNow());
            Assert.Equal([("/", 101L), ("/slow", 1L)], visits.Paths.Select(top => (top.Text, top.Requests)));
            Assert.Equal([("192.0.2.1", 101L), ("192.0.2.9", 1L)], visits.Addresses.Select(top => (top.Text, top.Requests)));
        }

        // Of a flood the gateway tells five, and counts all.
        var siteId = (await panel.Get<SiteManager>().FindIdAsync(Actor.Panel, "shop", Token)).Value;
        await using (var flood = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
            flood.Add(
                new RefusedHour
                {
                    SiteId = siteId,
                    Hour = hour,
                    Reason = TrafficRefusal.Pages,
                    Requests = 1001,
                }
            );
            await flood.SaveChangesAsync(Token);
        }

        var flooded = (await service.GetAsync(Actor.Panel, "shop", VisitSpan.Day, Token)).Value.Total;
        Assert.Equal((1102L, 1001L, 1001L), (flooded.Requests, flooded.ClientErrors, flooded.Refused));

        // Live: the last ones, then those that come.
        var seen = new List<string>();
        var id = (await panel.Get<SiteManager>().FindIdAsync(Actor.Panel, "shop", Token)).Value;
        await foreach (var request in counter.WatchAsync(id, tail: 2, follow: true, Token))
        {
            seen.Add(request.Path);
            if (seen.Count == 2)
            {
                counter.Add(Of("other", "/not-this", 200, 1));
                counter.Add(Of("shop", "/new", 200, 1));
            }
            else if (seen.Count == 3)
            {
                break;
            }
        }

        Assert.Equal(["/slow", "/", "/new"], seen);

        // Old rows go, each at its time; addresses first.
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);
        await context.Database.ExecuteSqlAsync($"UPDATE visit_tops SET at = at - interval '25 hours'", Token);
        await context.Database.ExecuteSqlAsync($"UPDATE visit_buckets SET at = at - interval '49 hours'", Token);
        await counter.WriteAsync(withLists: true, Token);
        Assert.Equal(0, await context.VisitTops.CountAsync(row => row.At < now.AddHours(-24), Token));
        Assert.Equal(
            [VisitCounter.Long],
            await context.VisitBuckets.Where(row => row.At < now.AddHours(-40)).Select(row => row.Minutes).Distinct().ToListAsync(Token)
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_lost_or_counted_twice_by_a_database_that_is_away_or_by_two_workers_at_once()
    {
        postgres.SkipWhenAbsent();
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var first = new SimulatedWorker(database, _uploads.FullName, new MemoryEngine());
        await using var second = new SimulatedWorker(database, _uploads.FullName, new MemoryEngine());
        var command = new CreateSite("shop", SiteLife.Organisation, "wordpress", "Shop", "a@example.org");
        Assert.Null((await first.Get<SiteManager>().CreateAsync(Actor.Panel, command, null, Token)).Problem);
        var (counter, other) = (first.Get<VisitCounter>(), second.Get<VisitCounter>());

        // It could not be written, and is with the next.
        counter.Add(Of("shop", "/", 200, 20));
        using (var away = new CancellationTokenSource())
        {
            await away.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => counter.WriteAsync(withLists: true, away.Token));
            await counter.SettleAsync(away.Token);
        }

        counter.Add(Of("shop", "/", 200, 20));
        // The sums come first, the lists later.
        await counter.WriteAsync(withLists: false, Token);
        Assert.Equal((2L, 0), await FindAsync());
        await counter.SettleAsync(Token);
        Assert.Equal((2L, 1), await FindAsync());

        // The last of the one and the first of the next.
        for (var turn = 0; turn < 10; turn++)
        {
            counter.Add(Of("shop", "/", 200, 20));
            other.Add(Of("shop", "/", 200, 20));
            await Task.WhenAll(counter.WriteAsync(withLists: true, Token), other.WriteAsync(withLists: true, Token));
        }

        var visits = (await first.Get<VisitService>().GetAsync(Actor.Panel, "shop", VisitSpan.Day, Token)).Value;
        Assert.Equal((22L, 22L), (visits.Total.Requests, Assert.Single(visits.Paths).Requests));

        async Task<(long Requests, int Paths)> FindAsync()
        {
            var seen = (await first.Get<VisitService>().GetAsync(Actor.Panel, "shop", VisitSpan.Day, Token)).Value;
            return (seen.Total.Requests, seen.Paths.Count);
        }
    }

    private static SeenRequest Of(string slug, string path, int status, int milliseconds) =>
        new(slug, TimeProvider.System.GetUtcNow(), "192.0.2.1", "GET", path, status, 100, milliseconds, 0, "Firefox", null);
}
