using System.Net;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using HostingPanel.Volumes;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>Disposability drills of a real WordPress on the real engine.</summary>
[Collection(InstallationTests.Name)]
public sealed class DisposabilityTests(TestInstallation installation)
{
    /// <summary>Loses a comment and a file, or keeps a file in the container, when it is asked to.</summary>
    private const string Plugin = """
        <?php
        if (isset($_GET['lose'])) {
            global $wpdb;
            $rows = $wpdb->query("DELETE FROM {$wpdb->comments} LIMIT 1");
            $file = unlink(WP_CONTENT_DIR . '/mu-plugins/kept.txt');
            exit("lost $rows row and " . ($file ? 'a file' : 'no file'));
        }
        if (isset($_GET['keep'])) {
            $kept = mkdir('/var/tmp/shop') && file_put_contents('/var/tmp/shop/orders.txt', 'one') && file_put_contents('/tmp/noise', 'x');
            exit($kept ? 'kept' : 'not kept');
        }
        """;

    [Fact(Timeout = 240_000)]
    public async Task A_site_that_keeps_everything_in_volumes_comes_back_with_nothing_lost()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var id = await ProvisionAsync("disposable", token);
        var before = await ContainersAsync(id, token);

        var operation = await installation.DoAsync("disposable", SiteAction.Drill, token);
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal("drill-disposability", operation.Kind);

