using System.Text;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>A real WordPress whose restore points are drilled on the real engine.</summary>
[Collection(RestorePointTests.Name)]
public sealed class DrillTests(TestInstallation installation)
{
    private const string Enrich = """
        $wpdb->query('CREATE TABLE tallies (id INT PRIMARY KEY, n INT)');
        $wpdb->query('INSERT INTO tallies VALUES (1, 10), (2, 20)');
        $wpdb->query('CREATE VIEW tally_view AS SELECT id, n FROM tallies');
        $wpdb->query('CREATE TRIGGER tally_trigger BEFORE UPDATE ON tallies FOR EACH ROW SET NEW.n = NEW.n + 1');
        echo $wpdb->get_var('SELECT COUNT(*) FROM tally_view');
        """;

    /// <summary>A site that tries, when it is a copy, to reach the world, the machine's secrets, a mail server and the live site's database.</summary>
    private const string Escape = """
        mkdir -p /v/content/mu-plugins
        cat >/v/content/mu-plugins/escape.php <<'PHP'
        <?php add_action('wp_head', function () {
            if (getenv('HP_ENVIRONMENT') !== 'drill') return;
            foreach ([['1.1.1.1', 443], ['8.8.8.8', 53], ['169.254.169.254', 80], ['8.8.8.8', 25], ['LIVE', 3306]] as [$host, $port]) {
                echo "<!-- escape $host:$port ", @fsockopen($host, $port, $code, $why, 3) ? 'REACHED' : 'unreachable', " -->\n";
            }
        });
        PHP
        """;

    [Fact(Timeout = 480_000)]
    public async Task A_restore_point_is_proved_by_booting_it_where_nothing_gets_out_and_nothing_of_it_stays()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await BackupSite.CreateAsync(installation, "drilled");
        Assert.Equal("2", await site.RunPhpAsync(Enrich));
        await site.RunBesideAsync(Escape.Replace("LIVE", $"{installation.Name}-drilled-db", StringComparison.Ordinal));
        var (taken, point) = await site.TakeAsync();
        Assert.True(taken.State == OperationState.Succeeded, taken.ErrorMessage);
        var manifest = await site.ManifestAsync(point.Id);
        Assert.Equal((200, true), (manifest.Front?.Status, manifest.Front?.Title?.Contains("The drilled", StringComparison.Ordinal)));
        Assert.Equal((true, true), (manifest.Application?.IsInstalled, manifest.Application?.Version is { Length: > 0 }));

        await ItIsProvedAsync(site, point.Id);
        await WhatIsMissingIsToldAsync(site, point.Id, manifest);
        await WhatShrankIsDrilledAtOnceAsync(site);

