using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.InPlace;
using HostingPanel.Backups.Panel;
using HostingPanel.Blueprints;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>A real WordPress, wrecked, restored in place and put back, on the real engine.</summary>
[Collection(RestorePointTests.Name)]
public sealed partial class RestoreInPlaceTests(TestInstallation installation, ITestOutputHelper output)
{
    private const string Enrich = """
        foreach (range(1, 20) as $n) wp_insert_post(['post_title' => "Post $n", 'post_status' => 'publish', 'post_content' => str_repeat("it's \\! ", $n)]);
        $wpdb->query('CREATE TABLE tallies (id INT PRIMARY KEY, n INT, raw BLOB)');
        $wpdb->query("INSERT INTO tallies VALUES (1, 10, x'0001ff0a27')");
        $wpdb->query('CREATE VIEW tally_view AS SELECT id, n FROM tallies');
        $wpdb->query('CREATE TRIGGER tally_trigger BEFORE UPDATE ON tallies FOR EACH ROW SET NEW.n = NEW.n + 1');
        $wpdb->query('CREATE PROCEDURE tally_up() UPDATE tallies SET n = n + 100');
        $wpdb->query("CREATE EVENT tally_event ON SCHEDULE EVERY 1 DAY STARTS '2040-01-01' DO CALL tally_up()");
        echo $wpdb->get_var('SELECT n FROM tally_view');
        """;

    /// <summary>Of every table but the one that each visit writes to.</summary>
    private const string Tables = """
        foreach ($wpdb->get_col("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'") as $table)
            if ($table !== $wpdb->options) echo $table, '=', $wpdb->get_row("CHECKSUM TABLE `$table`", ARRAY_N)[1], "\n";
        """;

    private const string Wreck = """
        $wpdb->query("DELETE FROM {$wpdb->posts} WHERE ID % 2 = 0"); $wpdb->query('DROP VIEW tally_view'); $wpdb->query('DROP TABLE tallies');
        $wpdb->query("CREATE TABLE intruder (id INT)"); update_option('blogname', 'Owned');
        """;