        var drill = await LastAsync("disposable", token);
        Assert.True(drill.Verdict == DrillVerdict.NothingLost, Describe(drill));
        Assert.Equal((2, 0, 0), (drill.Containers, drill.KeptTotal, drill.LostTotal));
        Assert.False(drill.WasInterrupted);
        Assert.InRange(drill.Recovery!.Value.TotalSeconds, 0.5, 60);
        Assert.Empty((await ContainersAsync(id, token)).Intersect(before));
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("disposable.localhost", "/", token)).Status);

        var (was, now) = (drill.Before!, drill.After!);
        Assert.Equal((200, "disposable"), (was.Status, was.Title));
        Assert.True(was.PageDigest is not null && was.PageDigest == now.PageDigest, "The front page differs.");
        Assert.Equal("main", Assert.Single(was.Databases).Name);
        Assert.InRange(was.Databases[0].Tables, 12, 20);
        Assert.InRange(was.Databases[0].Rows, 50, 500);
        Assert.Equal(("content", 0), (Assert.Single(was.Volumes).Name, was.Volumes[0].Unread));
        Assert.Equal(was.Volumes, now.Volumes);
        Assert.Contains("Volume data: a database server's own files; the rows of its tables are counted instead.", drill.NotCompared);
        await PurgeAsync("disposable", id, token);
    }

    [Fact(Timeout = 240_000)]
    public async Task What_a_container_keeps_beside_its_volumes_is_lost_and_told_with_a_hint()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        await using var writable = await WritableAsync();
        var id = await ProvisionAsync("keeper", token);
        await PlugInAsync("keeper", token);
        Assert.Equal("kept", (await installation.VisitAsync("keeper.localhost", "/?keep=1", token)).Body);

        var operation = await installation.DoAsync("keeper", SiteAction.Drill, token);
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);

        var drill = await LastAsync("keeper", token);
        var kept = drill.Kept.Where(path => !path.IsMadeAgain).ToList();
        Assert.True(
            kept is [{ Service: "web", Path: "/var/tmp/shop/orders.txt", Kind: Platform.LayerChangeKind.Added }],
            $"Kept: {string.Join(", ", drill.Kept)}"
        );
        Assert.Equal("No volume of the blueprint covers it; it needs one at /var/tmp/shop.", kept[0].Hint);
        Assert.Equal(DrillVerdict.Lost, drill.Verdict);
        Assert.Equal(
            new Finding(
                FindingSubject.Container,
                "web",
                "/var/tmp/shop/orders.txt",
                "was kept in the container and went with it",
                kept[0].Hint
            ),
            Assert.Single(drill.Lost)
        );
        await PurgeAsync("keeper", id, token);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_file_and_a_row_that_are_missing_afterwards_are_named_although_the_worker_was_away_in_the_middle()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var id = await ProvisionAsync("loser", token);
        await PlugInAsync("loser", token);

        var queued = await installation.Sites.RequestAsync(Actor.Panel, "loser", SiteAction.Drill, idempotencyKey: null, token);
        Assert.Null(queued.Problem);
        await foreach (var view in installation.Get<OperationService>().WatchAsync(Actor.Panel, queued.Value.Id, token))
        {
            if (view.Steps.Any(step => step is { Name: "fingerprint", State: StepState.Done }))
            {
                break;
            }
        }

        await installation.StopWorkerAsync();
        try
        {
            Assert.Equal("lost 1 row and a file", await EventuallyAnswersAsync("loser.localhost", "/?lose=1", token));
        }
        finally
        {
            await installation.StartWorkerAsync();
        }

        var operation = await installation.FinishAsync(queued.Value.Id, token);
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        var drill = await LastAsync("loser", token);
        Assert.Equal(DrillVerdict.Lost, drill.Verdict);
        Assert.Equal(
            [
                new Finding(FindingSubject.Table, "main", "wp_comments", "1 row before, 0 now"),
                new Finding(FindingSubject.File, "content", "mu-plugins/kept.txt", "the file is gone; it had 13 bytes"),
            ],
            drill.Lost
        );
        Assert.Equal(2, drill.Containers);
        await PurgeAsync("loser", id, token);
    }

    private async Task<Guid> ProvisionAsync(string slug, CancellationToken token)
    {
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite(slug, "helpers", "wordpress", slug, "admin@example.org"),
            idempotencyKey: null,
            token
        );
        Assert.Null(accepted.Problem);
        var operation = await installation.FinishAsync(accepted.Value.Operation.Id, token);
        Assert.True(operation.State == OperationState.Succeeded, $"{operation.Title}: {operation.ErrorMessage}");
        return (await installation.Sites.FindIdAsync(Actor.Panel, slug, token)).Value;
    }

    private async Task<DrillView> LastAsync(string slug, CancellationToken token) =>
        Assert.Single((await installation.Get<DisposabilityService>().ListAsync(Actor.Panel, slug, new PageRequest(), token)).Value.Items);

    /// <summary>A worker whose WordPress may write into its containers, as many an application wants it.</summary>
    private async Task<IAsyncDisposable> WritableAsync()
    {
        var blueprints = Directory.CreateTempSubdirectory("hpt-blueprints-");
        var delivered = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "blueprints", "wordpress.yaml"));
        var changed = delivered.Replace("    image: wordpress\n", "    image: wordpress\n    read-only: false\n", StringComparison.Ordinal);
        Assert.NotEqual(delivered, changed);
        await File.WriteAllTextAsync(Path.Combine(blueprints.FullName, "wordpress.yaml"), changed);
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(settings => settings["Blueprints:Directory"] = blueprints.FullName);
        return new Restoring(installation, blueprints);
    }

    /// <summary>Puts the plugin into the site's volume, beside two files.</summary>
    private async Task PlugInAsync(string slug, CancellationToken token)
    {
        var volumes = (await installation.Get<VolumeService>().ListOfSiteAsync(Actor.Panel, slug, token)).Value;
        await VolumeSite.RunAsync(
            installation,
            $"""
            mkdir /v/it/mu-plugins && cd /v/it/mu-plugins
            base64 -d >loser.php <<<{Convert.ToBase64String(Encoding.UTF8.GetBytes(Plugin))}
            printf 'worth keeping' >kept.txt
            printf 'stays' >neighbour.txt
            chown -R 33:33 .
            """,
            [(volumes.Single(volume => volume.Name == "content").EngineName, "it")]
        );
    }

    private async Task<IReadOnlyList<string>> ContainersAsync(Guid id, CancellationToken token) =>
        [
            .. (await installation.Docker.Containers.ListAsync(all: false, Filters.Label("hp.site", id.ToString()), token)).Select(
                container => container.Id
            ),
        ];

    /// <summary>The first answer that is the site's own.</summary>
    private async Task<string> EventuallyAnswersAsync(string host, string path, CancellationToken token)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (true)
        {
            var (status, body) = await installation.VisitAsync(host, path, token);
            if (status == HttpStatusCode.OK)
            {
                return body;
            }

            await timer.WaitForNextTickAsync(token);
        }
    }

    private async Task PurgeAsync(string slug, Guid id, CancellationToken token)
    {
        foreach (var action in (SiteAction[])[SiteAction.Trash, SiteAction.Purge])
        {
            var operation = await installation.DoAsync(slug, action, token);
            Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        }

        Assert.Empty(await installation.LabelledAsync(id, token));
    }

    private static string Describe(DrillView drill) => $"{drill.Verdict} {drill.Reason} {string.Join(", ", drill.Lost)}";

    private sealed class Restoring(TestInstallation installation, DirectoryInfo blueprints) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await installation.StopWorkerAsync();
            await installation.StartWorkerAsync();
            blueprints.Delete(recursive: true);
        }
    }
}
