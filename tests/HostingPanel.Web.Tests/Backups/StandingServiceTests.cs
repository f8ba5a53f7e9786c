using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Backups;

/// <summary>How sites stand with their backups, over a real PostgreSQL.</summary>
public sealed class StandingServiceTests(PanelApp app) : VolumeApiTest(app)
{
    private StandingService Service => App.Services.GetRequiredService<StandingService>();

    [Fact]
    public async Task Each_site_stands_by_its_last_good_point_its_last_attempt_and_its_last_proof()
    {
        var (never, failing, unproved, proved) = (
            await RunningSiteAsync(),
            await RunningSiteAsync(),
            await RunningSiteAsync(),
            await RunningSiteAsync()
        );
        foreach (var slug in (string[])[failing, unproved, proved])
        {
            await AddRestorePointAsync(slug, "Good", isReadBack: true);
        }

        await AddRestorePointAsync(never, "Failed", isReadBack: false);
        await AddRestorePointAsync(failing, "Failed", isReadBack: false);
        await App.ExecuteAsync("UPDATE restore_points SET fault = 'It is full.' WHERE site_slug = $1 AND state = 'Failed'", failing);
        await App.ExecuteAsync("UPDATE restore_points SET proved_at = now(), proof_seconds = 31 WHERE site_slug = $1", proved);

        var all = (await Service.GetAsync(Actor.Panel, new StandingFilter(), new StandingSort(), Cancellation)).Value;
        var bySlug = all.Items.ToDictionary(item => item.Site, StringComparer.Ordinal);
        Assert.Equal(
            [BackupStanding.Never, BackupStanding.Failing, BackupStanding.Unproved, BackupStanding.Proved],
            new[] { never, failing, unproved, proved }.Select(slug => bySlug[slug].Standing)
        );
        Assert.Equal((100L, 7L), (bySlug[proved].LastGood!.Bytes, bySlug[proved].LastGood!.Files));
        Assert.Equal(("It is full.", TimeSpan.FromSeconds(31)), (bySlug[failing].LastFault, bySlug[proved].Proof!.Value));
        Assert.Equal(all.Items.Count, all.Counts.Values.Sum());

        var few = (
            await Service.GetAsync(Actor.Panel, new StandingFilter(Search: proved.ToUpperInvariant()), new StandingSort(), Cancellation)
        ).Value;
        Assert.Equal(proved, Assert.Single(few.Items).Site);
        var byProof = await Service.GetAsync(
            Actor.Panel,
            new StandingFilter(Standing: BackupStanding.Proved),
            StandingSort.Parse("-proved"),
            Cancellation
        );
        Assert.Equal(proved, byProof.Value.Items[0].Site);
        Assert.Equal(TimeSpan.FromSeconds(31), (await Service.GetLastProofAsync(Actor.Panel, proved, Cancellation)).Value!.Took);
        Assert.Null((await Service.GetLastProofAsync(Actor.Panel, never, Cancellation)).Value);
    }

    [Fact]
    public async Task A_purged_site_is_listed_as_long_as_it_has_good_points_and_is_found_by_its_slug()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync(
            "UPDATE restore_points SET site_id = $1, site_slug = 'gone-' || site_slug WHERE id = $2",
            Guid.CreateVersion7(),
            id
        );
        var purged = Assert.Single((await Service.ListPurgedAsync(Actor.Panel, Cancellation)).Value, site => site.Site == $"gone-{slug}");
        Assert.Equal((1, false), (purged.Points, purged.IsSlugTaken));
        Assert.Equal(id, Assert.Single((await Api.Backups.ListAsync(purged.Site, cancellationToken: Cancellation)).Items).Id);
        var contents = await App.Services.GetRequiredService<BackupService>().GetContentsAsync(Actor.Panel, purged.Site, id, Cancellation);
        Assert.Equal("copy", Assert.Single(contents.Value!.Volumes).Name);
    }

    [Fact]
    public async Task Who_may_read_no_backups_reads_no_standings()
    {
        Assert.Equal(
            "not-permitted",
            (await Service.GetAsync(Actor.Nobody, new StandingFilter(), new StandingSort(), Cancellation)).Problem?.Code
        );
        Assert.Equal("not-permitted", (await Service.ListPurgedAsync(Actor.Nobody, Cancellation)).Problem?.Code);
        Assert.Equal("not-permitted", (await Service.GetLastProofAsync(Actor.Nobody, "x", Cancellation)).Problem?.Code);
    }
}
