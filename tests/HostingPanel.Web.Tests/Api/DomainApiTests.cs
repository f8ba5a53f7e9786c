using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HostingPanel.Cli;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class DomainApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_name_is_added_is_told_how_to_be_verified_and_becomes_the_primary_one()
    {
        var slug = await RunningSiteAsync();
        var (own, host) = ($"{slug}.localhost", $"bücher.{slug}.example.org");
        var before = await Api.Domains.ListAsync(slug, Cancellation);
        Assert.Equal((AliasMode.Redirect, own), (before.Aliases, Assert.Single(before.Items).Host));
        Assert.Equal((DomainProof.Given, true, true), (before.Items[0].Proof, before.Items[0].Primary, before.Items[0].Served));

        var added = await Api.Domains.AddAsync(slug, new AddDomainRequest(host, WithTwin: true), cancellationToken: Cancellation);
        Assert.Null(added.Operation);
        var normal = $"xn--bcher-kva.{slug}.example.org";
        var name = Find(added.Domains, normal);
        Assert.Equal((host, DomainProof.Pending, false), (name.Shown, name.Proof, name.Served));
        Assert.Equal($"_hostingpanel-challenge.{normal}", name.Challenge!.Name);
        Assert.NotNull(name.ReleasedAt);
        Assert.Equal(DomainProof.Pending, Find(added.Domains, $"www.{normal}").Proof);

        var looked = await Api.Domains.VerifyAsync(slug, host, cancellationToken: Cancellation);
        Assert.NotNull(Find(looked.Domains, normal).NextCheckAt);
        var refusal = await RefusalAsync(() => Api.Domains.MakePrimaryAsync(slug, normal, cancellationToken: Cancellation));
        Assert.Equal((409, "domain-not-served"), (refusal.Status, refusal.Code));

        var accepted = await Api.Domains.AcceptAsync(slug, normal, cancellationToken: Cancellation);
        Assert.Equal(("change-domains", "Change host names"), (accepted.Operation!.Kind, accepted.Operation.Title));
        await ServeAsync(slug);
        var primary = await Api.Domains.MakePrimaryAsync(slug, normal, "a-key", Cancellation);
        Assert.Equal(primary.Operation!.Id, (await Api.Domains.MakePrimaryAsync(slug, normal, "a-key", Cancellation)).Operation!.Id);
        var busy = await RefusalAsync(() => Api.Domains.RemoveAsync(slug, normal, Cancellation));
        Assert.Equal(("site-busy", primary.Operation.Id), (busy.Code, busy.OperationId));
        // What is not served yet is nobody's address, and goes at once.
        Assert.Equal([own, normal], (await Api.Sites.GetAsync(slug, Cancellation)).Domains);
        Assert.Null((await Api.Domains.RemoveAsync(slug, $"www.{normal}", Cancellation)).Operation);
    }

    [Fact]
    public async Task A_change_of_the_site_answers_202_and_one_of_rows_alone_200()
    {
        var slug = await RunningSiteAsync();
        using var http = App.Http(App.Secret);
        var at = new Uri($"/api/v1/sites/{slug}/domains", UriKind.Relative);
        using var pending = await http.PostAsJsonAsync(at, new { host = $"a.{slug}.example.org" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, pending.StatusCode);
        using var accepted = await http.PostAsJsonAsync(at, new { host = $"b.{slug}.example.org", accept = true }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.StartsWith("/api/v1/operations/", accepted.Headers.Location!.ToString(), StringComparison.Ordinal);
        var body = await http.GetFromJsonAsync<JsonElement>(at, Cancellation);
        Assert.Equal("redirect", body.GetProperty("aliases").GetString());
        Assert.Contains("pending", body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("proof").GetString()));
        using var nothing = await http.PutAsJsonAsync(
            new Uri($"/api/v1/sites/{slug}/domain-aliases", UriKind.Relative),
            new { },
            Cancellation
        );
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        await ServeAsync(slug);
        var changed = await Api.Domains.SetAliasesAsync(slug, AliasMode.Serve, Cancellation);
        Assert.Equal("change-domains", changed.Operation?.Kind);
        Assert.Null((await Api.Domains.SetAliasesAsync(slug, AliasMode.Redirect, Cancellation)).Operation);
    }

    [Theory]
    [InlineData("panel.localhost")]
    [InlineData("somebody-else.localhost")]
    [InlineData("example.org\r\nHost: evil")]
    [InlineData("example.org use_backend evil")]
    [InlineData("*.com")]
    [InlineData("аpple.example")]
    [InlineData("")]
    public async Task What_is_no_name_for_a_site_is_refused_at_its_field(string host)
    {
        var slug = await RunningSiteAsync();
        var refusal = await RefusalAsync(() => Api.Domains.AddAsync(slug, new AddDomainRequest(host), cancellationToken: Cancellation));
        Assert.Equal((400, "invalid-request", "host"), (refusal.Status, refusal.Code, Assert.Single(refusal.Errors).Path));
    }

    [Fact]
    public async Task A_name_has_one_owner_whatever_its_spelling_and_a_new_site_does_not_get_it_either()
    {
        var (one, another) = (await RunningSiteAsync(), await RunningSiteAsync());
        var host = $"{one}.example.org";
        await Api.Domains.AddAsync(one, new AddDomainRequest($"*.{host}"), cancellationToken: Cancellation);
        await Api.Domains.AddAsync(one, new AddDomainRequest(host), cancellationToken: Cancellation);
        foreach (var spelling in new[] { host.ToUpperInvariant(), $"{host}.", $"a.{host}", $"*.{host}" })
        {
            var refusal = await RefusalAsync(() =>
                Api.Domains.AddAsync(another, new AddDomainRequest(spelling), cancellationToken: Cancellation)
            );
            Assert.Equal((spelling, 409, "domain-taken"), (spelling, refusal.Status, refusal.Code));
        }

        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Domains.ListAsync("nobody", Cancellation))).Code);
        Assert.Equal(
            "domain-not-found",
            (await RefusalAsync(() => Api.Domains.VerifyAsync(another, host, cancellationToken: Cancellation))).Code
        );
    }

    [Fact]
    public async Task Hp_lists_names_says_what_to_set_and_changes_them()
    {
        var slug = await RunningSiteAsync();
        var host = $"www.{slug}.example.org";
        using var output = new StringWriter();
        Assert.Equal(0, await RunAsync(output, "sites", "domains", "add", slug, host));
        Assert.Contains("pending", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"_hostingpanel-challenge.{host}  ", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync(output, "sites", "domains", "verify", slug, host));
        output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(output, "sites", "domains", "accept", slug, host));
        Assert.Contains($"Change host names {slug}", output.ToString(), StringComparison.Ordinal);
        await ServeAsync(slug);
        output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(output, "sites", "domains", "list", slug));
        Assert.Contains("accepted", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("given, primary", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync(output, "sites", "domains", "aliases", slug, "serve"));
        Assert.Equal(1, await RunAsync(output, "sites", "domains", "make-primary", slug, host));
        Assert.Equal(1, await RunAsync(output, "sites", "domains", "remove", slug, "nothing.example.org"));
    }

    private static Domain Find(SiteDomains domains, string host) => Assert.Single(domains.Items, item => item.Host == host);

    /// <summary>As the worker does, which then is done.</summary>
    private async Task ServeAsync(string slug)
    {
        await App.ExecuteAsync(
            "UPDATE domains SET is_served = true WHERE proof <> 'Pending' AND site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        await App.ExecuteAsync(
            "UPDATE operations SET state = 'Succeeded', finished_at = now() WHERE target = $1 AND kind = 'change-domains'",
            slug
        );
    }

    private Task<int> RunAsync(TextWriter output, params string[] args)
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
