using System.Net;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Traffic;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Restore points of a real WordPress, restored as new sites on the real engine.</summary>
[Collection(RestorePointTests.Name)]
public sealed class RestoreAsNewTests(TestInstallation installation)
{
    /// <summary>What a WordPress may have beside its tables.</summary>
    private const string Enrich = """
        update_option('blogdescription', 'See ' . home_url('/about'));
        wp_insert_post(['post_title' => 'Before the wreck', 'post_status' => 'publish', 'post_content' => "-- Dump completed\nit's all here \\! DEFINER=root"]);
        $wpdb->query('CREATE TABLE tallies (id INT PRIMARY KEY, n INT, raw BLOB)');
        $wpdb->query("INSERT INTO tallies VALUES (1, 10, x'0001ff0a27')");
        $wpdb->query('CREATE VIEW tally_view AS SELECT id, n FROM tallies');
        $wpdb->query('CREATE TRIGGER tally_trigger BEFORE UPDATE ON tallies FOR EACH ROW SET NEW.n = NEW.n + 1');
        echo $wpdb->get_var('SELECT n FROM tally_view');
        """;

    private const string Look = """
        $wpdb->query('UPDATE tallies SET n = n + 1');
        echo $wpdb->get_var('SELECT n FROM tally_view'), ' ', $wpdb->get_var('SELECT HEX(raw) FROM tallies'), ' ',
            $wpdb->get_var("SELECT COUNT(*) FROM {$wpdb->posts} WHERE post_title = 'Before the wreck'"), ' ',
            file_get_contents(WP_CONTENT_DIR . '/uploads/hello.txt'), ' ', file_exists(WP_CONTENT_DIR . '/uploads/backdoor.php') ? 'backdoor' : 'clean';
        """;

    private const string MayDoMoreThanBefore = """
        $wpdb->suppress_errors(true);
        echo $wpdb->query('CREATE EVENT too_much ON SCHEDULE EVERY 1 DAY DO SELECT 1') === false ? 'may not' : 'may';
        """;

    [Fact(Timeout = 400_000)]
    public async Task A_wrecked_site_comes_back_beside_itself_as_it_was_taken()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await BackupSite.CreateAsync(installation, "wrecked");
        Assert.Equal("10", await site.RunPhpAsync(Enrich));
        await site.RunBesideAsync(
            "mkdir -p /v/content/uploads; printf hello >/v/content/uploads/hello.txt; ln /v/content/uploads/hello.txt /v/content/uploads/hard; "
                + "ln -s hello.txt /v/content/uploads/soft; chown 1234:33 /v/content/uploads/hello.txt; chmod 640 /v/content/uploads/hello.txt"
        );
        var led = await installation
            .Get<TrafficService>()
            .SetAsync(Actor.Panel, site.Slug, new TrafficCommand { Redirects = [new TrafficRedirect("/old-page", "/new-page")] }, token);
        Assert.Null(led.Problem);
        var (taken, point) = await site.TakeAsync();
        Assert.True(taken.State == OperationState.Succeeded, taken.ErrorMessage);
        await MakeOlderAsync(site, point.Id);
        await site.RunPhpAsync("$wpdb->query('DROP TABLE tallies'); $wpdb->query(\"DELETE FROM {$wpdb->posts}\");");
        await site.RunBesideAsync("rm /v/content/uploads/hello.txt; echo '<?php' >/v/content/uploads/backdoor.php");

