using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Volumes;

/// <summary>Counting what is in volumes, by the real job on the real engine.</summary>
[Collection(InstallationTests.Name)]
public sealed class MeasureTests(TestInstallation installation)
{
    [Fact(Timeout = 120_000)]
    public async Task Bytes_and_files_are_counted_whatever_they_are_called_and_however_many_names_they_have()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await VolumeSite.CreateAsync(
            installation,
            "counted",
            SiteState.Running,
            ("content", VolumeKind.Files, "web"),
            ("empty", VolumeKind.Cache, "web")
        );
        await site.RunAsync(
            """
            cd /v/content
            mkdir -m 0700 private
            head -c 1000000 /dev/zero | tr '\0' x >private/million
            ln private/million again
            truncate -s 50M sparse
            printf 12345 >$'new\nline "quoted"'
            printf 12345 >'--help'
            ln -s /etc outside
            ln -s nowhere dangling
            mkfifo pipe
            chown -R 4242:4242 private
            """,
            "content"
        );

        var operation = await site.MeasureAsync();
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal("measure-volumes", operation.Kind);

        var (content, empty) = ((await site.VolumesAsync())[0], (await site.VolumesAsync())[1]);
        // million under two names, sparse, two odd names, two links, a pipe; the marker is the panel's.
        Assert.Equal(8, content.Files);
        Assert.Equal(1_000_000 + (50 << 20) + 5 + 5 + "/etc".Length + "nowhere".Length, content.ApparentBytes);
        Assert.InRange(content.Bytes!.Value, 1_000_000, 1_200_000);
        Assert.Equal((0L, 0L, 0L), (empty.Files!.Value, empty.Bytes!.Value, empty.ApparentBytes!.Value));
        Assert.NotNull(content.MeasuredAt);

        var history = (await site.Service.ListMeasurementsAsync(Actor.Panel, content.Id, new PageRequest(), token)).Value;
        Assert.Equal((content.Bytes, content.Files), (Assert.Single(history.Items).Bytes, history.Items[0].Files));
        Assert.Empty(await installation.Docker.Containers.ListAsync(all: true, Filters.Label("hp.site", site.Id.ToString()), token));
    }

    [Fact(Timeout = 180_000)]
    public async Task Directories_that_are_swapped_for_links_meanwhile_are_not_followed()
    {
        const int slots = 300;
        const int outside = 20_000;
        var site = await VolumeSite.CreateAsync(
            installation,
            "swapped",
            SiteState.Running,
            ("content", VolumeKind.Files, "web"),
            ("outside", VolumeKind.Private, "web")
        );
        await site.RunAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"mkdir /v/outside/many && cd /v/outside/many && seq {outside} | xargs touch; cd /v/content; for i in $(seq {slots}); do mkdir -p $i/a; touch $i/a/file; done"
            ),
            "content",
            "outside"
        );
        // Where the measuring job sees the other volume: the link that is planted leads there.
        var target = $"/volumes/{(await site.RowAsync("outside")).Id}/many";
        var rows = new[] { (await site.RowAsync("content")).EngineName, (await site.RowAsync("outside")).EngineName };
        await using (
            await VolumeSite.StartAsync(
                installation,
                $$"""
                exec perl -e 'chdir "/v/content"; while (1) { for $i (1..{{slots}}) { rename "$i/a", "$i/b"; symlink "{{target}}", "$i/a"; unlink "$i/a"; rename "$i/b", "$i/a"; } }'
                """,
                [(rows[0], "content")]
            )
        )
        {
            for (var round = 0; round < 5; round++)
            {
                var operation = await site.MeasureAsync();
                Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
                // One file or link in each slot; what moves while it is counted may be met twice. Following one link would show.
                Assert.InRange((await site.RowAsync("content")).Files!.Value, 0, 3 * slots);
                Assert.Equal(outside, (await site.RowAsync("outside")).Files);
            }
        }

        // The trap works: whoever follows links is caught.
        var followed = await VolumeSite.RunAsync(
            installation,
            $"mkdir /volumes && ln -s /v/outside \"$(dirname {target})\" && ln -s {target} /v/content/1/planted && find -L /v/content | wc -l",
            [(rows[0], "content"), (rows[1], "outside")]
        );
        Assert.True(int.Parse(followed, CultureInfo.InvariantCulture) > outside, followed);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_marker_that_was_taken_away_hides_nothing_from_the_count_and_is_told()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await VolumeSite.CreateAsync(installation, "unmarked", SiteState.Running, ("content", VolumeKind.Files, "web"));
        await site.RunAsync("cd /v/content && rm -f .hp-volume && ln -s /dev/zero .hp-volume && printf 12345 >file", "content");

        var operation = await site.MeasureAsync();
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal(1, (await site.RowAsync("content")).Files);
        var log = (await installation.Get<OperationService>().ReadLogAsync(Actor.Panel, operation.Id, after: 0, token)).Value;
        Assert.Contains(log, line => line is { IsError: true } && line.Text.Contains("marker file is wrong", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_volume_that_is_missing_is_told_and_never_made_by_looking_for_it()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await VolumeSite.CreateAsync(
            installation,
            "halved",
            SiteState.Running,
            ("content", VolumeKind.Files, "web"),
            ("gone", VolumeKind.Private, "web")
        );
        var gone = await site.RowAsync("gone");
        await installation.Docker.Volumes.RemoveAsync(gone.EngineName, token);

        var operation = await site.MeasureAsync();
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.NotNull((await site.RowAsync("content")).MeasuredAt);
        Assert.Null((await site.RowAsync("gone")).MeasuredAt);
        var log = (await installation.Get<OperationService>().ReadLogAsync(Actor.Panel, operation.Id, after: 0, token)).Value;
        Assert.Contains(log, line => line is { IsError: true } && line.Text.Contains(gone.EngineName, StringComparison.Ordinal));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => installation.Docker.Volumes.InspectAsync(gone.EngineName, token));
    }
}
