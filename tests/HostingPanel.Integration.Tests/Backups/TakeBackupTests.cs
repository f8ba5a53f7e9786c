using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Restore points of a real WordPress, taken on the real engine.</summary>
[Collection(RestorePointTests.Name)]
public sealed class TakeBackupTests(TestInstallation installation)
{
    /// <summary>Can't be dumped: what it shows does not exist any more.</summary>
    private const string BreakADump = """
        $wpdb->query('CREATE TABLE gone (a INT)');
        $wpdb->query('CREATE VIEW broken AS SELECT a FROM gone');
        $wpdb->query('DROP TABLE gone');
        echo $wpdb->get_var("SELECT COUNT(*) FROM information_schema.views WHERE table_schema = DATABASE()");
        """;

    [Fact(Timeout = 300_000)]
    public async Task A_site_is_taken_read_back_from_its_target_and_only_then_good()
    {
        var site = await BackupSite.CreateAsync(installation, "taken");
        var before = await site.KeptAsync();
        await site.RunBesideAsync(
            "mkdir -p /v/content/uploads; printf hello >/v/content/uploads/hello.txt; ln -s hello.txt /v/content/uploads/link"
        );

        var (operation, point) = await site.TakeAsync();

        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal((RestorePointState.Good, null), (point.State, point.FaultCode));
        var copy = Assert.Single(point.Copies);
        Assert.Equal(("local", TargetKind.Local), (copy.Target, copy.Kind));
        Assert.NotNull(copy.ReadBackAt);
        Assert.True(copy.AddedBytes > 100_000, $"{copy.AddedBytes} bytes were added.");
        Assert.Equal(["main"], point.Databases);
        Assert.Null(point.ProvedAt);

        var manifest = await site.ManifestAsync(point.Id);
        var database = Assert.Single(manifest.Databases);
        Assert.InRange(database.Tables, 12, 20);
        Assert.Equal(database.Tables, database.Rows.Count);
        Assert.True(database.Rows["wp_options"] > 50, "The options were not counted.");
        var volume = Assert.Single(manifest.Volumes);
        Assert.Equal("content", volume.Name);
        Assert.Contains(manifest.LeftOut, omission => omission.Name == "data");
        Assert.Equal(["salt"], manifest.Secrets.Keys);
        var stored = (
            await installation
                .Get<BackupService>()
                .GetManifestAsync(Actor.Panel, site.Slug, point.Id, TestContext.Current.CancellationToken)
        ).Value;
        var signer = installation.Get<IManifestSigner>();
        Assert.True(signer.IsOurs(System.Text.Encoding.UTF8.GetBytes(stored.Json), stored.Signature));
        Assert.False(
            signer.IsOurs(
                System.Text.Encoding.UTF8.GetBytes(stored.Json.Replace("taken", "faked", StringComparison.Ordinal)),
                stored.Signature
            )
        );

        // Nothing of it stays with the site: no scratch volume, no key, no job.
        Assert.Equal(before, await site.KeptAsync());

        var (again, second) = await site.TakeAsync();
        Assert.True(again.State == OperationState.Succeeded, again.ErrorMessage);
        Assert.True(Assert.Single(second.Copies).AddedBytes < copy.AddedBytes / 2, "What was there already was stored again.");
        // Thousands are counted both times. The few that had just been written the first time are read again, and what the site wrote since.
        var counted = again.Steps.Single(step => step.Name == "inventory").Message!;
        Assert.InRange(int.Parse(counted.Split("; ")[1].Split(' ')[0], CultureInfo.InvariantCulture), 0, point.Files / 10);
        Assert.Equal(point.Files, second.Files);
        await site.PurgeAsync();
        Assert.Equal(
            2,
            (
                await installation
                    .Get<BackupService>()
                    .ListAsync(Actor.Panel, site.Slug, new PageRequest(), TestContext.Current.CancellationToken)
            )
                .Value
                .Items
                .Count
        );
    }

    [Fact(Timeout = 300_000)]
    public async Task A_dump_that_fails_is_never_a_good_restore_point_and_does_the_site_no_harm()
    {
        var site = await BackupSite.CreateAsync(installation, "undumpable");
        Assert.Equal("1", await site.RunPhpAsync(BreakADump));
        var before = await site.KeptAsync();

        var (operation, point) = await site.TakeAsync();

        Assert.Equal((OperationState.Failed, "dump-failed"), (operation.State, operation.ErrorCode));
        Assert.Contains("broken", operation.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((RestorePointState.Failed, "dump-failed"), (point.State, point.FaultCode));
        Assert.Empty(point.Copies);
        Assert.Equal(before, await site.KeptAsync());

        await site.RunPhpAsync("$wpdb->query('DROP VIEW broken');");
        var (mended, good) = await site.TakeAsync();
        Assert.True(mended.State == OperationState.Succeeded, mended.ErrorMessage);
        Assert.Equal(RestorePointState.Good, good.State);
        await site.PurgeAsync();
    }
}
