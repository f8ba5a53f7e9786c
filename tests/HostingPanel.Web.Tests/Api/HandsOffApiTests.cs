using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>A site that the panel leaves alone, and what it says of one that is not as it should be.</summary>
public sealed class HandsOffApiTests(PanelApp app) : VolumeApiTest(app)
{
    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddHours(2);

    [Fact]
    public async Task Who_keeps_the_panel_off_since_when_and_why_is_there_until_somebody_ends_it()
    {
        var slug = await RunningSiteAsync();
        Assert.Null((await Api.Sites.GetAsync(slug, Cancellation)).HandsOff);
        var until = Soon;
        var set = (await Api.Sites.BeginHandsOffAsync(slug, new HandsOffRequest(" Looking for a leak ", until), Cancellation)).HandsOff!;
        Assert.Equal(("Looking for a leak", "token “tests”"), (set.Reason, set.By));
        Assert.Equal(until, set.Until, TimeSpan.FromMilliseconds(1));
        Assert.True(set.Since < until);
        Assert.Equal(set, (await Api.Sites.GetAsync(slug, Cancellation)).HandsOff);

        // Prolonged, it has still been so since the first time.
        var longer = (await Api.Sites.BeginHandsOffAsync(slug, new HandsOffRequest("Found it", until.AddHours(1)), Cancellation)).HandsOff!;
        Assert.Equal((set.Since, "Found it"), (longer.Since, longer.Reason));

        Assert.Null((await Api.Sites.EndHandsOffAsync(slug, Cancellation)).HandsOff);
        Assert.Null((await Api.Sites.EndHandsOffAsync(slug, Cancellation)).HandsOff);
    }

    [Fact]
    public async Task It_ends_by_itself()
    {
        var slug = await RunningSiteAsync();
        await Api.Sites.BeginHandsOffAsync(slug, new HandsOffRequest("Why", Soon), Cancellation);
        await App.ExecuteAsync("UPDATE sites SET hands_off_until = now() - interval '1 second' WHERE slug = $1", slug);
        Assert.Null((await Api.Sites.GetAsync(slug, Cancellation)).HandsOff);
    }

    [Theory]
    [InlineData(null, 1, "reason")]
    [InlineData("  ", 1, "reason")]
    [InlineData("two\nlines", 1, "reason")]
    [InlineData("Why", -1, "until")]
    [InlineData("Why", 24 * 8, "until")]
    public async Task Without_a_reason_that_can_be_read_or_for_longer_than_a_week_it_is_refused(string? reason, int hours, string field)
    {
        var slug = await RunningSiteAsync();
        var request = new HandsOffRequest(reason, TimeProvider.System.GetUtcNow().AddHours(hours));
        var refusal = await RefusalAsync(() => Api.Sites.BeginHandsOffAsync(slug, request, Cancellation));
        Assert.Equal(field, Assert.Single(refusal.Errors).Path);
    }

    [Fact]
    public async Task A_site_that_is_not_there_is_not_found()
    {
        var request = new HandsOffRequest("Why", Soon);
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Sites.BeginHandsOffAsync("nobody", request, Cancellation))).Code);
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Sites.EndHandsOffAsync("nobody", Cancellation))).Code);
    }

    [Fact]
    public async Task What_could_not_be_mended_is_told_with_the_site_and_when_it_is_tried_again()
    {
        var slug = await RunningSiteAsync();
        await App.ExecuteAsync(
            "INSERT INTO site_troubles (site_id, code, message, since, attempts, not_before) "
                + "SELECT id, 'image-missing', 'The image is not here.', now(), 1, now() + interval '1 minute' FROM sites WHERE slug = $1",
            slug
        );
        var trouble = (await Api.Sites.GetAsync(slug, Cancellation)).Trouble!;
        Assert.Equal(("image-missing", "The image is not here."), (trouble.Code, trouble.Message));
        Assert.True(trouble.NextTryAt > trouble.Since);

        // A person's request is a new beginning.
        await Api.Sites.RestartAsync(slug, cancellationToken: Cancellation);
        Assert.Null((await Api.Sites.GetAsync(slug, Cancellation)).Trouble);
    }

    [Fact]
    public async Task Why_the_panel_stopped_a_site_is_told_while_it_is_stopped()
    {
        var slug = await RunningSiteAsync();
        await App.ExecuteAsync("UPDATE sites SET stopped_reason = 'It filled the disk.' WHERE slug = $1", slug);
        Assert.Null((await Api.Sites.GetAsync(slug, Cancellation)).StoppedReason);
        await App.ExecuteAsync("UPDATE sites SET state = 'Stopped' WHERE slug = $1", slug);
        Assert.Equal("It filled the disk.", (await Api.Sites.GetAsync(slug, Cancellation)).StoppedReason);
    }

    [Fact]
    public async Task A_service_that_does_not_run_says_why_and_so_does_its_site()
    {
        var slug = await RunningSiteAsync();
        await App.ExecuteAsync(
            "UPDATE site_services SET reason_code = 'no-address-left', reason_message = 'No address.', reason_since = now(), "
                + "rests_until = now() + interval '1 minute' WHERE name = 'web' AND site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        var web = (await Api.Sites.ListServicesAsync(slug, Cancellation)).Items.Single(service => service.Name == "web");
        Assert.Equal(new Reason("no-address-left", "No address."), web.Reason);
        Assert.NotNull(web.ReasonSince);
        Assert.NotNull(web.RestsUntil);
        var trouble = (await Api.Sites.GetAsync(slug, Cancellation)).Trouble!;
        Assert.Equal(("no-address-left", null), (trouble.Code, trouble.NextTryAt));
    }
}