        var operation = await RestoreAsync(site, point.Id, "unwrecked");

        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal(["content: byte for byte as it was counted."], await ComparedAsync(operation.Id));
        var (status, body) = await installation.VisitAsync("unwrecked.localhost", "/", token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Before the wreck", body, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.MovedPermanently,
            (await installation.VisitAsync("unwrecked.localhost", "/old-page", follow: false, token)).Status
        );
        var restored = await BackupSite.FindAsync(installation, "unwrecked");
        Assert.Equal("12 0001FF0A27 1 hello clean", await restored.RunPhpAsync(Look));
        Assert.Contains(
            "//unwrecked.localhost",
            await restored.RunPhpAsync("echo get_option('blogdescription');"),
            StringComparison.Ordinal
        );
        Assert.Equal("may not", await restored.RunPhpAsync(MayDoMoreThanBefore));
        Assert.Equal(
            "1234:33 640 2 hello.txt",
            await restored.RunBesideAsync("cd /v/content/uploads; echo $(stat -c '%u:%g %a %h' hello.txt) $(readlink soft)")
        );
        Assert.Equal(
            (RestorePointState.Good, true),
            (
                (await installation.Get<BackupService>().GetAsync(Actor.Panel, site.Slug, point.Id, token)).Value
                    is { ProvedAt: not null } now
                    ? (now.State, now.Proof > TimeSpan.FromSeconds(1))
                    : default
            )
        );
        Assert.DoesNotContain(
            await restored.LabelledAsync(),
            thing => thing.Contains("scratch", StringComparison.Ordinal) || thing.Contains("repo-key", StringComparison.Ordinal)
        );
        await restored.PurgeAsync();
        await site.PurgeAsync();
    }

    [Fact(Timeout = 400_000)]
    public async Task What_is_not_as_it_was_taken_is_not_restored_and_nothing_of_it_stays()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await BackupSite.CreateAsync(installation, "forged");
        var (taken, point) = await site.TakeAsync();
        Assert.True(taken.State == OperationState.Succeeded, taken.ErrorMessage);

        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        var row = await context.RestorePoints.SingleAsync(row => row.Id == point.Id, token);
        var manifest = row.Manifest!;
        row.Manifest = manifest.Replace("admin@example.org", "mallory@example.org", StringComparison.Ordinal);
        await context.SaveChangesAsync(token);
        var forged = await RestoreAsync(site, point.Id, "forged-too");
        Assert.Equal((OperationState.Failed, "manifest-not-ours"), (forged.State, forged.ErrorCode));

        var repository = await context.BackupRepositories.Where(row => row.SiteId == site.Id).Select(row => row.Id).SingleAsync(token);

        // A byte of the copy is another one: whatever it was of, it is found.
        row.Manifest = manifest;
        await context.SaveChangesAsync(token);
        await VolumeSite.RunAsync(
            installation,
            $"""
            pack=$(find /v/target/{repository:N}/data -type f -size +20k | sort | head -n 1)
            chmod u+w "$pack"
            size=$(stat -c %s "$pack")
            for at in $((size / 4)) $((size / 2)) $((size * 3 / 4)); do printf '\377\000\377\000' | dd of="$pack" bs=1 seek="$at" conv=notrunc status=none; done
            """,
            [($"{installation.Name}-backups", "target")]
        );
        var flipped = await RestoreAsync(site, point.Id, "forged-too");
        Assert.Equal(OperationState.Failed, flipped.State);
        Assert.Contains(flipped.ErrorCode, (string[])["repository-damaged", "backup-failed", "backup-incomplete"]);
        Assert.Equal("site-not-found", (await installation.Sites.GetAsync(Actor.Panel, "forged-too", token)).Problem?.Code);
        Assert.DoesNotContain(
            (await installation.Docker.Volumes.ListAsync(installation.Mine, token)).Select(volume =>
                volume.Labels.GetValueOrDefault("hp.site")
            ),
            owner => owner is not null && owner == flipped.Id.ToString()
        );
        var services = await installation.Docker.Services.ListAsync(installation.Mine, status: false, token);
        Assert.DoesNotContain(services, service => service.Spec.Name.Contains("forged-too", StringComparison.Ordinal));
        await site.PurgeAsync();
    }

    /// <summary>As a panel wrote it whose manifests had checksums over an archive.</summary>
    private async Task MakeOlderAsync(BackupSite site, Guid point)
    {
        var token = TestContext.Current.CancellationToken;
        var archive = await site.RunBesideAsync(
            "cd /v/content; tar -cf - --sort=name --format=gnu --numeric-owner --mtime=@0 --anchored --exclude=./.hp-volume . | sha256sum | cut -c -64"
        );
        var manifest = await site.ManifestAsync(point);
        Assert.Equal("content", Assert.Single(manifest.Volumes).Name);
        var older = BackupJson.Write(manifest with { Format = 1, Volumes = [manifest.Volumes[0] with { Checksum = archive.Trim() }] });
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        var row = await context.RestorePoints.SingleAsync(row => row.Id == point, token);
        (row.Manifest, row.Signature) = (older, installation.Get<IManifestSigner>().Sign(Encoding.UTF8.GetBytes(older)));
        await context.SaveChangesAsync(token);
    }

    /// <summary>What the restore said of each volume that it compared.</summary>
    private async Task<IReadOnlyList<string>> ComparedAsync(Guid operation)
    {
        var token = TestContext.Current.CancellationToken;
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        return await context
            .OperationLog.Where(line => line.OperationId == operation && line.Text.StartsWith("content: "))
            .Select(line => line.Text)
            .ToListAsync(token);
    }

    private async Task<OperationView> RestoreAsync(BackupSite site, Guid point, string slug)
    {
        var token = TestContext.Current.CancellationToken;
        var asked = await installation
            .Get<RestoreService>()
            .RestoreAsNewAsync(Actor.Panel, site.Slug, point, new RestoreAsNewSite(slug), idempotencyKey: null, token);
        Assert.Null(asked.Problem);
        return await installation.FinishAsync(asked.Value.Operation.Id, token);
    }
}
