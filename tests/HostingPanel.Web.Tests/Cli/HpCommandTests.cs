using System.Text.Json;
using HostingPanel.Cli;

namespace HostingPanel.Web.Tests.Cli;

public sealed class HpCommandTests(PanelApp app) : Api.VolumeApiTest(app)
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Organisations_and_sites_are_made_and_listed()
    {
        var (organisation, site) = (NewName("org"), NewName("site"));
        Assert.Equal(0, await RunAsync("organisations", "create", organisation, "--name", "Food Bank", "--plan", "large"));
        Assert.Equal(0, await RunAsync([.. Create(organisation, site), "--domain", $"www.{site}.example"]));
        Assert.Contains("queued", _out.ToString(), StringComparison.Ordinal);

        _out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("sites", "list", "--organisation", organisation));
        var lines = _out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("SLUG", lines[0], StringComparison.Ordinal);
        Assert.Contains($"http://www.{site}.example", lines[1], StringComparison.Ordinal);
        Assert.Contains("new (Provision)", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_panels_own_backup_is_asked_for_and_told()
    {
        Assert.Equal(0, await RunAsync("panel-backups", "take"));
        Assert.Contains("Back up the panel", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("panel-backups", "list"));
        Assert.Equal(1, await RunAsync("panel-backups", "state"));
        Assert.Contains("never", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("./panel recovery-kit", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_and_people_are_looked_after()
    {
        var name = NewName("script");
        Assert.Equal(0, await RunAsync("tokens", "create", "--name", name, "--read-only", "--from", "127.0.0.1", "--json"));
        using var made = JsonDocument.Parse(_out.ToString());
        Assert.NotNull(made.RootElement.GetProperty("secret").GetString());
        var id = made.RootElement.GetProperty("token").GetProperty("id").GetGuid();
        Assert.Equal(0, await RunAsync("tokens", "list"));
        Assert.Contains(name, _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("tokens", "revoke", id.ToString()));
        Assert.Equal(1, await RunAsync("tokens", "revoke", id.ToString()));
        Assert.Contains("token-not-found", _error.ToString(), StringComparison.Ordinal);

        var organisation = await NewOrganisationAsync();
        var account = await App.NewAccountAsync(role: null);
        await App.ExecuteAsync(
            "INSERT INTO memberships (account_id, organisation_id, role, since) SELECT $1, id, 'Viewer', now() FROM organisations WHERE slug = $2",
            account.Id,
            organisation.Slug
        );
        Assert.Equal(0, await RunAsync("members", "change", organisation.Slug, account.Id.ToString(), "--role", "manager"));
        _out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("members", "list", organisation.Slug));
        Assert.Contains("manager", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("members", "access", organisation.Slug));
        Assert.Equal(0, await RunAsync("members", "remove", organisation.Slug, account.Id.ToString()));

        var person = account.Id.ToString();
        Assert.Equal(0, await RunAsync("people", "set-role", person, "--role", "auditor"));
        Assert.Equal(0, await RunAsync("people", "suspend", person));
        Assert.Equal(0, await RunAsync("people", "list"));
        Assert.Contains("auditor, suspended", _out.ToString(), StringComparison.Ordinal);
        foreach (var act in (string[])["resume", "end-sessions", "reset-factors", "take-role", "remove"])
        {
            Assert.Equal((act, 0), (act, await RunAsync("people", act, person)));
        }

        Assert.Equal(1, await RunAsync("people", "remove", person));
        Assert.Contains("person-not-found", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_invited_and_the_mail_server_is_set_from_a_file()
    {
        var (organisation, email) = (await NewOrganisationAsync(), $"{NewName("bob")}@example.org");
        Assert.Equal(
            0,
            await RunAsync("invitations", "create", email, "--organisation", organisation.Slug, "--role", "viewer", "--json")
        );
        using var made = JsonDocument.Parse(_out.ToString());
        var id = made.RootElement.GetProperty("id").GetString()!;
        Assert.Equal(1, await RunAsync("invitations", "create", email, "--staff", "operator", "--days", "3"));
        Assert.Contains("siteAccessDays", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("invitations", "list", "--organisation", organisation.Slug));
        Assert.Contains("as viewer", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("invitations", "resend", id));
        Assert.Equal(0, await RunAsync("invitations", "withdraw", id));
        Assert.Equal(1, await RunAsync("invitations", "resend", id));

        Assert.Equal(1, await RunAsync("mail", "server"));
        Assert.Equal(1, await RunAsync("mail", "test", email));
        Assert.Contains("no-mail-server", _error.ToString(), StringComparison.Ordinal);
        await AddSealingKeyAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "canary\n", Cancellation);
        string[] server = ["mail", "set-server", "--host", "smtp.example.org", "--sender", "panel@example.org", "--sender-name", "Panel"];
        Assert.Equal(0, await RunAsync([.. server, "--user", "panel", "--password-file", file]));
        File.Delete(file);
        Assert.Equal(2, await RunAsync([.. server, "--password-file", file]));
        _out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("mail", "server"));
        Assert.Contains("smtp.example.org:587", _out.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("mail", "test", email));
        Assert.Equal(0, await RunAsync("mail", "list"));
        Assert.Contains("waiting", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("mail", "forget-server"));
    }

    [Fact]
    public async Task How_visitors_are_treated_is_told_and_set()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        Assert.Equal(0, await RunAsync("sites", "traffic", "maintenance", slug, "on", "--text", "We move."));
        Assert.Equal(0, await RunAsync("sites", "traffic", "show", slug));
        Assert.Contains("inMaintenance, maintenanceText", _out.ToString(), StringComparison.Ordinal);

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"redirects":[{"from":"/a","to":"/b"}],"aiCrawlers":"refuse"}""", Cancellation);
            Assert.Equal(0, await RunAsync("sites", "traffic", "set", slug, "--file", file));
            Assert.Contains("redirects, aiCrawlers", _out.ToString(), StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, "no settings", Cancellation);
            Assert.Equal(2, await RunAsync("sites", "traffic", "set", slug, "--file", file));
        }
        finally
        {
            File.Delete(file);
        }

        _out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("sites", "traffic", "reset", slug));
        Assert.Contains("as the blueprint says", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_document_in_the_contracts_words()
    {
        var organisation = await NewOrganisationAsync();
        Assert.Equal(0, await RunAsync([.. Create(organisation.Slug, NewName("site")), "--json"]));
        using var document = JsonDocument.Parse(_out.ToString());
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
        var text = _out.ToString();
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
        Assert.Contains("maintenance page", _out.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(0, await RunAsync("backups", "restore", slug, id.ToString()));
        Assert.NotEqual(0, await RunAsync("backups", "restore", slug, id.ToString(), "--in-place", "--as", "another"));
        await AddRestoreAsync(slug, id, await AddVolumeAsync(slug, "content-before-0a0a0a0a"));
        Assert.Equal(0, await RunAsync("backups", "restores", slug));
        Assert.Contains(id.ToString(), _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("backups", "restore", slug, id.ToString(), "--in-place", "--without-safety-point"));
        Assert.NotEqual(0, await RunAsync("backups", "undo-restore", slug, id.ToString()));
        Assert.Contains("site-busy", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_what_is_wrong()
    {
        Assert.Equal(1, await RunAsync(Create("nobody", "Not A Slug")));
        Assert.Contains("slug: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("organisation: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public async Task A_busy_site_names_the_operation_in_its_way()
    {
        var made = await NewSiteAsync();
        Assert.Equal(1, await RunAsync("sites", "stop", made.Site!.Slug));
        Assert.Contains($"hp operations watch {made.Operation.Id}", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("operations", "cancel", made.Operation.Id.ToString()));
    }

    [Fact]
    public async Task What_is_in_a_restore_point_is_shown_and_fetched()
    {
        var slug = await RunningSiteAsync();
        var id = $"{await AddRestorePointAsync(slug, "Good", isReadBack: true)}";
        await AddIndexAsync(Guid.Parse(id), """["/volumes/copy","a\u001b[31m\nb","file",5,420,33,34,"2026-01-02T03:04:05Z"]""");
        Assert.Equal(0, await RunAsync("backups", "files", slug, id, "copy"));
        Assert.Contains("0644  33:34  5 B", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("a\\u{1b}[31m\\u{a}b", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("backups", "tables", slug, id));
        Assert.Contains("main      3     users", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("backups", "fetch", slug, id, "--database", "main", "--table", "users"));
        Assert.Contains("Fetch from a backup", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("backups", "fetch", slug, id, "--volume", "copy", "--path", "../x"));
        Assert.Contains("paths[0]", _error.ToString(), StringComparison.Ordinal);

        var download = $"{await AddDownloadAsync(slug)}";
        Assert.Equal(0, await RunAsync("backups", "downloads", "--site", slug));
        Assert.Contains(download, _out.ToString(), StringComparison.Ordinal);
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
        Assert.Contains("HP_SERVER", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync(["sites", "list"], new() { ["HP_SERVER"] = "http://panel.localhost", ["HOME"] = "/nonexistent" }));
        Assert.Contains("./panel token create", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("sites", "frobnicate"));
    }

    [Fact]
    public async Task Volumes_are_listed_cloned_excluded_trashed_and_purged()
    {
        var slug = await RunningSiteAsync();
        var id = $"{await AddVolumeAsync(slug, "alone", bytes: 5 << 20)}";
        Assert.Equal(0, await RunAsync("volumes", "list", "--site", slug, "--kind", "files", "--sort", "-size"));
        var first = _out.ToString().Split('\n')[1];
        Assert.StartsWith(id, first, StringComparison.Ordinal);
        Assert.Contains("5 MB", first, StringComparison.Ordinal);
        Assert.Contains("uncovered", first, StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("volumes", "exclude", id, "--reason", "Made again every night"));
        Assert.Contains("excluded: Made again every night", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("coverage", "list", "--site", slug));
        Assert.Contains("no schedule takes them yet", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("volumes", "purge", id));
        Assert.Contains("volume-not-trashed", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("volumes", "delete", id));
        Assert.Equal(0, await RunAsync("volumes", "purge-preview", id));
        Assert.Contains("5242880 bytes", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("volumes", "purge", id));
        Assert.Equal(2, await RunAsync("volumes", "show", "not-an-id"));

        var other = await RunningSiteAsync();
        Assert.Equal(0, await RunAsync("volumes", "measure", other));
        Assert.Contains($"Measure volumes {other}", _out.ToString(), StringComparison.Ordinal);
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
        Assert.Contains("Looking for a leak (token “tests”, since", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("sites", "hands-off", slug, "--reason", "Why", "--hours", "200"));
        _out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("sites", "hands-on", slug));
        Assert.DoesNotContain("hands off", _out.ToString(), StringComparison.Ordinal);
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
        Assert.Contains("calls of the engine", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("engine", "unowned"));
        Assert.Contains($"{id}  network  hp-left", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("engine", "remove", id.ToString()));
        Assert.Contains("hp-left", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("engine", "remove", Guid.CreateVersion7().ToString()));
        Assert.Contains("unowned-not-found", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_is_listed_exported_and_checked_and_nothing_in_it_moves_the_terminal()
    {
        await App.WriteAuditAsync("evil \u001b[31m name");
        Assert.Equal(0, await RunAsync("audit", "list", "--act", "site.polish", "--outcome", "Done", "--actor", "evil"));
        Assert.Contains("evil \uFFFD[31m name", _out.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _out.ToString());

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

        _out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("audit", "verify", "--json"));
        using var found = JsonDocument.Parse(_out.ToString());
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

    private Task<int> RunAsync(params string[] args) =>
        RunAsync(args, new() { ["HP_SERVER"] = PanelApp.Address.ToString(), ["HP_TOKEN"] = App.Secret });

    private Task<int> RunAsync(string[] args, Dictionary<string, string> variables) =>
        HpCommand.RunAsync(args, new Surroundings(_out, _error, variables.GetValueOrDefault, _ => App.Http()), Cancellation);
}
