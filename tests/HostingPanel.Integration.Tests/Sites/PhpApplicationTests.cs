using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>
/// An application of CiviCRM's shape from an uploaded archive: two databases that write into each other by triggers, private files outside
/// the document root, a settings file beside the code, a cron entry. Its sources are in <c>application</c>.
/// </summary>
[Collection(InstallationTests.Name)]
public sealed class PhpApplicationTests(TestInstallation installation)
{
    private const string Slug = "civic";
    private const string Host = "civic.localhost";
    private const string Title = "Bürgerverein “Ærø” & friends";
    private const string Member = "Ærøskøbing";

    [Fact(Timeout = 240_000)]
    public async Task An_uploaded_application_gets_its_code_its_databases_its_private_files_and_its_cron()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var id = await ProvisionAsync(token);

        await VisitorsSeeBothDatabasesAsync(runs: 0, token);
        await CodeBelongsToTheWebUserAsync(id, token);
        await PrivateFilesAreReachedThroughTheApplicationOnlyAsync(id, token);
        await CronLeavesItsMarkAsync(id, token);
        await DatabaseUsersMayDoWhatTheBlueprintSaysAsync(id, token);

        await DoAsync(SiteAction.Trash, token);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync(Host, "/", token)).Status);
        await DoAsync(SiteAction.Purge, token);
        Assert.Empty(await installation.LabelledAsync(id, token));
        Assert.Empty(installation.UploadedFiles);
    }

    private async Task<Guid> ProvisionAsync(CancellationToken token)
    {
        await using var archive = await PackAsync(token);
        var upload = await installation
            .Get<UploadService>()
            .StoreAsync(Actor.Panel, "application.zip", archive, idempotencyKey: null, token);
        Assert.Null(upload.Problem);
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite(Slug, "helpers", "php", Title, "admin@example.org", CodeUpload: upload.Value.Id),
            idempotencyKey: null,
            token
        );
        Assert.Null(accepted.Problem);
        var operation = await installation.FinishAsync(accepted.Value.Operation.Id, token);
        Assert.True(operation.State == OperationState.Succeeded, $"{operation.Title}: {operation.ErrorMessage}");
        return (await installation.Sites.FindIdAsync(Actor.Panel, Slug, token)).Value;
    }

    /// <summary>As most programs pack: files only, their directories not mentioned.</summary>
    private static async Task<Stream> PackAsync(CancellationToken token)
    {
        var packed = new MemoryStream();
        await using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var source = Path.Combine(AppContext.BaseDirectory, "Sites", "application");
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                await zip.CreateEntryFromFileAsync(file, Path.GetRelativePath(source, file), token);
            }
        }

        packed.Position = 0;
        return packed;
    }

    private async Task VisitorsSeeBothDatabasesAsync(int runs, CancellationToken token)
    {
        var (status, body) = await installation.VisitAsync(Host, "/", token);
        Assert.Equal(HttpStatusCode.OK, status);
        var text = WebUtility.HtmlDecode(body);
        Assert.Contains($"<title>{Title}</title>", text, StringComparison.Ordinal);
        Assert.Contains($"<dt>member</dt><dd>{Member}</dd>", text, StringComparison.Ordinal);
        // Written by the trigger of the one database into the other, on behalf of the user who called the routine.
        Assert.Contains($"<dt>history</dt><dd>wrote {Member} by second</dd>", text, StringComparison.Ordinal);
        // ... whose own trigger has answered in the first.
        Assert.Contains("<dt>counted</dt><dd>1</dd>", text, StringComparison.Ordinal);
        Assert.Contains("<dt>seen through the view</dt><dd>1</dd>", text, StringComparison.Ordinal);
        Assert.Contains($"<dt>cron</dt><dd>{runs}</dd>", text, StringComparison.Ordinal);
        Assert.Contains($"<dt>address</dt><dd>http://{Host}:{installation.HttpPort}</dd>", text, StringComparison.Ordinal);
    }

    private async Task CodeBelongsToTheWebUserAsync(Guid id, CancellationToken token)
    {
        var entries = await ListAsync(await FrontContainerAsync(id, token), "/var/www/html", token);
        var own = entries.Where(entry => entry.Key != ".hp-volume").ToDictionary();
        Assert.Contains("sites/default/README.txt", own.Keys);
        Assert.Contains("sites/default/settings.php", own.Keys);
        Assert.Contains(".hp/cron.php", own.Keys);
        Assert.All(own, entry => Assert.Equal((33, 33), (entry.Value.Uid, entry.Value.Gid)));
        // The panel's mark is nobody's but root's.
        Assert.Equal(0, entries[".hp-volume"].Uid);
    }

    private async Task PrivateFilesAreReachedThroughTheApplicationOnlyAsync(Guid id, CancellationToken token)
    {
        foreach (
            var path in (string[])
                [
                    "/members.csv",
                    "/private/members.csv",
                    "/../private/members.csv",
                    "/..%2fprivate/members.csv",
                    "/%2e%2e/private/members.csv",
                    "/sites/..%2f..%2f..%2fprivate/members.csv",
                    "/.hp/install.php",
                    "/.hp/cron.php",
                    "/.hp-volume",
                    "/download.php",
                    "/download.php?key=0",
                ]
        )
        {
            var (status, body) = await installation.VisitAsync(Host, path, token);
            Assert.True(
                status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound,
                $"{path} answers {status}."
            );
            Assert.DoesNotContain(Member, body, StringComparison.Ordinal);
        }

        var store = installation.Get<SiteStore>();
        var appKey = store.Open((await store.LoadAsync(id, null, token)).Site, "app-key");
        var key = Convert.ToHexStringLower(HMACSHA256.HashData(appKey, "members.csv"u8));
        var (served, csv) = await installation.VisitAsync(Host, $"/download.php?key={key}", token);
        Assert.Equal(HttpStatusCode.OK, served);
        Assert.Equal($"id,name\n1,{Member}\n", csv);
        var file = (await ListAsync(await FrontContainerAsync(id, token), "/var/www/private", token))["members.csv"];
        Assert.Equal((33, 33, (UnixFileMode)0b110_100_000), (file.Uid, file.Gid, file.Mode));
    }

    /// <summary>When its time comes, and when a person does not want to wait for that.</summary>
    private async Task CronLeavesItsMarkAsync(Guid id, CancellationToken token)
    {
        const string task = "application";
        var (_, said) = await installation.LetCronComeAsync(id, Slug, task, token);
        Assert.Contains("""{"runs":1}""", said);
        await VisitorsSeeBothDatabasesAsync(runs: 1, token);
        (var run, said) = await installation.RunCronAsync(Slug, task, token);
        Assert.Contains("""{"runs":2}""", said);
        Assert.True(run.FinishedAt > run.StartedAt);
        await VisitorsSeeBothDatabasesAsync(runs: 2, token);
        var written = (await ListAsync(await FrontContainerAsync(id, token), "/var/www/private", token))["cron.log"];
        Assert.Equal(33, written.Uid);
    }

    private async Task DatabaseUsersMayDoWhatTheBlueprintSaysAsync(Guid id, CancellationToken token)
    {
        var hook = (await installation.Get<SiteStore>().LoadAsync(id, null, token)).Blueprint.Hooks.Status;
        var result = await installation.RunHookAsync(id, hook!, token);
        using var status = JsonDocument.Parse(result.Output[^1]);
        foreach (var (own, other) in (ReadOnlySpan<(string, string)>)[("main", "second"), ("second", "main")])
        {
            var user = status.RootElement.GetProperty(own);
            Assert.Equal(
                [
                    $"GRANT ALL PRIVILEGES ON `{own}`.* TO `{own}`@`%`",
                    $"GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `{other}`.* TO `{own}`@`%`",
                    $"GRANT USAGE ON *.* TO `{own}`@`%`",
                ],
                Texts(user.GetProperty("grants")).Order(StringComparer.Ordinal)
            );
            Assert.Equal(["information_schema", "main", "second"], Texts(user.GetProperty("databases")).Order(StringComparer.Ordinal));
            Assert.All(
                user.GetProperty("allowed").EnumerateObject(),
                tried => Assert.Equal((tried.Name, 0), (tried.Name, tried.Value.GetInt32()))
            );
            Assert.All(
                user.GetProperty("refused").EnumerateObject(),
                tried => Assert.True(tried.Value.GetInt32() > 0, $"{own} may: {tried.Name}")
            );
        }
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString()!);

    private async Task<string> FrontContainerAsync(Guid id, CancellationToken token) =>
        Assert
            .Single(
                await installation.Docker.Containers.ListAsync(
                    all: false,
                    Filters.Label("hp.site", id.ToString()) & Filters.Label("hp.service", "web"),
                    token
                )
            )
            .Id;

    /// <summary>What is below a directory of a container, by path, as the engine sees it.</summary>
    private async Task<Dictionary<string, TarEntry>> ListAsync(string container, string directory, CancellationToken token)
    {
        await using var tar = await installation.Docker.Containers.GetArchiveAsync(container, directory, token);
        await using var reader = new TarReader(tar);
        var found = new Dictionary<string, TarEntry>(StringComparer.Ordinal);
        while (await reader.GetNextEntryAsync(copyData: false, token) is { } entry)
        {
            if (entry.Name.TrimEnd('/').Split('/', 2) is [_, var path])
            {
                found.Add(path, entry);
            }
        }

        return found;
    }

    private async Task DoAsync(SiteAction action, CancellationToken token)
    {
        var operation = await installation.DoAsync(Slug, action, token);
        Assert.True(operation.State == OperationState.Succeeded, $"{action}: {operation.ErrorMessage}");
    }
}
