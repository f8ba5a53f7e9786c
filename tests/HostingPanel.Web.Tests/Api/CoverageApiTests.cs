using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class CoverageApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task Every_volume_and_database_is_there_and_it_is_said_that_nothing_takes_them_by_itself()
    {
        var slug = await RunningSiteAsync();
        var report = await Api.Volumes.GetCoverageAsync(slug, cancellationToken: Cancellation);
        Assert.Equal(
            [("content", CoveredThing.Volume), ("data", CoveredThing.Volume), ("main", CoveredThing.Database)],
            report.Items.Select(item => (item.Name, item.What))
        );
        Assert.Equal(
            [CoverageState.Uncovered, CoverageState.Excluded, CoverageState.Uncovered],
            report.Items.Select(item => item.Coverage.State)
        );
        Assert.Equal((0, 1, 2), (report.Summary.Covered, report.Summary.Excluded, report.Summary.Uncovered));
        Assert.Contains("no schedule takes them yet", report.Summary.Note, StringComparison.Ordinal);
        Assert.Contains(report.Items[0].LeftOut, part => part is { Pattern: "cache/**", Why.Length: > 0 });
    }

    [Fact]
    public async Task A_person_excludes_with_a_reason_and_takes_it_back()
    {
        var slug = await RunningSiteAsync();
        var id = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0].Id;
        await Api.Volumes.ExcludeAsync(id, " Thumbnails only ", Cancellation);
        await Api.Volumes.ExcludeDatabaseAsync(slug, "main", "A demonstration", Cancellation);
        await Api.Volumes.ExcludeDatabaseAsync(slug, "main", "A demonstration, really", Cancellation);

        var items = (await Api.Volumes.GetCoverageAsync(slug, state: CoverageState.Excluded, cancellationToken: Cancellation)).Items;
        Assert.Equal(["content", "data", "main"], items.Select(item => item.Name));
        Assert.Equal(("Thumbnails only", "token “tests”"), (items[0].Coverage.Reason, items[0].Coverage.DecidedBy));
        Assert.Equal(("A demonstration, really", "token “tests”"), (items[2].Coverage.Reason, items[2].Coverage.DecidedBy));
        Assert.NotNull(items[2].Coverage.DecidedAt);
        // The blueprint decided this one.
        Assert.Null(items[1].Coverage.DecidedBy);

        await Api.Volumes.IncludeAsync(id, Cancellation);
        await Api.Volumes.IncludeDatabaseAsync(slug, "main", Cancellation);
        await Api.Volumes.IncludeDatabaseAsync(slug, "main", Cancellation);
        var summary = (await Api.Volumes.GetCoverageAsync(slug, cancellationToken: Cancellation)).Summary;
        Assert.Equal((1, 2), (summary.Excluded, summary.Uncovered));
    }

    [Fact]
    public async Task A_volume_of_kind_cache_needs_no_backup_for_the_blueprints_reason()
    {
        var slug = await RunningSiteAsync();
        await App.ExecuteAsync("UPDATE volumes SET kind = 'Cache' WHERE id = $1", await AddVolumeAsync(slug, "thumbs"));
        var item = (await Api.Volumes.GetCoverageAsync(slug, cancellationToken: Cancellation)).Items.Single(item => item.Name == "thumbs");
        Assert.Equal((CoverageState.Excluded, null), (item.Coverage.State, item.Coverage.DecidedBy));
        Assert.Contains("made again", item.Coverage.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("hidden \u202E mark")]
    public async Task A_reason_that_nobody_could_read_is_refused(string reason)
    {
        var slug = await RunningSiteAsync();
        var id = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0].Id;
        Assert.Equal("reason", Assert.Single((await RefusalAsync(() => Api.Volumes.ExcludeAsync(id, reason, Cancellation))).Errors).Path);
        Assert.Equal(
            "reason",
            Assert.Single((await RefusalAsync(() => Api.Volumes.ExcludeDatabaseAsync(slug, "main", reason, Cancellation))).Errors).Path
        );
    }

    [Fact]
    public async Task A_database_or_site_that_is_not_there_is_not_found()
    {
        var slug = await RunningSiteAsync();
        Assert.Equal(
            "database-not-found",
            (await RefusalAsync(() => Api.Volumes.ExcludeDatabaseAsync(slug, "other", "Why", Cancellation))).Code
        );
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Volumes.IncludeDatabaseAsync("nobody", "main", Cancellation))).Code);
    }

    [Fact]
    public async Task It_pages_and_leaves_out_what_is_in_the_trash()
    {
        var slug = await RunningSiteAsync();
        var organisation = (await Api.Sites.GetAsync(slug, Cancellation)).Organisation;
        var trashed = await AddVolumeAsync(slug, "trashed");
        await Api.Volumes.DeleteAsync(trashed, cancellationToken: Cancellation);
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Api.Volumes.GetCoverageAsync(
                organisation: organisation,
                limit: 2,
                cursor: cursor,
                cancellationToken: Cancellation
            );
            names.AddRange(page.Items.Select(item => item.Name));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(["content", "data", "main"], names);
        await App.ExecuteAsync("UPDATE sites SET state = 'Trashed' WHERE slug = $1", slug);
        Assert.Empty((await Api.Volumes.GetCoverageAsync(slug, cancellationToken: Cancellation)).Items);
    }

    [Fact]
    public async Task The_disk_of_an_organisation_is_what_its_volumes_take_and_warns_from_eighty_percent_on()
    {
        var slug = await RunningSiteAsync();
        var name = (await Api.Sites.GetAsync(slug, Cancellation)).Organisation;
        var organisation = await Api.Organisations.GetAsync(name, Cancellation);
        Assert.Equal((0, 2, DiskState.Within), (organisation.DiskBytes, organisation.UnmeasuredVolumes, organisation.Disk));
        Assert.True(organisation.MaxDiskBytes > 0);

        var id = await AddVolumeAsync(slug, "large");
        foreach (
            var (bytes, state) in new[]
            {
                ((organisation.MaxDiskBytes / 5 * 4) - 1, DiskState.Within),
                (organisation.MaxDiskBytes / 5 * 4, DiskState.Near),
                (organisation.MaxDiskBytes - 1, DiskState.Near),
                (organisation.MaxDiskBytes, DiskState.Over),
            }
        )
        {
            await App.ExecuteAsync("UPDATE volumes SET bytes = $1 WHERE id = $2", bytes, id);
            organisation = await Api.Organisations.GetAsync(name, Cancellation);
            Assert.Equal((bytes, state), (organisation.DiskBytes, organisation.Disk));
        }

        // It warns and blocks nothing; what is in the trash still takes its place.
        await Api.Volumes.DeleteAsync(id, cancellationToken: Cancellation);
        Assert.Equal(DiskState.Over, (await Api.Organisations.GetAsync(name, Cancellation)).Disk);
        Assert.NotNull(await Api.Sites.RestartAsync(slug, cancellationToken: Cancellation));
    }
}