    /// <summary>Everything of every file but when a directory was written to, which the looking itself does.</summary>
    private const string Files = """
        cd /v/content
        find . -mindepth 1 ! -path ./.hp-volume \( -type d -printf '%P|%y|%m|%U|%G\n' -o -printf '%P|%y|%m|%U|%G|%n|%s|%T@|%l\n' \) | sort
        find . -type f ! -path ./.hp-volume -print0 | sort -z | xargs -0r sha256sum
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task A_wrecked_site_is_restored_in_place_and_what_it_was_before_comes_back_with_one_click()
    {
        var site = await BackupSite.CreateAsync(installation, "in-place");
        await GrantAsync(site, InitSqlGrants.Loading);
        Assert.Equal("10", await site.RunPhpAsync(Enrich));
        await GrantAsync(site, InitSqlGrants.Exact);
        await site.RunBesideAsync(
            "mkdir -p /v/content/uploads; head -c 3M /dev/urandom >/v/content/uploads/film.bin; ln /v/content/uploads/film.bin /v/content/uploads/hard; "
                + "ln -s film.bin /v/content/uploads/soft; chown 1234:33 /v/content/uploads/film.bin; chmod 640 /v/content/uploads/film.bin"
        );
        var good = await LookAsync(site);
        var (taken, point) = await site.TakeAsync();
        Assert.True(taken.State == OperationState.Succeeded, taken.ErrorMessage);

        await site.RunPhpAsync(Wreck);
        await site.RunBesideAsync(
            "rm -r /v/content/uploads/*; echo '<?php' >/v/content/uploads/backdoor.php; echo x >>/v/content/index.php"
        );
        var wrecked = await LookAsync(site);
        Assert.NotEqual(good, wrecked);
        var live = await VolumesAsync(site);

        var restoring = await RestoreAsync(site, point.Id);

        Assert.True(restoring.State == OperationState.Succeeded, restoring.ErrorMessage);
        var restored = await LookAsync(site);
        Equal(good, restored);
        Assert.DoesNotContain("backdoor", restored.Files, StringComparison.Ordinal);
        Assert.Contains("The in-place", restored.Page, StringComparison.Ordinal);
        await CompareAsync(site, point.Id, restoring.Id, live);
        // A restore point of what was restored has in it what the first one has.
        var (_, again) = await site.TakeAsync();
        Assert.Equal(Counts(await site.ManifestAsync(point.Id)), Counts(await site.ManifestAsync(again.Id)));

        var undoing = await UndoAsync(site, point.Id);

        Assert.True(undoing.State == OperationState.Succeeded, undoing.ErrorMessage);
        Equal(wrecked, await LookAsync(site));
        Assert.Equal(live.Select(volume => volume.Id), (await VolumesAsync(site)).Select(volume => volume.Id));
        await HasNothingTemporaryAsync(site);
        await ComesBackFromNothingAsync(site, again.Id, good);
        await site.PurgeAsync();
    }

    /// <summary>As after the loss of a machine: the engine has nothing of the site any more, and a target has its restore points.</summary>
    private async Task ComesBackFromNothingAsync(BackupSite site, Guid newest, Seen good)
    {
        // A worker would heal what is taken away.
        await installation.StopWorkerAsync();
        await EngineCleaner.RemoveAsync(installation.Docker, Filters.Label("hp.site", site.Id.ToString()), Token);
        await installation.StartWorkerAsync();
        var recovery = installation.Get<SiteRecoveryService>();
        var asked = Assert.Single((await recovery.BringBackAsync(Actor.Panel, [site.Slug], Token)).Value);
        Assert.Equal((newest, null), (asked.RestorePointId, asked.Fault));
        var operation = await installation.FinishAsync(asked.OperationId!.Value, Token);
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Equal(good, await LookAsync(site));
        Assert.True(Assert.Single((await recovery.BringBackAsync(Actor.Panel, [site.Slug], Token)).Value).IsHere);
    }

    /// <summary>What people are told of it, and what is where.</summary>
    private async Task CompareAsync(BackupSite site, Guid point, Guid operation, IReadOnlyList<Volume> live)
    {
        var restore = Assert.Single(
            (await installation.Get<InPlaceService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), Token)).Value.Items
        );
        Assert.Equal((operation, point, operation, null), (restore.Id, restore.RestorePointId, restore.SafetyPointId, restore.UndoRefusal));
        output.WriteLine($"Restored in {restore.Took}, {restore.Away} of it behind the maintenance page.");
        var backups = installation.Get<BackupService>();
        var safety = (await backups.GetAsync(Actor.Panel, site.Slug, operation, Token)).Value;
        Assert.Equal((RestorePointReason.Safety, RestorePointState.Good), (safety.Reason, safety.State));
        Assert.NotNull((await backups.GetAsync(Actor.Panel, site.Slug, point, Token)).Value.ProvedAt);
        var now = await VolumesAsync(site);
        Assert.Empty(now.Select(volume => volume.Id).Intersect(live.Select(volume => volume.Id)));
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);
        Assert.Equal(
            live.Select(volume => (volume.Id, VolumeState.Trashed)),
            await context
                .Volumes.Where(volume => volume.SiteId == site.Id && volume.State == VolumeState.Trashed)
                .OrderBy(volume => volume.Name)
                .Select(volume => new ValueTuple<Guid, VolumeState>(volume.Id, volume.State))
                .ToListAsync(Token)
        );
        await HasNothingTemporaryAsync(site);
    }

    private static async Task HasNothingTemporaryAsync(BackupSite site) =>
        Assert.DoesNotContain(
            await site.LabelledAsync(),
            thing => !thing.StartsWith("container", StringComparison.Ordinal) && Temporary().IsMatch(thing)
        );

    private async Task<OperationView> RestoreAsync(BackupSite site, Guid point)
    {
        var asked = await installation
            .Get<InPlaceService>()
            .RestoreAsync(Actor.Panel, site.Slug, point, new RestoreSiteInPlace(), idempotencyKey: null, Token);
        Assert.Null(asked.Problem);
        return await installation.FinishAsync(asked.Value.Id, Token);
    }

    private async Task<OperationView> UndoAsync(BackupSite site, Guid point)
    {
        var asked = await installation.Get<InPlaceService>().UndoAsync(Actor.Panel, site.Slug, point, idempotencyKey: null, Token);
        Assert.Null(asked.Problem);
        return await installation.FinishAsync(asked.Value.Id, Token);
    }

    private async Task<Seen> LookAsync(BackupSite site)
    {
        // First of all, for a page that misses what it is made of makes it anew.
        var (status, page) = await installation.VisitAsync($"{site.Slug}.localhost", "/", Token);
        Assert.Equal(HttpStatusCode.OK, status);
        return new Seen(await site.RunPhpAsync(Tables), await site.RunBesideAsync(Files), Title().Match(page).Value);
    }

    private async Task<IReadOnlyList<Volume>> VolumesAsync(BackupSite site)
    {
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);
        return await context
            .Volumes.AsNoTracking()
            .Where(volume => volume.SiteId == site.Id && volume.State == VolumeState.InUse)
            .OrderBy(volume => volume.Name)
            .ToListAsync(Token);
    }

    /// <summary>Lets the site's own user make what WordPress itself may not: routines and events, as other applications have them.</summary>
    private async Task GrantAsync(BackupSite site, InitSqlGrants grants) =>
        await installation
            .Get<BackupSiteSteps>()
            .ApplyGrantsAsync(
                new Operation
                {
                    Id = Guid.CreateVersion7(),
                    Kind = "test",
                    SiteId = site.Id,
                    Target = site.Slug,
                    RequestedById = Guid.Empty,
                    RequestedByName = "test",
                    Priority = OperationPriority.Person,
                    State = OperationState.Running,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                },
                grants,
                Token
            );

    /// <summary>Thousands of lines are compared; only those that differ are of interest.</summary>
    private static void Equal(Seen expected, Seen actual)
    {
        var (wanted, found) = (Lines(expected), Lines(actual));
        Assert.Equal(wanted.Except(found, StringComparer.Ordinal), found.Except(wanted, StringComparer.Ordinal));
        Assert.Equal(wanted.Length, found.Length);

        static string[] Lines(Seen seen) => $"{seen.Tables}\n{seen.Files}\n{seen.Page}".Split('\n');
    }

    private static string Counts(Manifest manifest) =>
        string.Join(
            '\n',
            manifest.Databases.Select(database =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{database.Name}: {database.Tables} tables, {database.Views} views, {database.Triggers} triggers, {database.Routines} routines, {database.Events} events, {string.Join(' ', database.Rows.Where(row => !row.Key.EndsWith("options", StringComparison.Ordinal)))}"
                )
            )
        );

    [GeneratedRegex("beside|scratch|repo-key|init[.]sql.*-[0-9a-f]{8}$|[0-9a-f]{8}-[0-9]$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Temporary();

    [GeneratedRegex("<title>[^<]*</title>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Title();

    private sealed record Seen(string Tables, string Files, string Page);
}
