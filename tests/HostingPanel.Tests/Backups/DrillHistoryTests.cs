using HostingPanel.Access;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Backups;

/// <summary>Evidence and pictures that are old go; what somebody goes by stays.</summary>
public sealed class DrillHistoryTests(PostgresFixture postgres) : DrillRows(postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task Evidence_that_is_older_than_its_days_goes_with_its_checks_but_for_the_last_ten_that_passed()
    {
        var site = await AddSiteAsync("food-bank");
        List<Guid> passed = [];
        for (var days = Days + 13; days > Days; days--)
        {
            passed.Add(await AddDrillAsync(site, days));
        }

        var older = await AddDrillAsync(site, Days + 20, RestoreDrillVerdict.BrokenOff);
        var young = await AddDrillAsync(site, Days - 1, RestoreDrillVerdict.BrokenOff);
        Assert.Equal((4, 0), await ForgetAsync());
        Assert.Equal([.. passed[3..], young], await DrillsAsync());
        Assert.DoesNotContain(older, await DrillsAsync());
        await DoAsync(async context =>
            Assert.Equal([.. passed[3..], young], await context.RestoreDrillChecks.Select(row => row.DrillId).Order().ToListAsync(Token))
        );
        Assert.Equal((0, 0), await ForgetAsync());

        // Years later the last ten are still what is known of the site.
        Time.Advance(TimeSpan.FromDays(3000));
        Assert.Equal((1, 0), await ForgetAsync());
        Assert.Equal(passed[3..], await DrillsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_one_stays_until_a_later_one_of_the_same_site_passes_and_for_its_days_at_least()
    {
        var (site, other) = (await AddSiteAsync("food-bank"), await AddSiteAsync("shelter"));
        await AddDrillAsync(site, Days + 50, RestoreDrillVerdict.Failed);
        var passed = await AddDrillAsync(site, Days + 40);
        var failed = await AddDrillAsync(site, Days + 30, RestoreDrillVerdict.Failed);
        await AddDrillAsync(site, Days + 20, RestoreDrillVerdict.BrokenOff);
        var young = await AddDrillAsync(site, Days - 10, RestoreDrillVerdict.Failed);
        var elsewhere = await AddDrillAsync(other, Days - 20);

        Assert.Equal((2, 0), await ForgetAsync());
        Assert.Equal([passed, failed, young, elsewhere], await DrillsAsync());

        var mended = await AddDrillAsync(site, 1);
        Assert.Equal((1, 0), await ForgetAsync());
        Assert.Equal([passed, young, elsewhere, mended], await DrillsAsync());
        Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal((1, 0), await ForgetAsync());
        Assert.Equal([passed, elsewhere, mended], await DrillsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_only_proof_of_each_copy_of_a_restore_point_stays_for_as_long_as_the_restore_point()
    {
        var site = await AddSiteAsync("food-bank");
        var (here, away) = (await AddRepositoryAsync(site), await AddRepositoryAsync(site, isSetAside: true));
        var point = await AddPointAsync(site, Days + 100, here, away);
        await AddDrillAsync(site, Days + 90, point: point, repository: here);
        var fromAway = await AddDrillAsync(site, Days + 80, point: point, repository: away);
        var fromHere = await AddDrillAsync(site, Days + 70, point: point, repository: here);
        var refuted = await AddDrillAsync(site, Days + 60, RestoreDrillVerdict.Failed, point, away);
        List<Guid> since = [];
        for (var day = RecoveryReading.TypicalOf; day > 0; day--)
        {
            since.Add(await AddDrillAsync(site, day, repository: day % 2 == 0 ? here : away));
        }

        Assert.Equal((1, 0), await ForgetAsync());
        Assert.Equal([fromAway, fromHere, refuted, .. since], await DrillsAsync());

        await DoAsync(context => context.RestorePoints.Where(row => row.Id == point).ExecuteDeleteAsync(Token));
        Assert.Equal((3, 0), await ForgetAsync());
        Assert.Equal(since, await DrillsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_under_way_is_untouched_however_long_ago_it_was_asked_for()
    {
        var site = await AddSiteAsync("food-bank");
        var running = await AddDrillAsync(site, Days + 20, verdict: null, hasPicture: true);
        // Its worker was stopped before it could end the operation.
        var ended = await AddDrillAsync(site, Days + 10, RestoreDrillVerdict.BrokenOff);
        await DoAsync(context =>
        {
            context.Operations.Add(
                new Operation
                {
                    Id = ended,
                    Kind = OperationKinds.DrillRestorePoint,
                    SiteId = null,
                    Target = "food-bank",
                    RequestedById = Actor.Panel.Id,
                    RequestedByName = Actor.Panel.Name,
                    Priority = OperationPriority.Schedule,
                    State = OperationState.Running,
                    CreatedAt = Time.GetUtcNow(),
                }
            );
            return context.SaveChangesAsync(Token);
        });
        Assert.Equal((0, 0), await ForgetAsync());
        Assert.Equal([running], await PicturesAsync());

        var now = Time.GetUtcNow();
        await DoAsync(context =>
            context.Operations.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, OperationState.Failed).SetProperty(row => row.FinishedAt, now),
                Token
            )
        );
        Assert.Equal((1, 0), await ForgetAsync());
        Assert.Equal([running], await DrillsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_a_purged_site_evidence_stays_while_it_has_a_restore_point_and_no_longer()
    {
        var purged = Guid.CreateVersion7();
        var point = await AddPointAsync(purged, 10);
        var last = await AddDrillAsync(purged, Days + 1, hasPicture: true);
        Assert.Equal((0, 0), await ForgetAsync());

        await DoAsync(context => context.RestorePoints.Where(row => row.Id == point).ExecuteDeleteAsync(Token));
        Assert.Equal([last], await DrillsAsync());
        Assert.Equal((1, 0), await ForgetAsync());
        Assert.Empty(await PicturesAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Pictures_go_before_their_drills_and_the_newest_of_each_site_stays()
    {
        var (site, other) = (await AddSiteAsync("food-bank"), await AddSiteAsync("shelter"));
        var first = await AddDrillAsync(site, PictureDays + 30, hasPicture: true);
        var second = await AddDrillAsync(site, PictureDays + 10, RestoreDrillVerdict.Failed, hasPicture: true);
        var only = await AddDrillAsync(other, PictureDays + 20, hasPicture: true);
        // One that is under way may yet end without its picture.
        var running = await AddDrillAsync(site, 0.01, verdict: null, hasPicture: true);
        Assert.Equal((0, 1), await ForgetAsync());
        Assert.Equal([only, second, running], await PicturesAsync());
        Assert.Equal([first, only, second, running], await DrillsAsync());

        var young = await AddDrillAsync(site, PictureDays - 1, hasPicture: true);
        Assert.Equal((0, 1), await ForgetAsync());
        Assert.Equal([only, young, running], await PicturesAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_drill_stays_for_the_newest_picture_of_its_site_and_for_the_turn_of_its_repository()
    {
        var site = await AddSiteAsync("food-bank");
        var (here, gone) = (await AddRepositoryAsync(site), Guid.CreateVersion7());
        var shown = await AddDrillAsync(site, Days + 90, RestoreDrillVerdict.BrokenOff, hasPicture: true);
        await AddDrillAsync(site, Days + 80, RestoreDrillVerdict.BrokenOff, repository: here);
        var tried = await AddDrillAsync(site, Days + 70, RestoreDrillVerdict.BrokenOff, repository: here);
        await AddDrillAsync(site, Days + 60, RestoreDrillVerdict.BrokenOff, repository: gone);
        Assert.Equal((2, 0), await ForgetAsync());
        Assert.Equal([shown, tried], await DrillsAsync());
        Assert.Equal([shown], await PicturesAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_oldest_go_first_and_no_more_at_once_than_a_clock_that_runs_ahead_may_cost()
    {
        var site = await AddSiteAsync("food-bank");
        List<Guid> broken = [];
        for (var number = DrillHistory.Batch + 1; number > 0; number--)
        {
            broken.Add(await AddDrillAsync(site, Days + number, RestoreDrillVerdict.BrokenOff));
            await AddDrillAsync(site, PictureDays + number, hasPicture: true);
        }

        // The newest picture stays, so as many go as may.
        Assert.Equal((DrillHistory.Batch, DrillHistory.Batch), await ForgetAsync());
        Assert.Equal(broken[^1], (await DrillsAsync())[0]);
        Assert.Single(await PicturesAsync());
        Assert.Equal((1, 0), await ForgetAsync());
        Assert.DoesNotContain(broken[^1], await DrillsAsync());
    }
}
