using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class VolumeApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_sites_volumes_say_what_they_are_and_that_nothing_covers_them()
    {
        var slug = await RunningSiteAsync();
        var volumes = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items;
        Assert.Equal(["content", "data"], volumes.Select(volume => volume.Name));
        var content = volumes[0];
        Assert.Equal((VolumeKind.Files, VolumeState.InUse, slug), (content.Kind, content.State, content.Site));
        Assert.Equal("web:/var/www/html/wp-content", Assert.Single(content.MountedBy));
        Assert.Equal((null, null, null, null), (content.Bytes, content.Files, content.MeasuredAt, content.Node));
        Assert.Equal((CoverageState.Uncovered, null), (content.Coverage.State, content.Coverage.LastCoveredAt));
        Assert.Contains("No restore point has it yet", content.Coverage.Reason, StringComparison.Ordinal);
        // A database server's own files need none, for the database is dumped.
        Assert.Equal(CoverageState.Excluded, volumes[1].Coverage.State);
        Assert.Contains("main", volumes[1].Coverage.Reason, StringComparison.Ordinal);
        Assert.Equal(content, await Api.Volumes.GetAsync(content.Id, Cancellation) with { MountedBy = content.MountedBy });
    }

    [Fact]
    public async Task The_list_filters_sorts_both_ways_and_pages_without_losing_or_repeating_one()
    {
        var slug = await RunningSiteAsync();
        for (var i = 0; i < 7; i++)
        {
            // Some of a size, so that the order needs a last word.
            await AddVolumeAsync(slug, $"extra-{i}", bytes: i % 3 == 0 ? 500 : i * 1000);
        }

        foreach (var sort in new[] { null, "site", "-site", "name", "-name", "size", "-size", "files", "-files", "created", "-created" })
        {
            var paged = new List<Volume>();
            string? cursor = null;
            do
            {
                var page = await Api.Volumes.ListAsync(slug, sort: sort, limit: 2, cursor: cursor, cancellationToken: Cancellation);
                paged.AddRange(page.Items);
                cursor = page.NextCursor;
            } while (cursor is not null);

            Assert.Equal((sort, 9), (sort, paged.Select(volume => volume.Id).Distinct().Count()));
            Assert.Equal(9, paged.Count);
            var whole = (await Api.Volumes.ListAsync(slug, sort: sort, cancellationToken: Cancellation)).Items;
            Assert.Equal(whole.Select(volume => volume.Id), paged.Select(volume => volume.Id));
        }

        var largest = (await Api.Volumes.ListAsync(slug, sort: "-size", limit: 1, cancellationToken: Cancellation)).Items[0];
        Assert.Equal("extra-5", largest.Name);
        Assert.Equal("content", (await Api.Volumes.ListAsync(slug, sort: "name", limit: 1, cancellationToken: Cancellation)).Items[0].Name);
        Assert.Equal(
            ["data"],
            (await Api.Volumes.ListAsync(slug, kind: VolumeKind.Database, cancellationToken: Cancellation)).Items.Select(volume =>
                volume.Name
            )
        );
        Assert.Equal(
            ["extra-3"],
            (await Api.Volumes.ListAsync(slug, search: "extra-3", cancellationToken: Cancellation)).Items.Select(volume => volume.Name)
        );
        Assert.Empty((await Api.Volumes.ListAsync(slug, search: "%", cancellationToken: Cancellation)).Items);
        var organisation = largest.Organisation;
        Assert.Equal(9, (await Api.Volumes.ListAsync(organisation: organisation, cancellationToken: Cancellation)).Items.Count);
        Assert.Empty((await Api.Volumes.ListAsync(organisation: "nobody", cancellationToken: Cancellation)).Items);
    }

    [Theory]
    [InlineData("sort=weight", "sort")]
    [InlineData("kind=pictures", "kind")]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("cursor=c2l6ZQ", "cursor")]
    public async Task A_list_that_can_not_be_meant_so_is_refused(string query, string path)
    {
        using var http = App.Http(App.Secret);
        using var response = await http.GetAsync(new Uri($"/api/v1/volumes?{query}", UriKind.Relative), Cancellation);
        var problem = await ProblemAsync(response);
        Assert.Equal((400, path), (problem.Status, Assert.Single(problem.Errors!).Path));
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var slug = await RunningSiteAsync();
        var cursor = (await Api.Volumes.ListAsync(slug, sort: "size", limit: 1, cancellationToken: Cancellation)).NextCursor;
        var refusal = await RefusalAsync(() => Api.Volumes.ListAsync(slug, sort: "name", cursor: cursor, cancellationToken: Cancellation));
        Assert.Equal("cursor", Assert.Single(refusal.Errors).Path);
    }

    [Fact]
    public async Task Measurements_come_newest_first_and_page()
    {
        var slug = await RunningSiteAsync();
        var volume = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0];
        for (var day = 1; day <= 5; day++)
        {
            await App.ExecuteAsync(
                "INSERT INTO volume_measurements (volume_id, measured_at, bytes, apparent_bytes, files) VALUES ($1, now() - $2 * interval '1 day', $3, $3, $2)",
                volume.Id,
                (long)day,
                day * 1000L
            );
        }

        var first = await Api.Volumes.ListMeasurementsAsync(volume.Id, 3, cancellationToken: Cancellation);
        var rest = await Api.Volumes.ListMeasurementsAsync(volume.Id, 3, first.NextCursor, Cancellation);
        Assert.Equal([1, 2, 3, 4, 5], first.Items.Concat(rest.Items).Select(measurement => measurement.Files));
        Assert.Null(rest.NextCursor);
        Assert.Equal(
            "volume-not-found",
            (await RefusalAsync(() => Api.Volumes.ListMeasurementsAsync(Guid.CreateVersion7(), cancellationToken: Cancellation))).Code
        );
        Assert.Equal(
            "cursor",
            Assert
                .Single((await RefusalAsync(() => Api.Volumes.ListMeasurementsAsync(volume.Id, 3, "yesterday", Cancellation))).Errors)
                .Path
        );
    }

    [Fact]
    public async Task Measuring_now_is_queued_once_and_makes_way_for_people()
    {
        var slug = await RunningSiteAsync();
        var accepted = await Api.Sites.MeasureVolumesAsync(slug, cancellationToken: Cancellation);
        Assert.Equal(("measure-volumes", slug), (accepted.Operation.Kind, accepted.Operation.Target));
        var again = await RefusalAsync(() => Api.Sites.MeasureVolumesAsync(slug, cancellationToken: Cancellation));
        Assert.Equal(("already-measuring", accepted.Operation.Id), (again.Code, again.OperationId));
        // Nobody has to wait for a measurement, and nobody sees the site as busy for it.
        Assert.Null((await Api.Sites.GetAsync(slug, Cancellation)).ActiveOperation);
        Assert.Equal("stop-site", (await Api.Sites.StopAsync(slug, cancellationToken: Cancellation)).Operation.Kind);
    }

    [Fact]
    public async Task A_clone_is_accepted_with_the_volume_that_it_makes()
    {
        var slug = await RunningSiteAsync();
        var content = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0];
        var accepted = await Api.Volumes.CloneAsync(content.Id, "content-copy", cancellationToken: Cancellation);
        Assert.Equal(("clone-volume", $"{slug}/content"), (accepted.Operation.Kind, accepted.Operation.Target));
        var copy = accepted.Volume!;
        Assert.Equal((VolumeState.New, content.Id, content.Kind), (copy.State, copy.ClonedFrom, copy.Kind));
        Assert.Empty(copy.MountedBy);
        Assert.NotEqual(content.EngineName, copy.EngineName);
        var busy = await RefusalAsync(() => Api.Volumes.CloneAsync(content.Id, "another", cancellationToken: Cancellation));
        Assert.Equal(("site-busy", accepted.Operation.Id), (busy.Code, busy.OperationId));
    }

    [Theory]
    [InlineData("", "invalid-request")]
    [InlineData("Content Copy", "invalid-request")]
    [InlineData("../content", "invalid-request")]
    [InlineData("a--b", "invalid-request")]
    [InlineData("content;id", "invalid-request")]
    [InlineData("a-name-that-is-longer-than-any-name-of-a-volume-may-be", "invalid-request")]
    [InlineData("content", "volume-exists")]
    public async Task A_copy_with_a_name_that_it_can_not_have_is_refused(string name, string code)
    {
        var slug = await RunningSiteAsync();
        var content = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0];
        Assert.Equal(code, (await RefusalAsync(() => Api.Volumes.CloneAsync(content.Id, name, cancellationToken: Cancellation))).Code);
        Assert.Equal(2, (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items.Count);
    }

    [Fact]
    public async Task A_clone_for_which_the_disk_has_no_room_is_refused_before_anything_is_made()
    {
        var slug = await RunningSiteAsync();
        var content = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0];
        await App.ExecuteAsync("UPDATE volumes SET bytes = $1 WHERE id = $2", long.MaxValue / 4, content.Id);
        var refusal = await RefusalAsync(() => Api.Volumes.CloneAsync(content.Id, "copy", cancellationToken: Cancellation));
        Assert.Equal((507, "no-disk-space"), (refusal.Status, refusal.Code));
        Assert.Equal(2, (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items.Count);
    }

    [Fact]
    public async Task A_running_database_servers_files_are_not_cloned_and_a_stopped_ones_are()
    {
        var slug = await RunningSiteAsync();
        var data = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[1];
        Assert.Equal(
            "site-is-running",
            (await RefusalAsync(() => Api.Volumes.CloneAsync(data.Id, "copy", cancellationToken: Cancellation))).Code
        );
        await App.ExecuteAsync("UPDATE sites SET state = 'Stopped' WHERE slug = $1", slug);
        Assert.NotNull((await Api.Volumes.CloneAsync(data.Id, "copy", cancellationToken: Cancellation)).Volume);
    }

    [Fact]
    public async Task Only_a_volume_that_stands_alone_goes_to_the_trash_and_only_from_there_for_good()
    {
        var slug = await RunningSiteAsync();
        var mounted = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0].Id;
        var alone = await AddVolumeAsync(slug, "copy", bytes: 12_345);

        Assert.Equal(
            "volume-is-mounted",
            (await RefusalAsync(() => Api.Volumes.DeleteAsync(mounted, cancellationToken: Cancellation))).Code
        );
        Assert.Equal(
            "volume-is-mounted",
            (await RefusalAsync(() => Api.Volumes.PurgeAsync(mounted, cancellationToken: Cancellation))).Code
        );
        Assert.Equal("volume-not-trashed", (await RefusalAsync(() => Api.Volumes.PurgeAsync(alone, cancellationToken: Cancellation))).Code);
        Assert.Equal(
            "volume-not-trashed",
            (await RefusalAsync(() => Api.Volumes.UntrashAsync(alone, cancellationToken: Cancellation))).Code
        );
        Assert.Equal("volume-not-trashed", (await Api.Volumes.PreviewPurgeAsync(alone, Cancellation)).RefusalCode);

        var trashed = await Api.Volumes.DeleteAsync(alone, cancellationToken: Cancellation);
        Assert.Equal(VolumeState.Trashed, trashed.State);
        Assert.Equal(trashed.TrashedAt!.Value.AddDays(30), trashed.KeptUntil);
        Assert.Equal(
            [alone],
            (await Api.Volumes.ListAsync(slug, trashed: true, cancellationToken: Cancellation)).Items.Select(row => row.Id)
        );
        Assert.DoesNotContain(
            (await Api.Volumes.ListAsync(slug, trashed: false, cancellationToken: Cancellation)).Items,
            row => row.Id == alone
        );
        Assert.Equal("volume-is-trashed", (await RefusalAsync(() => Api.Volumes.DeleteAsync(alone, cancellationToken: Cancellation))).Code);
        Assert.Equal(VolumeState.InUse, (await Api.Volumes.UntrashAsync(alone, cancellationToken: Cancellation)).State);
        await Api.Volumes.DeleteAsync(alone, cancellationToken: Cancellation);

        var preview = await Api.Volumes.PreviewPurgeAsync(alone, Cancellation);
        Assert.Null(preview.Refusal);
        Assert.Equal(["volume", "files", "measurements"], preview.Goes.Select(thing => thing.What));
        Assert.Contains("12345 bytes", preview.Goes[1].Text, StringComparison.Ordinal);
        var accepted = await Api.Volumes.PurgeAsync(alone, cancellationToken: Cancellation);
        Assert.Equal("purge-volume", accepted.Operation.Kind);
        // It is on its way out; nothing else may be done with it meanwhile.
        Assert.Equal("site-busy", (await RefusalAsync(() => Api.Volumes.UntrashAsync(alone, cancellationToken: Cancellation))).Code);
    }

    [Fact]
    public async Task A_volume_of_a_site_in_the_trash_is_listed_there_and_goes_with_it()
    {
        var slug = await RunningSiteAsync();
        var content = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items[0].Id;
        await App.ExecuteAsync("UPDATE sites SET state = 'Trashed', trashed_at = now() WHERE slug = $1", slug);
        Assert.Equal(2, (await Api.Volumes.ListAsync(slug, trashed: true, cancellationToken: Cancellation)).Items.Count);
        Assert.Empty((await Api.Volumes.ListAsync(slug, trashed: false, cancellationToken: Cancellation)).Items);
        Assert.Equal(
            "site-is-trashed",
            (await RefusalAsync(() => Api.Volumes.CloneAsync(content, "copy", cancellationToken: Cancellation))).Code
        );
        Assert.Equal(
            "site-is-trashed",
            (await RefusalAsync(() => Api.Sites.MeasureVolumesAsync(slug, cancellationToken: Cancellation))).Code
        );
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_whatever_is_asked_of_it()
    {
        var id = Guid.CreateVersion7();
        Func<Task>[] calls =
        [
            () => Api.Volumes.GetAsync(id, Cancellation),
            () => Api.Volumes.CloneAsync(id, "copy", cancellationToken: Cancellation),
            () => Api.Volumes.DeleteAsync(id, cancellationToken: Cancellation),
            () => Api.Volumes.UntrashAsync(id, cancellationToken: Cancellation),
            () => Api.Volumes.PreviewPurgeAsync(id, Cancellation),
            () => Api.Volumes.PurgeAsync(id, cancellationToken: Cancellation),
            () => Api.Volumes.ExcludeAsync(id, "A reason", Cancellation),
            () => Api.Volumes.IncludeAsync(id, Cancellation),
        ];
        foreach (var call in calls)
        {
            var refusal = await RefusalAsync(call);
            Assert.Equal((404, "volume-not-found"), (refusal.Status, refusal.Code));
        }

        Assert.Equal(
            "site-not-found",
            (await RefusalAsync(() => Api.Sites.MeasureVolumesAsync("nobody", cancellationToken: Cancellation))).Code
        );
    }

    [Fact]
    public async Task An_unknown_volume_is_listed_until_a_site_takes_it_in()
    {
        var slug = await RunningSiteAsync();
        var (free, used, bound) = (NewName("free"), NewName("used"), NewName("bound"));
        await AddUnknownAsync(free);
        await AddUnknownAsync(used, usedBy: "somebodys-container");
        await AddUnknownAsync(bound, obstacle: "its driver has options.");
        Assert.Superset(
            new HashSet<string> { free, used, bound },
            (await Api.Volumes.ListUnknownAsync(200, cancellationToken: Cancellation)).Items.Select(volume => volume.Name).ToHashSet()
        );

        Task<Accepted> AdoptAsync(string name, string? site = null, string? called = "old-files", VolumeKind? kind = VolumeKind.Files) =>
            Api.Volumes.AdoptAsync(name, new AdoptVolumeRequest(site ?? slug, called, kind), cancellationToken: Cancellation);

        Assert.Equal("volume-is-mounted", (await RefusalAsync(() => AdoptAsync(used))).Code);
        Assert.Equal("volume-not-adoptable", (await RefusalAsync(() => AdoptAsync(bound))).Code);
        Assert.Equal("unknown-volume-not-found", (await RefusalAsync(() => AdoptAsync(NewName("nothing")))).Code);
        Assert.Equal("site-not-found", (await RefusalAsync(() => AdoptAsync(free, "nobody"))).Code);
        Assert.Equal("volume-exists", (await RefusalAsync(() => AdoptAsync(free, called: "content"))).Code);
        var invalid = await RefusalAsync(() => AdoptAsync(free, called: "../x", kind: null));
        Assert.Equal(["name", "kind"], invalid.Errors.Select(error => error.Path));

        var accepted = await AdoptAsync(free);
        Assert.Equal(("adopt-volume", true, free), (accepted.Operation.Kind, accepted.Volume!.Adopted, accepted.Volume.EngineName));
        Assert.DoesNotContain(
            (await Api.Volumes.ListUnknownAsync(200, cancellationToken: Cancellation)).Items,
            volume => volume.Name == free
        );
    }
}
