using System.Net.Http.Json;
using System.Text.Json;
using HostingPanel.Cli;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class DisposabilityApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_drill_is_accepted_once_for_each_key()
    {
        var slug = await RunningSiteAsync();
        var accepted = await Api.Sites.DrillAsync(slug, "drill-key", Cancellation);
        Assert.Equal(
            ("drill-disposability", "Disposability drill", slug),
            (accepted.Operation.Kind, accepted.Operation.Title, accepted.Operation.Target)
        );
        Assert.Equal(accepted.Operation.Id, (await Api.Sites.DrillAsync(slug, "drill-key", Cancellation)).Operation.Id);
        Assert.Equal("idempotency-key-reused", (await RefusalAsync(() => Api.Sites.RestartAsync(slug, "drill-key", Cancellation))).Code);
        // The key also stands for it when it has ended.
        await SettleAsync(accepted, "Running");
        Assert.Equal(accepted.Operation.Id, (await Api.Sites.DrillAsync(slug, "drill-key", Cancellation)).Operation.Id);
    }

    [Theory]
    [InlineData("Stopped", "site-is-stopped", "Start it first")]
    [InlineData("Trashed", "site-is-trashed", "Take it out first")]
    [InlineData("Failed", "site-is-failed", "never provisioned")]
    [InlineData("New", "site-is-new", "not been provisioned yet")]
    public async Task A_site_that_does_not_run_is_not_drilled_and_the_reason_is_told(string state, string code, string words)
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, state);
        var refusal = await RefusalAsync(() => Api.Sites.DrillAsync(made.Site!.Slug, cancellationToken: Cancellation));
        Assert.Equal((409, code), (refusal.Status, refusal.Code));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_is_being_made_or_changed_is_busy()
    {
        var made = await NewSiteAsync();
        var refusal = await RefusalAsync(() => Api.Sites.DrillAsync(made.Site!.Slug, cancellationToken: Cancellation));
        Assert.Equal((409, "site-busy", made.Operation.Id), (refusal.Status, refusal.Code, refusal.OperationId));

        var slug = await RunningSiteAsync();
        var drill = await Api.Sites.DrillAsync(slug, cancellationToken: Cancellation);
        var restart = await RefusalAsync(() => Api.Sites.RestartAsync(slug, cancellationToken: Cancellation));
        Assert.Equal(("site-busy", drill.Operation.Id), (restart.Code, restart.OperationId));
        Assert.Contains("“Disposability drill” is being done", restart.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_does_not_exist_has_no_drills_and_gets_none()
    {
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Sites.DrillAsync("nobody", cancellationToken: Cancellation))).Code);
        Assert.Equal(
            "site-not-found",
            (await RefusalAsync(() => Api.Sites.ListDrillsAsync("nobody", cancellationToken: Cancellation))).Code
        );
    }

    [Fact]
    public async Task Drills_are_listed_the_newest_first_in_the_contract_s_words()
    {
        var slug = await RunningSiteAsync();
        Assert.Empty((await Api.Sites.ListDrillsAsync(slug, cancellationToken: Cancellation)).Items);
        var older = await StoreAsync(slug, "Unfinished");
        var newer = await StoreAsync(slug, "Lost");

        var first = await Api.Sites.ListDrillsAsync(slug, limit: 1, cancellationToken: Cancellation);
        var drill = Assert.Single(first.Items);
        Assert.Equal((newer, DrillVerdict.Lost, 4.5, 2), (drill.Id, drill.Verdict, drill.RecoverySeconds, drill.Containers));
        Assert.Equal(new DrillFinding(DrillSubject.Table, "main", "users", "3 rows before, 2 now", null), Assert.Single(drill.Lost));
        Assert.Equal(new KeptPath("web", "/srv/x", LayerChange.Added, "It needs a volume.", true), Assert.Single(drill.Kept));
        Assert.Equal(
            (200, "Food Bank", 3L, 7L),
            (drill.Before!.Status, drill.Before.Title, drill.Before.Databases[0].Rows, drill.Before.Volumes[0].Files)
        );
        Assert.Equal(["A cache."], drill.NotCompared);
        var second = await Api.Sites.ListDrillsAsync(slug, limit: 1, first.NextCursor, Cancellation);
        Assert.Equal(older, Assert.Single(second.Items).Id);
        Assert.Null(second.NextCursor);

        using var http = App.Http(App.Secret);
        var body = await http.GetFromJsonAsync<JsonElement>($"/api/v1/sites/{slug}/disposability-drills", Cancellation);
        Assert.Equal("lost", body.GetProperty("items")[0].GetProperty("verdict").GetString());
        Assert.Equal("unfinished", body.GetProperty("items")[1].GetProperty("verdict").GetString());
        Assert.Equal(
            "invalid-request",
            (await RefusalAsync(() => Api.Sites.ListDrillsAsync(slug, cursor: "x", cancellationToken: Cancellation))).Code
        );
    }

    [Fact]
    public async Task Hp_drills_a_site_and_shows_what_was_found()
    {
        var slug = await RunningSiteAsync();
        using var output = new StringWriter();
        Assert.Equal(0, await RunAsync(output, "sites", "drill", slug));
        Assert.Contains($"Disposability drill {slug}", output.ToString(), StringComparison.Ordinal);

        await StoreAsync(slug, "Lost");
        output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(output, "sites", "drills", slug));
        var row = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Contains("lost", row, StringComparison.Ordinal);
        Assert.Contains("4.5 s", row, StringComparison.Ordinal);
    }

    /// <summary>Writes a drill down, as the worker does.</summary>
    private async Task<Guid> StoreAsync(string slug, string verdict)
    {
        var id = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO disposability_drills (id, site_id, requested_by_name, started_at, kept, kept_total, before, container_ids, removed_at, "
                + "answered_at, was_interrupted, findings, verdict, finished_at) "
                + "SELECT $1, id, 'Ada', now(), $2::jsonb, 1, $3::jsonb, '{a,b}', now(), now() + interval '4.5 seconds', false, $4::jsonb, $5, now() "
                + "FROM sites WHERE slug = $6",
            id,
            """[{"Service":"web","Path":"/srv/x","Kind":"Added","Hint":"It needs a volume.","IsMadeAgain":true}]""",
            """
            {"Page":{"Status":200,"Title":"Food Bank","Digest":"d"},"Databases":[{"Name":"main","Rows":{"users":3}}],
             "Volumes":[{"Name":"content","Kind":"Files","Files":7,"Bytes":9,"Checksum":"c","Unread":0,"IsListed":true}],"NotCompared":["A cache."]}
            """,
            """{"Lost":[{"Subject":"Table","Where":"main","What":"users","Text":"3 rows before, 2 now","Hint":null}],"LostTotal":1,"Changed":[],"ChangedTotal":0}""",
            verdict,
            slug
        );
        return id;
    }

    private Task<int> RunAsync(StringWriter output, params string[] args)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HP_SERVER"] = PanelApp.Address.ToString(),
            ["HP_TOKEN"] = App.Secret,
        };
        var surroundings = new Surroundings(output, output, variables.GetValueOrDefault, _ => App.Http());
        return HpCommand.RunAsync(args, surroundings, Cancellation);
    }
}
