using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Browsing;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>A restore point of a real WordPress is looked into, and parts of it are fetched and put back.</summary>
[Collection(RestorePointTests.Name)]
public sealed class BrowseBackupTests(TestInstallation installation)
{
    private const string Enrich = """
        $wpdb->query('CREATE TABLE clans (id INT PRIMARY KEY, n INT) ENGINE=InnoDB');
        $wpdb->query("INSERT INTO clans VALUES (1, 10), (2, 20)");
        $wpdb->query('CREATE TABLE kin (id INT PRIMARY KEY, clan INT, words TEXT, FOREIGN KEY (clan) REFERENCES clans (id)) ENGINE=InnoDB');
        $wpdb->query("INSERT INTO kin VALUES (1, 1, 'it''s; \\\\! DEFINER=root\n-- Dump completed')");
        echo $wpdb->get_var('SELECT COUNT(*) FROM kin');
        """;

    private const string Files = """
        mkdir -p /v/content/uploads/deep; cd /v/content/uploads; printf hello >hello.txt; chown 33:34 hello.txt; ln -s /etc/passwd link
        printf '<?php echo "ran";' >deep/evil.php; printf 'Require all granted\n' >deep/.htaccess; printf s >tool; chmod 4755 tool; printf x >$'two\nlines'; chmod -R a+rX .
        """;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 400_000)]
    public async Task What_is_in_a_restore_point_can_be_looked_at_fetched_and_put_back_and_leaves_nothing_else_behind()
    {
        var site = await BackupSite.CreateAsync(installation, "browsed");
        Assert.Equal("1", await site.RunPhpAsync(Enrich));
        await site.RunBesideAsync(Files);
        var (taken, point) = await site.TakeAsync();
        Assert.True(taken.State == OperationState.Succeeded, taken.ErrorMessage);
        var before = await site.KeptAsync();

        await LookAsync(site, point.Id);
        await FetchFilesAsync(site, point.Id);
        await FetchTablesAsync(site, point.Id);
        await FetchAllAsync(site, point.Id);
        await PutFilesBackAsync(site, point.Id);
        await PutTablesBackAsync(site, point.Id);
        await ExportAsync(site, point);

        Assert.Equal(before, await site.KeptAsync());
        Assert.DoesNotContain(
            await installation.Docker.Volumes.ListAsync(installation.Mine, None),
            volume => volume.Name.Contains("scratch", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            await installation.Docker.Secrets.ListAsync(installation.Mine, None),
            secret => secret.Spec.Name.Contains("repo-", StringComparison.Ordinal)
        );
        await site.PurgeAsync();
    }

    private async Task LookAsync(BackupSite site, Guid point)
    {
        var first = (await ListAsync(site, point, null)).Value;
        await SucceedsAsync(first.Preparing!.Id);
        var root = (await ListAsync(site, point, string.Empty)).Value;
        Assert.Contains(root.Page.Items, file => file is { Name: "uploads", Kind: BackupFileKind.Directory });
        Assert.DoesNotContain(root.Page.Items, file => file.Name == ".hp-volume");
        var uploads = (await ListAsync(site, point, "uploads")).Value.Page.Items;
        Assert.Equal(["deep", "hello.txt", "link", "tool", "two\\u{a}lines"], uploads.Select(file => file.Shown));
        Assert.Equal(
            (BackupFileKind.File, 5L, "0644", 33L, 34L),
            (uploads[1].Kind, uploads[1].Bytes, uploads[1].Mode, uploads[1].Uid, uploads[1].Gid)
        );
        Assert.Equal((BackupFileKind.Link, "4755"), (uploads[2].Kind, uploads[3].Mode));
        Assert.Equal("invalid-request", (await ListAsync(site, point, "uploads/link")).Problem?.Code);
        var tables = await installation.Get<BrowseService>().ListTablesAsync(Actor.Panel, site.Slug, point, None);
        Assert.Equal(2, tables.Value.Single().Tables.Single(table => table.Name == "clans").Rows);
    }

    private async Task FetchFilesAsync(BackupSite site, Guid point)
    {
        var archive = await FetchAsync(
            site,
            point,
            new FetchFromBackup("content", ["uploads/hello.txt", "uploads/link", "uploads/tool", "uploads/deep"])
        );
        Assert.Equal(
            ["README.txt", "manifest.json", "manifest.sig"],
            archive.Keys.Where(name => !name.StartsWith("volumes/", StringComparison.Ordinal))
        );
        var hello = archive["volumes/content/uploads/hello.txt"];
        Assert.Equal(("hello", 33, 34), (Text(hello), hello.Entry.Uid, hello.Entry.Gid));
        var link = archive["volumes/content/uploads/link"].Entry;
        Assert.Equal((TarEntryType.SymbolicLink, "/etc/passwd"), (link.EntryType, link.LinkName));
        Assert.Equal((UnixFileMode)0b111_101_101, archive["volumes/content/uploads/tool"].Entry.Mode);
        Assert.DoesNotContain(archive.Keys, name => name.Contains("two", StringComparison.Ordinal));
        var stored = (await installation.Get<BackupService>().GetManifestAsync(Actor.Panel, site.Slug, point, None)).Value;
        Assert.Equal((stored.Json, stored.Signature), (Text(archive["manifest.json"]), Text(archive["manifest.sig"]).Trim()));
    }

    private async Task FetchTablesAsync(BackupSite site, Guid point)
    {
        var archive = await FetchAsync(site, point, new FetchFromBackup(Database: "main", Tables: ["kin"]));
        var sql = Text(archive["databases/main.sql"]);
        Assert.Contains("CREATE TABLE `kin`", sql, StringComparison.Ordinal);
        Assert.Contains("FOREIGN KEY", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("wp_users", sql, StringComparison.Ordinal);
    }

    private async Task FetchAllAsync(BackupSite site, Guid point)
    {
        var archive = await FetchAsync(site, point, new FetchFromBackup());
        var manifest = await site.ManifestAsync(point);
        Assert.Equal(manifest.Databases.Single().Sha256, Convert.ToHexStringLower(SHA256.HashData(archive["databases/main.sql"].Content)));
        Assert.Equal("x", Text(archive["volumes/content/uploads/two\nlines"]));
        Assert.Equal(
            manifest.Volumes.Single().Bytes,
            archive.Where(pair => pair.Key.StartsWith("volumes/", StringComparison.Ordinal)).Sum(pair => (long)pair.Value.Content.Length)
        );
        Assert.Contains("mariadb --sandbox", Text(archive["README.txt"]), StringComparison.Ordinal);
    }

    private async Task PutFilesBackAsync(BackupSite site, Guid point)
    {
        await site.RunBesideAsync("printf changed >/v/content/uploads/hello.txt; rm /v/content/uploads/deep/evil.php");
        await PutBackAsync(site, point, new FetchFromBackup("content", ["uploads"]));

        var beside = await site.RunBesideAsync(
            "cd /v/content; echo restored-*; cat uploads/hello.txt restored-*/files/uploads/hello.txt; stat -c ' %u:%g %a' restored-* restored-*/files/uploads/tool"
        );
        var directory = beside.Split('\n')[0];
        Assert.Matches("^restored-[0-9]{8}-[0-9a-f]{6}$", directory);
        Assert.Equal($"{directory}\nchangedhello 33:33 700\n 0:0 755", beside);
        foreach (var path in (string[])["uploads/hello.txt", "uploads/deep/evil.php", "uploads/deep/", "uploads/tool"])
        {
            var (status, body) = await installation.VisitAsync($"{site.Slug}.localhost", $"/wp-content/{directory}/files/{path}", None);
            Assert.True(status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{path}: {status} {body}");
        }
    }

    private async Task PutTablesBackAsync(BackupSite site, Guid point)
    {
        await site.RunPhpAsync("$wpdb->query('UPDATE clans SET n = 99'); $wpdb->query('DELETE FROM kin');");
        await PutBackAsync(site, point, new FetchFromBackup(Database: "main", Tables: ["clans", "kin"]));
        Assert.Equal(
            "99 30 1 no foreign key",
            await site.RunPhpAsync(
                """
                $clans = $wpdb->get_var("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'restored%clans'");
                $kin = str_replace('clans', 'kin', $clans);
                echo $wpdb->get_var('SELECT MAX(n) FROM clans'), ' ', $wpdb->get_var("SELECT SUM(n) FROM `$clans`"), ' ',
                    $wpdb->get_var("SELECT words = 'it''s; \\\\! DEFINER=root\n-- Dump completed' FROM `$kin`"), ' ',
                    str_contains($wpdb->get_row("SHOW CREATE TABLE `$kin`", ARRAY_N)[1], 'FOREIGN') ? 'foreign key' : 'no foreign key';
                """
            )
        );
    }

    /// <summary>What restic itself, run by hand with the exported key, can list and restore.</summary>
    private async Task ExportAsync(BackupSite site, RestorePointView point)
    {
        var repositories = installation.Get<RepositoryService>();
        var repository = (await repositories.ListAsync(Actor.Panel, site.Slug, None)).Value.Single();
        var asked = await repositories.ExportKeyAsync(Actor.Panel, site.Slug, repository.Id, null, None);
        await SucceedsAsync(asked.Value.Id);
        var downloads = installation.Get<DownloadService>();
        Assert.Equal(
            "download-not-found",
            (await downloads.OpenAsync(Actor.Panel with { Id = Guid.CreateVersion7() }, asked.Value.Id, None)).Problem?.Code
        );
        var file = await File.ReadAllTextAsync((await downloads.OpenAsync(Actor.Panel, asked.Value.Id, None)).Value.Path, None);
        Assert.Equal("download-gone", (await downloads.OpenAsync(Actor.Panel, asked.Value.Id, None)).Problem?.Code);

        var said = await VolumeSite.RunAsync(
            installation,
            $"""
            ln -s /v/target /target
            cat >/tmp/key <<'KEY'
            {file}
            KEY
            set -a; . /tmp/key; set +a; export RESTIC_CACHE_DIR=/tmp/cache
            restic snapshots --json | jq -r '.[].id'; restic restore {point.Copies.Single().Snapshot} --target /tmp/out >/dev/null
            cat /tmp/out/volumes/content/uploads/hello.txt; echo; tail -n 1 /tmp/out/scratch/databases/main.sql
            """,
            [($"{installation.Name}-backups", "target")]
        );
        Assert.EndsWith($"{point.Copies.Single().Snapshot}\nhello\n-- hp-dump: complete", said, StringComparison.Ordinal);

        // Abuse case 23: the key is in that one file, and in nothing that was said of it.
        var key = file.Split('\n').Single(line => line.StartsWith("RESTIC_PASSWORD=", StringComparison.Ordinal)).Split('\'')[1];
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(None);
        Assert.DoesNotContain(
            await context.OperationLog.Select(line => line.Text).ToListAsync(None),
            line => line.Contains(key, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            await context.OperationSteps.Select(step => step.Message).ToListAsync(None),
            line => line?.Contains(key, StringComparison.Ordinal) == true
        );
    }

    private Task<Outcome<DirectoryView>> ListAsync(BackupSite site, Guid point, string? path) =>
        installation.Get<BrowseService>().ListFilesAsync(Actor.Panel, site.Slug, point, "content", path, new PageRequest(200), None);

    private async Task PutBackAsync(BackupSite site, Guid point, FetchFromBackup what)
    {
        var asked = await installation.Get<FetchService>().PutBackAsync(Actor.Panel, site.Slug, point, what, null, None);
        Assert.Null(asked.Problem);
        await SucceedsAsync(asked.Value.Id);
    }

    private async Task<Dictionary<string, (TarEntry Entry, byte[] Content)>> FetchAsync(BackupSite site, Guid point, FetchFromBackup what)
    {
        var asked = await installation.Get<FetchService>().FetchAsync(Actor.Panel, site.Slug, point, what, null, None);
        Assert.Null(asked.Problem);
        await SucceedsAsync(asked.Value.Id);
        var download = (await installation.Get<DownloadService>().OpenAsync(Actor.Panel, asked.Value.Id, None)).Value;
        var bytes = await File.ReadAllBytesAsync(download.Path, None);
        Assert.Equal((download.View.Bytes, download.View.Sha256), (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        var entries = new Dictionary<string, (TarEntry, byte[])>(StringComparer.Ordinal);
        await using var tar = new TarReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        while (await tar.GetNextEntryAsync(copyData: true, None) is { } entry)
        {
            using var content = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(content, None);
            entries[entry.Name] = (entry, content.ToArray());
        }

        return entries;
    }

    private async Task SucceedsAsync(Guid operation)
    {
        var ended = await installation.FinishAsync(operation, None);
        Assert.True(ended.State == OperationState.Succeeded, $"{ended.Title}: {ended.ErrorMessage}");
    }

    private static string Text((TarEntry Entry, byte[] Content) file) => Encoding.UTF8.GetString(file.Content);
}
