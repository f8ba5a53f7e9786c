using System.Globalization;
using System.Net;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.InPlace;
using HostingPanel.Blueprints;
using HostingPanel.Integration.Tests.Backups;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>kill -9 of the worker in the middle of its work on the real engine (fault F1): the next one makes it whole.</summary>
public sealed class KilledWorkerTests(TestInstallation installation, ITestOutputHelper output)
    : IClassFixture<TestInstallation>,
        IAsyncLifetime
{
    /// <summary>How often in each kind of operation; <c>./panel test --nightly</c> asks for ten.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("HP_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    /// <summary>A moment may fall behind the end of a quick operation; such a round does not count.</summary>
    private static readonly int MaxRounds = 3 * Kills;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        installation.Require();
        await installation.LeaveWorkToProcessesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
    }

    [Fact(Timeout = 900_000)]
    public async Task Sites_are_provisioned_and_trashed_whole_although_the_worker_is_killed_in_the_middle_of_it()
    {
        using var worker = new KilledWorker(installation, output);
        var provisioning = await worker.FinishAsync(await installation.CreateSiteAsync("killed-0", Token), Token);
        var whole = await KindsAsync("killed-0");
        var trashing = await worker.FinishAsync(await installation.RequestAsync("killed-0", SiteAction.Trash, Token), Token);
        await worker.FinishAsync(await installation.RequestAsync("killed-0", SiteAction.Purge, Token), Token);
        var (inProvisioning, inTrashing) = (0, 0);
        for (var round = 1; inProvisioning < Kills || inTrashing < Kills; round++)
        {
            Assert.True(round <= MaxRounds, $"Only {inProvisioning} and {inTrashing} of {MaxRounds} kills met an operation.");
            var slug = $"killed-{round}";
            inProvisioning += await worker.KillDuringAsync(await installation.CreateSiteAsync(slug, Token), provisioning, Token) ? 1 : 0;
            Assert.Equal(whole, await KindsAsync(slug));
            var (status, body) = await installation.VisitAsync($"{slug}.localhost", "/", Token);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains($"Title of {slug}", body, StringComparison.Ordinal);

            inTrashing += await worker.KillDuringAsync(await installation.RequestAsync(slug, SiteAction.Trash, Token), trashing, Token)
                ? 1
                : 0;
            Assert.Equal(["volume", "volume"], await KindsAsync(slug));
            Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync($"{slug}.localhost", "/", Token)).Status);
            await worker.FinishAsync(await installation.RequestAsync(slug, SiteAction.Purge, Token), Token);
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task Volumes_are_cloned_whole_although_the_worker_is_killed_in_the_middle_of_it()
    {
        var site = await VolumeSite.CreateAsync(installation, "killed-clone", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        await site.RunAsync("cd /v/content && head -c 150M /dev/urandom >large && for i in $(seq 2000); do echo $i >$i; done", "content");
        var before = await site.FingerprintAsync("content", withHoles: false);
        using var worker = new KilledWorker(installation, output);
        var cloning = await worker.FinishAsync(await CloneAsync(site, "copy-0"), Token);
        var met = 0;
        for (var round = 1; met < Kills; round++)
        {
            Assert.True(round <= MaxRounds, $"Only {met} of {MaxRounds} kills met an operation.");
            var name = $"copy-{round}";
            met += await worker.KillDuringAsync(await CloneAsync(site, name), cloning, Token) ? 1 : 0;
            Assert.Equal(before, await site.FingerprintAsync(name, withHoles: false));
            var copy = await site.RowAsync(name);
            await site.Trash.PutAsync(Actor.Panel, copy.Id, idempotencyKey: null, Token);
            await worker.FinishAsync((await site.Trash.PurgeAsync(Actor.Panel, copy.Id, idempotencyKey: null, Token)).Value.Id, Token);
            Assert.Equal(["volume", "volume"], await KindsAsync(site.Slug));
        }
    }

    /// <summary>Fault F3: what the site has in its volume and in its database is of one set, whatever step it is killed at.</summary>
    [Fact(Timeout = 900_000)]
    public async Task A_site_that_is_restored_in_place_has_one_set_whole_although_the_worker_is_killed_around_the_exchange()
    {
        const string Slug = "killed-restore";
        // In turns: the restore and its being undone.
        string[] moments = ["swap", "stop-db", "start-db", "announce", "stop-web", "start-web", "route"];
        using var worker = new KilledWorker(installation, output);
        await worker.FinishAsync(await installation.CreateSiteAsync(Slug, Token), Token);
        var site = await BackupSite.FindAsync(installation, Slug);
        var taken = (await installation.Get<BackupService>().TakeAsync(Actor.Panel, Slug, gently: false, idempotencyKey: null, Token))
            .Value
            .Id;
        await worker.FinishAsync(taken, Token);
        await site.RunPhpAsync("$wpdb->query('CREATE TABLE later (id INT)');");
        await site.RunBesideAsync("touch /v/content/later");
        var (met, restores) = (0, installation.Get<InPlaceService>());
        foreach (var (index, moment) in moments.Take(Kills > 3 ? moments.Length : 2).Index())
        {
            var isUndo = index % 2 == 1;
            var asked = isUndo
                ? await restores.UndoAsync(Actor.Panel, Slug, taken, idempotencyKey: null, Token)
                : await restores.RestoreAsync(
                    Actor.Panel,
                    Slug,
                    taken,
                    new RestoreSiteInPlace(WithoutSafetyPoint: true),
                    idempotencyKey: null,
                    Token
                );
            Assert.Null(asked.Problem);
            met += await worker.KillAtAsync(asked.Value.Id, moment, Token) ? 1 : 0;
            Assert.Equal(
                (moment, isUndo ? "1 there" : "0 gone"),
                (
                    moment,
                    await site.RunPhpAsync(
                        "echo count($wpdb->get_col(\"SHOW TABLES LIKE 'later'\")), ' ', file_exists(WP_CONTENT_DIR . '/later') ? 'there' : 'gone';"
                    )
                )
            );
        }

        Assert.True(met > 0, "No kill met an operation.");
        await worker.FinishAsync(await installation.RequestAsync(Slug, SiteAction.Trash, Token), Token);
        await worker.FinishAsync(await installation.RequestAsync(Slug, SiteAction.Purge, Token), Token);
        Assert.Empty(await site.LabelledAsync());
    }

    private static async Task<Guid> CloneAsync(VolumeSite site, string copy)
    {
        var accepted = await site.Manager.CloneAsync(Actor.Panel, (await site.RowAsync("content")).Id, copy, idempotencyKey: null, Token);
        Assert.Null(accepted.Problem);
        return accepted.Value.Operation.Id;
    }

    /// <summary>What the engine holds of a site, by kind: how many services, volumes and so on.</summary>
    private async Task<string[]> KindsAsync(string slug)
    {
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, slug, Token)).Value;
        return [.. (await installation.LabelledAsync(id, Token)).Select(thing => thing.Split(' ')[0])];
    }
}
