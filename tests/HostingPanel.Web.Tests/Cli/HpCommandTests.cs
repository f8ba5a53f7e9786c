using System.Text.Json;

namespace HostingPanel.Web.Tests.Cli;

public sealed class HpCommandTests(PanelApp app) : CliTest(app)
{
    [Fact]
    public async Task Organisations_and_sites_are_made_and_listed()
    {
        var (organisation, site) = (NewName("org"), NewName("site"));
        Assert.Equal(0, await RunAsync("organisations", "create", organisation, "--name", "Food Bank", "--plan", "large"));
        Assert.Equal(0, await RunAsync([.. Create(organisation, site), "--domain", $"www.{site}.example"]));
        Assert.Contains("queued", Out.ToString(), StringComparison.Ordinal);

        Out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("sites", "list", "--organisation", organisation));
        var lines = Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("SLUG", lines[0], StringComparison.Ordinal);
        Assert.Contains($"http://www.{site}.example", lines[1], StringComparison.Ordinal);
        Assert.Contains("new (Provision)", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_panels_own_backup_is_asked_for_and_told()
    {
        Assert.Equal(0, await RunAsync("panel-backups", "take"));
        Assert.Contains("Back up the panel", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("panel-backups", "list"));
        Assert.Equal(1, await RunAsync("panel-backups", "state"));
        Assert.Contains("never", Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("./panel recovery-kit", Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_visitors_are_treated_is_told_and_set()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        Assert.Equal(0, await RunAsync("sites", "traffic", "maintenance", slug, "on", "--text", "We move."));
        Assert.Equal(0, await RunAsync("sites", "traffic", "show", slug));
        Assert.Contains("inMaintenance, maintenanceText", Out.ToString(), StringComparison.Ordinal);

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"redirects":[{"from":"/a","to":"/b"}],"aiCrawlers":"refuse"}""", Cancellation);
            Assert.Equal(0, await RunAsync("sites", "traffic", "set", slug, "--file", file));
            Assert.Contains("redirects, aiCrawlers", Out.ToString(), StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, "no settings", Cancellation);
            Assert.Equal(2, await RunAsync("sites", "traffic", "set", slug, "--file", file));
        }
        finally
        {
            File.Delete(file);
        }

        Out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("sites", "traffic", "reset", slug));
        Assert.Contains("as the blueprint says", Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_say_what_they_may_use_and_what_they_run_with()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        await App.ExecuteAsync(
            "UPDATE site_services SET observed_nano_cpus = CASE name WHEN 'web' THEN 1000000000 ELSE 0 END, observed_memory_bytes = 536870912, "
                + "observed_pids = 200, observed_running = 1, observed_state = 'running' WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        Assert.Equal(0, await RunAsync("sites", "services", slug));
        var lines = Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^web +running +1 +1 CPU, 512 MB memory, 200 processes +the same", lines[1]);
        Assert.Matches("^db +running +1 +2 CPU, 512 MB memory, 200 processes +any CPU, 512 MB memory, 200 processes", lines[2]);
    }

    [Fact]
    public async Task Json_is_one_document_in_the_contracts_words()
    {
        var organisation = await NewOrganisationAsync();
        Assert.Equal(0, await RunAsync([.. Create(organisation.Slug, NewName("site")), "--json"]));
        using var document = JsonDocument.Parse(Out.ToString());
        Assert.Equal("queued", document.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Waiting_shows_each_step_and_ends_with_the_operation()
    {
        var made = await NewSiteAsync();
        await App.ExecuteAsync(
            "INSERT INTO operation_steps (operation_id, ordinal, name, title, state, message, started_at, finished_at) "
                + "VALUES ($1, 0, 'a', 'Make the network', 'Done', NULL, now(), now()), ($1, 1, 'b', 'Start \u001b[31m', 'Failed', 'No image', now(), now())",
            made.Operation.Id
        );
        await App.ExecuteAsync(
            "UPDATE operations SET state = 'Failed', error_code = 'image-missing', error_message = 'No image.', finished_at = now() WHERE id = $1",
            made.Operation.Id
        );
        Assert.Equal(1, await RunAsync("operations", "watch", made.Operation.Id.ToString()));
        var text = Out.ToString();
        Assert.Contains("done     Make the network (0.0 s)", text, StringComparison.Ordinal);
        Assert.Contains("failed   Start", text, StringComparison.Ordinal);
        Assert.Contains("No image. (image-missing)", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public async Task A_restore_in_place_is_explained_asked_for_and_listed()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        Assert.Equal(0, await RunAsync("backups", "restore-plan", slug, id.ToString()));
        Assert.Contains("maintenance page", Out.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(0, await RunAsync("backups", "restore", slug, id.ToString()));
        Assert.NotEqual(0, await RunAsync("backups", "restore", slug, id.ToString(), "--in-place", "--as", "another"));
        await AddRestoreAsync(slug, id, await AddVolumeAsync(slug, "content-before-0a0a0a0a"));
        Assert.Equal(0, await RunAsync("backups", "restores", slug));
        Assert.Contains(id.ToString(), Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("backups", "restore", slug, id.ToString(), "--in-place", "--without-safety-point"));
        Assert.NotEqual(0, await RunAsync("backups", "undo-restore", slug, id.ToString()));
        Assert.Contains("site-busy", Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_what_is_wrong()
    {
        Assert.Equal(1, await RunAsync(Create("nobody", "Not A Slug")));
        Assert.Contains("slug: ", Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("organisation: ", Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Out.ToString());
    }

    [Fact]
    public async Task A_busy_site_names_the_operation_in_its_way()
    {
        var made = await NewSiteAsync();
        Assert.Equal(1, await RunAsync("sites", "stop", made.Site!.Slug));
        Assert.Contains($"hp operations watch {made.Operation.Id}", Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("operations", "cancel", made.Operation.Id.ToString()));
    }

    [Fact]
    public async Task What_is_in_a_restore_point_is_shown_and_fetched()
    {
        var slug = await RunningSiteAsync();
        var id = $"{await AddRestorePointAsync(slug, "Good", isReadBack: true)}";
        await AddIndexAsync(Guid.Parse(id), """["/volumes/copy","a\u001b[31m\nb","file",5,420,33,34,"2026-01-02T03:04:05Z"]""");
        Assert.Equal(0, await RunAsync("backups", "files", slug, id, "copy"));
        Assert.Contains("0644  33:34  5 B", Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("a\\u{1b}[31m\\u{a}b", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("backups", "tables", slug, id));
        Assert.Contains("main      3     users", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("backups", "fetch", slug, id, "--database", "main", "--table", "users"));
        Assert.Contains("Fetch from a backup", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("backups", "fetch", slug, id, "--volume", "copy", "--path", "../x"));
        Assert.Contains("paths[0]", Error.ToString(), StringComparison.Ordinal);

        var download = $"{await AddDownloadAsync(slug)}";
        Assert.Equal(0, await RunAsync("backups", "downloads", "--site", slug));
        Assert.Contains(download, Out.ToString(), StringComparison.Ordinal);
        var file = Path.Combine(App.UploadsDirectory, $"{download}.tar.gz");
        Assert.Equal(0, await RunAsync("backups", "download", download, "--to", file));
        Assert.Equal("an archive", await File.ReadAllTextAsync(file, Cancellation));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        // What is there is not written over.
        Assert.NotEqual(0, await RunAsync("backups", "download", download, "--to", file));
        File.Delete(file);
    }

    [Fact]
    public async Task Without_a_server_or_token_it_says_where_to_get_them()
    {
        Assert.Equal(2, await RunAsync(["sites", "list"], []));
        Assert.Contains("HP_SERVER", Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync(["sites", "list"], new() { ["HP_SERVER"] = "http://panel.localhost", ["HOME"] = "/nonexistent" }));
        Assert.Contains("./panel token create", Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("sites", "frobnicate"));
    }

    [Fact]
    public async Task Volumes_are_listed_cloned_excluded_trashed_and_purged()
    {
        var slug = await RunningSiteAsync();
        var id = $"{await AddVolumeAsync(slug, "alone", bytes: 5 << 20)}";
        Assert.Equal(0, await RunAsync("volumes", "list", "--site", slug, "--kind", "files", "--sort", "-size"));
        var first = Out.ToString().Split('\n')[1];
        Assert.StartsWith(id, first, StringComparison.Ordinal);
        Assert.Contains("5 MB", first, StringComparison.Ordinal);
        Assert.Contains("uncovered", first, StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("volumes", "exclude", id, "--reason", "Made again every night"));
        Assert.Contains("excluded: Made again every night", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("coverage", "list", "--site", slug));
        Assert.Contains("no schedule takes them yet", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("volumes", "purge", id));
        Assert.Contains("volume-not-trashed", Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("volumes", "delete", id));
        Assert.Equal(0, await RunAsync("volumes", "purge-preview", id));
        Assert.Contains("5242880 bytes", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("volumes", "purge", id));
        Assert.Equal(2, await RunAsync("volumes", "show", "not-an-id"));

        var other = await RunningSiteAsync();
        Assert.Equal(0, await RunAsync("volumes", "measure", other));
        Assert.Contains($"Measure volumes {other}", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            0,
            await RunAsync("volumes", "clone", $"{(await Api.Sites.ListVolumesAsync(other, Cancellation)).Items[0].Id}", "copy")
        );
        Assert.Equal(0, await RunAsync("volumes", "unknown"));
    }

    [Fact]
    public async Task A_site_is_left_alone_and_mended_again()
    {
        var slug = await RunningSiteAsync();
        Assert.Equal(0, await RunAsync("sites", "hands-off", slug, "--reason", "Looking for a leak", "--hours", "2"));
        Assert.Contains("Looking for a leak (token “tests”, since", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("sites", "hands-off", slug, "--reason", "Why", "--hours", "200"));
        Out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("sites", "hands-on", slug));
        Assert.DoesNotContain("hands off", Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_nobodys_in_the_engine_is_listed_and_removed()
    {
        var id = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO unowned_things (id, kind, engine_id, name, message, first_seen_at, last_seen_at) "
                + "VALUES ($1, 'Network', 'abc', 'hp-left', 'Its site is gone.', now(), now())",
            id
        );
        Assert.Equal(0, await RunAsync("engine", "show"));
        Assert.Contains("calls of the engine", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("engine", "unowned"));
        Assert.Contains($"{id}  network  hp-left", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("engine", "remove", id.ToString()));
        Assert.Contains("hp-left", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("engine", "remove", Guid.CreateVersion7().ToString()));
        Assert.Contains("unowned-not-found", Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_is_listed_exported_and_checked_and_nothing_in_it_moves_the_terminal()
    {
        await App.WriteAuditAsync("evil \u001b[31m name");
        Assert.Equal(0, await RunAsync("audit", "list", "--act", "site.polish", "--outcome", "Done", "--actor", "evil"));
        Assert.Contains("evil \uFFFD[31m name", Out.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Out.ToString());

        var folder = Directory.CreateTempSubdirectory("hp-audit-");
        try
        {
            var file = Path.Combine(folder.FullName, "audit.csv");
            Assert.Equal(0, await RunAsync("audit", "export", file, "--format", "csv"));
            Assert.StartsWith("\"sequence\",", await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);
            Assert.Equal(2, await RunAsync("audit", "export", file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("audit", "verify", "--json"));
        using var found = JsonDocument.Parse(Out.ToString());
        var (entries, head) = (found.RootElement.GetProperty("entries").GetInt64(), found.RootElement.GetProperty("headHash").GetString());
        Assert.Equal(0, await RunAsync("audit", "verify", "--noted", $"{entries}:{head}"));
        Assert.Equal(1, await RunAsync("audit", "verify", "--noted", $"{entries}:{new string('0', 64)}"));
        Assert.Equal(2, await RunAsync("audit", "verify", "--noted", "nonsense"));
    }

    [Fact]
    public async Task A_token_can_come_from_a_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, App.Secret + "\n", Cancellation);
        try
        {
            Assert.Equal(
                0,
                await RunAsync(["organisations", "list", "--token-file", file], new() { ["HP_SERVER"] = "http://panel.localhost" })
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Create(string organisation, string slug) =>
        ["sites", "create", slug, "--organisation", organisation, "--title", "Food Bank", "--admin-email", "admin@example.org"];
}