        await site.PurgeAsync();
        Assert.Equal(
            4,
            (await installation.Get<DrillService>().ListAsync(Actor.Panel, site.Slug, null, new PageRequest(), token)).Value.Items.Count
        );
        Assert.SkipUnless(
            HasCamera,
            "All but the picture was checked: the image camera could not be built, as ./panel test has said above."
        );
    }

    private bool HasCamera => installation.Images.ContainsKey(DrillCamera.Image);

    private async Task ItIsProvedAsync(BackupSite site, Guid point)
    {
        var token = TestContext.Current.CancellationToken;
        var operation = await FinishAsync(await AskAsync(site, point));

        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        var evidence = await EvidenceAsync(site, operation.Id);
        Assert.Equal((RestoreDrillVerdict.Passed, "local", null), (evidence.Drill.Verdict, evidence.Drill.Target, evidence.Drill.Fault));
        var checks = evidence.Checks.ToDictionary(check => check.Name, StringComparer.Ordinal);
        Assert.Equal(
            ["answer", "files:content", "manifest", "releases", "rows:main", "sealed", "status", "tables:main", "title"],
            checks
                .Values.Where(check => check.Outcome == RestoreDrillOutcome.Passed && check.Name != "picture")
                .Select(check => check.Name)
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(10, checks.Count);
        await ItsPictureIsOneAsync(site, evidence);
        Assert.True(checks["rows:main"].Compared >= 13, checks["rows:main"].Text);
        Assert.True(checks["files:content"].Compared > 0, checks["files:content"].Text);
        Assert.Contains("1 view, 1 trigger", checks["tables:main"].Text, StringComparison.Ordinal);
        Assert.Equal(DrillTool.Outside.Count, checks["sealed"].Compared);
        Assert.Contains("The drilled", evidence.PageTitle, StringComparison.Ordinal);
        // The site's own code has tried, too, with everything that it has.
        Assert.Equal(5, evidence.Page!.Split("<!-- escape ").Length - 1);
        Assert.DoesNotContain("REACHED", evidence.Page, StringComparison.Ordinal);
        Assert.InRange(evidence.Drill.Recovery!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(3));
        Assert.Contains(evidence.Phases, phase => phase is { Name: "load", Duration.TotalSeconds: > 0 });
        Assert.Equal("visit", evidence.Phases[^1].Name);

        var proved = (await installation.Get<BackupService>().GetAsync(Actor.Panel, site.Slug, point, token)).Value;
        Assert.Equal(evidence.Drill.Recovery, proved.Proof);
        Assert.NotNull(Assert.Single(proved.Copies).ProvedAt);
        var recovery = (await installation.Get<DrillService>().GetRecoveryAsync(Actor.Panel, site.Slug, token)).Value;
        Assert.Equal((point, point, false, null), (recovery.LastTakenId, recovery.LastProvedId, recovery.HasAlert, recovery.RunningDrill));
        Assert.Equal(evidence.Drill.Recovery, recovery.TypicalRecovery);
        await NothingIsLeftAsync(operation.Id);
    }

    /// <summary>What a visitor would see, out of a real browser; where the image is not built, the evidence says so.</summary>
    private async Task ItsPictureIsOneAsync(BackupSite site, RestoreDrillEvidence evidence)
    {
        var check = evidence.Checks.Single(check => check.Name == "picture");
        var picture = await installation
            .Get<DrillService>()
            .GetPictureAsync(Actor.Panel, site.Slug, evidence.Drill.Id, TestContext.Current.CancellationToken);
        if (!HasCamera)
        {
            Assert.Equal((RestoreDrillOutcome.NotChecked, "picture-not-found"), (check.Outcome, picture.Problem?.Code));
            Assert.Contains("DRILL_SCREENSHOTS=yes", check.Text, StringComparison.Ordinal);
            return;
        }

        Assert.True(check.Outcome == RestoreDrillOutcome.Passed, check.Text);
        Assert.Equal((PictureFile.Png, 1280, 800), (picture.Value.View.MediaType, picture.Value.View.Width, picture.Value.View.Height));
        Assert.Equal(evidence.Picture, picture.Value.View);
        Assert.InRange(picture.Value.Content.Length, 5_000, DrillCamera.MaxBytes);
        var pixels = new PngPixels(picture.Value.Content.ToArray());
        Assert.Equal((1280, 800), (pixels.Width, pixels.Height));
        // Text alone has dozens of shades; an empty page one colour, and a browser's own page of an error a few.
        Assert.True(pixels.CountColours() > 20, $"The picture has {pixels.CountColours()} colours.");
        if (Environment.GetEnvironmentVariable("HP_E2E_SCREENSHOTS") is { Length: > 0 } directory)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(directory, "drill-picture.png"),
                picture.Value.Content.ToArray(),
                TestContext.Current.CancellationToken
            );
        }
    }

    /// <summary>As if a table had been missing in its dump: the manifest, signed as ever, knows one more.</summary>
    private async Task WhatIsMissingIsToldAsync(BackupSite site, Guid point, Manifest manifest)
    {
        var token = TestContext.Current.CancellationToken;
        var database = manifest.Databases[0];
        var rows = new SortedDictionary<string, long>(database.Rows.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            ["wp_members"] = 42,
        };
        var text = BackupJson.Write(
            manifest with
            {
                Databases = [database with { Rows = rows, Tables = rows.Count }],
                Front = new ManifestFront(200, "Another title"),
            }
        );
        var (json, signature) = ((await Point(point)).Manifest!, (await Point(point)).Signature!);
        await ChangeAsync(point, text, installation.Get<IManifestSigner>().Sign(Encoding.UTF8.GetBytes(text)));

        var operation = await FinishAsync(await AskAsync(site, point));

        Assert.Equal((OperationState.Failed, "drill-failed"), (operation.State, operation.ErrorCode));
        var evidence = await EvidenceAsync(site, operation.Id);
        Assert.Equal(RestoreDrillVerdict.Failed, evidence.Drill.Verdict);
        Assert.Equal(
            ["rows:main", "title"],
            evidence
                .Checks.Where(check => check.Outcome == RestoreDrillOutcome.Failed)
                .Select(check => check.Name)
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(["wp_members: not there, 42 were taken"], evidence.Checks.Single(check => check.Name == "rows:main").Details);
        var now = (await installation.Get<BackupService>().GetAsync(Actor.Panel, site.Slug, point, token)).Value;
        Assert.Equal((null, Suspicions.DrillFailed), (now.ProvedAt, now.SuspicionCode));
        Assert.NotNull(now.Copies[0].RefutedAt);
        Assert.True((await installation.Get<DrillService>().GetRecoveryAsync(Actor.Panel, site.Slug, token)).Value.HasAlert);
        await NothingIsLeftAsync(operation.Id);

        // One that was changed without the panel's key is not even begun.
        await ChangeAsync(point, json.Replace("admin@example.org", "mallory@example.org", StringComparison.Ordinal), signature);
        var forged = await FinishAsync(await AskAsync(site, point));
        Assert.Equal((OperationState.Failed, "manifest-not-ours"), (forged.State, forged.ErrorCode));
        var refused = await EvidenceAsync(site, forged.Id);
        Assert.Equal(RestoreDrillVerdict.Failed, refused.Drill.Verdict);
        Assert.Equal(("manifest", RestoreDrillOutcome.Failed), (Assert.Single(refused.Checks).Name, refused.Checks[0].Outcome));
        await NothingIsLeftAsync(forged.Id);
        await ChangeAsync(point, json, signature);
    }

    private async Task WhatShrankIsDrilledAtOnceAsync(BackupSite site)
    {
        var token = TestContext.Current.CancellationToken;
        await site.RunPhpAsync("$wpdb->query('DROP VIEW tally_view'); $wpdb->query('DROP TABLE tallies');");
        var (taken, point) = await site.TakeAsync();
        Assert.True(taken.State == OperationState.Succeeded, taken.ErrorMessage);
        Assert.Equal(Suspicions.LostTables, point.SuspicionCode);
        Assert.Contains("main.tallies", point.Suspicion, StringComparison.Ordinal);
        var drills = installation.Get<DrillService>();
        var drill = (await drills.ListAsync(Actor.Panel, site.Slug, point.Id, new PageRequest(), token)).Value.Items.Single();
        Assert.Equal((RestoreDrillReason.Suspicious, null), (drill.Reason, drill.Verdict));

        // While it runs it is nobody's to see, and nobody's to mend.
        await StartsAsync(drill.Id, "start-db");
        var again = await drills.DrillAsync(Actor.Panel, site.Slug, point.Id, null, null, token);
        Assert.Equal((DrillQueue.DrillRunning, drill.Id), (again.Problem?.Code, again.Problem?.OperationId));
        var listed = await installation.Sites.ListAsync(Actor.Panel, new SiteFilter(), new PageRequest(), token);
        Assert.DoesNotContain(listed.Value.Items, item => item.Environment == SiteEnvironment.Drill);
        await installation.Get<Reconciler>().PassAsync(token);
        var unowned = await installation.Get<ReconciliationService>().ListUnownedAsync(Actor.Panel, new PageRequest(), token);
        Assert.DoesNotContain(unowned.Value.Items, thing => thing.Name.Contains("-drill-", StringComparison.Ordinal));

        Assert.Null((await installation.Get<OperationService>().CancelAsync(Actor.Panel, drill.Id, null, token)).Problem);
        var cancelled = await FinishAsync(drill.Id);
        Assert.Equal(OperationState.Cancelled, cancelled.State);
        Assert.Equal(RestoreDrillVerdict.BrokenOff, (await EvidenceAsync(site, drill.Id)).Drill.Verdict);
        await NothingIsLeftAsync(drill.Id);
    }

    /// <summary>Of the scratch site: no row, and nothing in the engine but the containers that it keeps for a while itself.</summary>
    private async Task NothingIsLeftAsync(Guid operation)
    {
        var token = TestContext.Current.CancellationToken;
        await using var context = await ContextAsync();
        var scratch = (await context.Operations.SingleAsync(row => row.Id == operation, token)).SiteId!.Value;
        Assert.False(await context.Sites.IgnoreQueryFilters().AnyAsync(row => row.Id == scratch, token));
        Assert.False(await context.Volumes.AnyAsync(row => row.SiteId == scratch, token));
        Assert.False(await context.Domains.AnyAsync(row => row.SiteId == scratch, token));
        Assert.DoesNotContain(
            await installation.LabelledAsync(scratch, token),
            thing => !thing.StartsWith("container", StringComparison.Ordinal)
        );
        var running = await installation.Docker.Containers.ListAsync(all: false, Filters.Label("hp.site", scratch.ToString()), token);
        Assert.Empty(running);
    }

    private async Task StartsAsync(Guid operation, string step)
    {
        await foreach (
            var view in installation.Get<OperationService>().WatchAsync(Actor.Panel, operation, TestContext.Current.CancellationToken)
        )
        {
            if (view.State != OperationState.Queued && view.Steps.Any(row => row.Name == step && row.State != StepState.Pending))
            {
                return;
            }
        }

        Assert.Fail($"The drill ended before {step}.");
    }

    private async Task<Guid> AskAsync(BackupSite site, Guid point)
    {
        var asked = await installation
            .Get<DrillService>()
            .DrillAsync(Actor.Panel, site.Slug, point, target: null, idempotencyKey: null, TestContext.Current.CancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private Task<OperationView> FinishAsync(Guid id) => installation.FinishAsync(id, TestContext.Current.CancellationToken);

    private async Task<RestoreDrillEvidence> EvidenceAsync(BackupSite site, Guid id) =>
        (await installation.Get<DrillService>().GetAsync(Actor.Panel, site.Slug, id, TestContext.Current.CancellationToken)).Value;

    private async Task<RestorePoint> Point(Guid id)
    {
        await using var context = await ContextAsync();
        return await context.RestorePoints.AsNoTracking().SingleAsync(row => row.Id == id, TestContext.Current.CancellationToken);
    }

    private async Task ChangeAsync(Guid point, string manifest, string signature)
    {
        await using var context = await ContextAsync();
        var row = await context.RestorePoints.SingleAsync(row => row.Id == point, TestContext.Current.CancellationToken);
        (row.Manifest, row.Signature) = (manifest, signature);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private Task<PanelDbContext> ContextAsync() =>
        installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
}
