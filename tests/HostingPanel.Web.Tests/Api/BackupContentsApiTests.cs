using System.Net;
using System.Net.Http.Headers;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>What is in restore points, and the ways to get it, over REST.</summary>
public sealed class BackupContentsApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task The_first_look_makes_the_list_and_everybody_who_looks_meanwhile_waits_for_the_same()
    {
        var (slug, id) = await GoodPointAsync();
        var first = await Api.Backups.ListFilesAsync(slug, id, "copy", cancellationToken: Cancellation);
        Assert.Equal(("index-backup", slug), (first.Preparing?.Kind, first.Preparing?.Target));
        Assert.Empty(first.Items);
        Assert.Equal(
            first.Preparing!.Id,
            (await Api.Backups.ListFilesAsync(slug, id, "copy", cancellationToken: Cancellation)).Preparing?.Id
        );
        using var raw = await App.Http(App.Secret)
            .GetAsync(new Uri(PanelApp.Address, $"/api/v1/sites/{slug}/backups/{id}/files?volume=copy"), Cancellation);
        Assert.Equal(
            (HttpStatusCode.Accepted, $"/api/v1/operations/{first.Preparing.Id}"),
            (raw.StatusCode, raw.Headers.Location?.ToString())
        );
    }

    [Fact]
    public async Task A_directory_is_listed_page_by_page_with_names_that_do_nothing()
    {
        var (slug, id) = await GoodPointAsync();
        await AddIndexAsync(
            id,
            """["/volumes/copy","a\u001b[31m\nb","file",5,8389025,33,33,"2026-01-02T03:04:05Z"]""",
            """["/volumes/copy","link","symlink",0,134218239,0,0,"2026-01-01T00:00:00Z"]""",
            """["/volumes/copy","up","dir",0,2147484141,33,33,"2026-01-01T00:00:00Z"]""",
            """["/volumes/copy/up","x\u202egpj","file",7,420,33,33,"2026-01-01T00:00:00Z"]"""
        );

        var first = await Api.Backups.ListFilesAsync(slug, id, "copy", limit: 2, cancellationToken: Cancellation);
        Assert.Equal((3, null), (first.Count, first.Preparing));
        Assert.Equal(
            ("a\u001b[31m\nb", "a\\u{1b}[31m\\u{a}b", "4641", false),
            (first.Items[0].Name, first.Items[0].Shown, first.Items[0].Mode, first.Items[0].CanBeChosen)
        );
        Assert.Equal((BackupFileKind.Link, true), (first.Items[1].Kind, first.Items[1].CanBeChosen));
        var second = await Api.Backups.ListFilesAsync(
            slug,
            id,
            "copy",
            limit: 2,
            cursor: first.NextCursor,
            cancellationToken: Cancellation
        );
        Assert.Equal(("up", BackupFileKind.Directory, null), (Assert.Single(second.Items).Name, second.Items[0].Kind, second.NextCursor));
        Assert.Equal(
            "x\\u{202e}gpj",
            Assert.Single((await Api.Backups.ListFilesAsync(slug, id, "copy", "up/", cancellationToken: Cancellation)).Items).Shown
        );

        Assert.Equal(
            "path-not-found",
            (await RefusalAsync(() => Api.Backups.ListFilesAsync(slug, id, "copy", "no", cancellationToken: Cancellation))).Code
        );
        foreach (var path in (string[])["link", "link/x/..", "../copy", "/etc", "up//x"])
        {
            var refused = await RefusalAsync(() => Api.Backups.ListFilesAsync(slug, id, "copy", path, cancellationToken: Cancellation));
            Assert.Equal((400, "path"), (refused.Status, Assert.Single(refused.Errors).Path));
        }

        var volume = await RefusalAsync(() => Api.Backups.ListFilesAsync(slug, id, "data", cancellationToken: Cancellation));
        Assert.Contains("It has copy", volume.Message, StringComparison.Ordinal);
        Assert.Equal(
            400,
            (await RefusalAsync(() => Api.Backups.ListFilesAsync(slug, id, "copy", cursor: "-1", cancellationToken: Cancellation))).Status
        );
    }

    [Fact]
    public async Task Tables_are_listed_with_their_rows()
    {
        var (slug, id) = await GoodPointAsync();
        var database = Assert.Single((await Api.Backups.ListTablesAsync(slug, id, Cancellation)).Items);
        Assert.Equal(("main", 30L, 1), (database.Name, database.Bytes, database.Views));
        Assert.Equal(
            [("a`b", 1L, false), ("users", 3L, true)],
            database.Tables.Select(table => (table.Name, table.Rows, table.CanBeChosen))
        );
    }

    [Fact]
    public async Task What_can_not_be_fetched_is_refused_with_the_mend()
    {
        var (slug, id) = await GoodPointAsync();
        await AddIndexAsync(id, """["/volumes/copy","big","file",99999999999999,420,33,33,"2026-01-01T00:00:00Z"]""");
        Assert.Equal("paths[0]", await FaultAsync(new FetchRequest("copy", ["../x"])));
        Assert.Equal("paths[1]", await FaultAsync(new FetchRequest("copy", ["ok", "/etc/passwd"])));
        Assert.Equal("paths[0]", await FaultAsync(new FetchRequest("copy", ["a\nb"])));
        Assert.Equal("paths", await FaultAsync(new FetchRequest("copy")));
        Assert.Equal("volume", await FaultAsync(new FetchRequest("content", ["x"])));
        Assert.Equal("database", await FaultAsync(new FetchRequest("copy", ["x"], "main", ["users"])));
        Assert.Equal("database", await FaultAsync(new FetchRequest(Database: "mysql", Tables: ["user"])));
        Assert.Equal("tables[0]", await FaultAsync(new FetchRequest(Database: "main", Tables: ["nothing"])));
        Assert.Equal("tables[0]", await FaultAsync(new FetchRequest(Database: "main", Tables: ["a`b"])));
        Assert.Equal("path-not-found", await CodeAsync(new FetchRequest("copy", ["nothing"])));
        Assert.Equal("download-too-large", await CodeAsync(new FetchRequest("copy", ["big"])));
        Assert.Equal("copy-not-found", await CodeAsync(new FetchRequest(Target: "nowhere")));
        Assert.Equal(
            "invalid-request",
            (await RefusalAsync(() => Api.Backups.PutBackAsync(slug, id, new FetchRequest(), cancellationToken: Cancellation))).Code
        );
        var failed = await AddRestorePointAsync(slug, "Failed", isReadBack: false);
        Assert.Equal(
            "restore-point-not-good",
            (await RefusalAsync(() => Api.Backups.FetchAsync(slug, failed, new FetchRequest(), cancellationToken: Cancellation))).Code
        );
        Assert.Equal("restore-point-not-good", (await RefusalAsync(() => Api.Backups.ListTablesAsync(slug, failed, Cancellation))).Code);
        var other = await RunningSiteAsync();
        Assert.Equal(
            "restore-point-not-found",
            (await RefusalAsync(() => Api.Backups.FetchAsync(other, id, new FetchRequest(), cancellationToken: Cancellation))).Code
        );

        async Task<string> FaultAsync(FetchRequest request) => Assert.Single((await Refuse(request)).Errors).Path;
        async Task<string> CodeAsync(FetchRequest request) => (await Refuse(request)).Code;
        Task<PanelApiException> Refuse(FetchRequest request) =>
            RefusalAsync(() => Api.Backups.FetchAsync(slug, id, request, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task What_is_fetched_or_put_back_is_an_operation()
    {
        var (slug, id) = await GoodPointAsync();
        var whole = await Api.Backups.FetchAsync(slug, id, new FetchRequest(), cancellationToken: Cancellation);
        Assert.Equal(("fetch-backup", slug), (whole.Operation.Kind, whole.Operation.Target));
        using var early = await App.Http(App.Secret)
            .GetAsync(new Uri(PanelApp.Address, $"/api/v1/downloads/{whole.Operation.Id}"), Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);

        var gone = await RefusalAsync(() =>
            Api.Backups.PutBackAsync(slug, id, new FetchRequest("copy", [""]), cancellationToken: Cancellation)
        );
        Assert.Equal("volume-gone", gone.Code);
        var tables = await Api.Backups.PutBackAsync(
            slug,
            id,
            new FetchRequest(Database: "main", Tables: ["users"]),
            cancellationToken: Cancellation
        );
        Assert.Equal("put-back-tables", tables.Operation.Kind);
        Assert.Equal(
            "site-busy",
            (
                await RefusalAsync(() =>
                    Api.Backups.PutBackAsync(
                        slug,
                        id,
                        new FetchRequest(Database: "main", Tables: ["users"]),
                        cancellationToken: Cancellation
                    )
                )
            ).Code
        );
    }

    [Fact]
    public async Task A_download_is_sent_whole_or_in_parts_under_a_harmless_name_and_goes()
    {
        var (slug, _) = await GoodPointAsync();
        var id = await AddDownloadAsync(slug);
        Assert.Equal(id, Assert.Single((await Api.Downloads.ListAsync(slug, Cancellation)).Items).Id);
        using var whole = await Api.Downloads.OpenAsync(id, cancellationToken: Cancellation);
        Assert.Equal("an archive", await whole.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(
            ("attachment", $"{slug}.tar.gz"),
            (whole.Content.Headers.ContentDisposition?.DispositionType, whole.Content.Headers.ContentDisposition?.FileName)
        );
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType?.MediaType);
        Assert.True(whole.Headers.CacheControl?.NoStore);
        Assert.Equal(["nosniff"], whole.Headers.GetValues("X-Content-Type-Options"));
        using var rest = await Api.Downloads.OpenAsync(id, from: 3, Cancellation);
        Assert.Equal((HttpStatusCode.PartialContent, "archive"), (rest.StatusCode, await rest.Content.ReadAsStringAsync(Cancellation)));

        await Api.Downloads.DeleteAsync(id, Cancellation);
        Assert.Equal("download-gone", (await RefusalAsync(() => Api.Downloads.OpenAsync(id, cancellationToken: Cancellation))).Code);
        Assert.Empty((await Api.Downloads.ListAsync(slug, Cancellation)).Items);
        Assert.Equal(
            "download-not-found",
            (await RefusalAsync(() => Api.Downloads.OpenAsync(Guid.CreateVersion7(), cancellationToken: Cancellation))).Code
        );
        Assert.Equal(
            "download-gone",
            (
                await RefusalAsync(async () =>
                    await Api.Downloads.OpenAsync(
                        await AddDownloadAsync(slug, life: -TimeSpan.FromSeconds(1)),
                        cancellationToken: Cancellation
                    )
                )
            ).Code
        );
    }

    [Fact]
    public async Task Knowing_of_a_download_is_not_enough()
    {
        var (slug, _) = await GoodPointAsync();
        var id = await AddDownloadAsync(slug);
        var address = new Uri(PanelApp.Address, $"/api/v1/downloads/{id}");
        foreach (var header in (AuthenticationHeaderValue?[])[null, new("Bearer", "nobody")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = header;
            using var answer = await App.Http().SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_key_goes_once_to_who_asked_for_it_and_its_export_is_an_operation()
    {
        var (slug, _) = await GoodPointAsync();
        var repository = Assert.Single((await Api.Backups.ListRepositoriesAsync(slug, Cancellation)).Items);
        Assert.Equal(("local", $"/target/{repository.Id:N}"), (repository.Target, repository.Address));
        var asked = await Api.Backups.ExportKeyAsync(slug, repository.Id, cancellationToken: Cancellation);
        Assert.Equal("export-repository-key", asked.Operation.Kind);
        var other = await RunningSiteAsync();
        Assert.Equal(
            "repository-not-found",
            (await RefusalAsync(() => Api.Backups.ExportKeyAsync(other, repository.Id, cancellationToken: Cancellation))).Code
        );

        var anothers = await AddDownloadAsync(slug, "Key", "a key", requestedBy: Guid.CreateVersion7());
        Assert.Equal(
            "download-not-found",
            (await RefusalAsync(() => Api.Downloads.OpenAsync(anothers, cancellationToken: Cancellation))).Code
        );
        var mine = await AddDownloadAsync(slug, "Key", "a key");
        await App.ExecuteAsync(
            "UPDATE backup_downloads SET requested_by_id = (SELECT requested_by_id FROM operations WHERE id = $1) WHERE id = $2",
            asked.Operation.Id,
            mine
        );
        using var taken = await Api.Downloads.OpenAsync(mine, cancellationToken: Cancellation);
        Assert.Equal("a key", await taken.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("download-gone", (await RefusalAsync(() => Api.Downloads.OpenAsync(mine, cancellationToken: Cancellation))).Code);
        Assert.Empty((await Api.Downloads.ListAsync(slug, Cancellation)).Items);
    }

    private async Task<(string Slug, Guid Id)> GoodPointAsync()
    {
        var slug = await RunningSiteAsync();
        return (slug, await AddRestorePointAsync(slug, "Good", isReadBack: true));
    }
}
