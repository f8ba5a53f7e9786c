using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>The "Bad input", and what people try in names and host names (ABUSE.md, 1 and 3).</summary>
public sealed class BadSiteInputTests(PanelApp app) : ApiTest(app)
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a;id")]
    [InlineData("a$(id)")]
    [InlineData("a`id`")]
    [InlineData("a\nb")]
    [InlineData("a'b")]
    [InlineData("a\"b")]
    [InlineData("--help")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("a--b")]
    [InlineData("a-")]
    [InlineData("sit\u0435")] // a Cyrillic letter that looks like e
    [InlineData("a\u202Eb")] // right-to-left override
    [InlineData("panel")] // the panel's own
    [InlineData("this-slug-has-thirty-one-letters")]
    public async Task An_impossible_slug_is_refused(string? slug) => await RefusedAsync(site => site with { Slug = slug }, "slug");

    [Fact]
    public async Task A_slug_of_300_characters_is_refused() =>
        await RefusedAsync(site => site with { Slug = new string('a', 300) }, "slug");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("@example.org")]
    [InlineData("a@b")]
    [InlineData("a@example.org\nBcc: b@example.org")]
    [InlineData("\"a b\"@example.org")]
    [InlineData("a@exa mple.org")]
    [InlineData("<script>@example.org")]
    public async Task An_address_that_is_none_is_refused(string? email) =>
        await RefusedAsync(site => site with { AdminEmail = email }, "adminEmail");

    [Theory]
    [InlineData(null)]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("escape \u001b[31m")]
    [InlineData("over\u202Eride")]
    public async Task A_title_that_people_can_not_read_is_refused(string? title) =>
        await RefusedAsync(site => site with { Title = title }, "title");

    [Theory]
    [InlineData("")]
    [InlineData("localhost")] // one label
    [InlineData("www.example.org:8080")]
    [InlineData("http://www.example.org")]
    [InlineData("www.example.org/path")]
    [InlineData("*.example.org")]
    [InlineData("www .example.org")]
    [InlineData("www.example.org\r\nX-Header: 1")]
    [InlineData("a`||`.example.org")]
    [InlineData("Host(`x`).example.org")]
    [InlineData("-a.example.org")]
    [InlineData("a_b.example.org")]
    [InlineData("..example.org")]
    [InlineData("192.168.1.1")]
    [InlineData("[::1]")]
    [InlineData("example.org..")]
    [InlineData("panel.localhost")] // the panel's own name
    [InlineData("PANEL.localhost.")]
    [InlineData("other.localhost")] // the name that a site called "other" would have
    public async Task A_host_name_that_can_not_be_the_sites_is_refused(string host) =>
        await RefusedAsync(site => site with { Domains = ["good.example.org", host] }, "domains[1]");

    [Fact]
    public async Task A_host_name_is_stored_in_its_normal_form_and_has_one_owner_however_it_is_written()
    {
        var organisation = await NewOrganisationAsync();
        var first = await Api.Sites.CreateAsync(
            GoodSite(organisation.Slug) with
            {
                Domains = ["  WWW.Bücher.Example. ", "www.bücher.example"],
            },
            cancellationToken: Cancellation
        );
        Assert.Equal("www.xn--bcher-kva.example", first.Site!.Domains[0]);
        Assert.Equal(2, first.Site.Domains.Count);

        var somebodyElse = await NewOrganisationAsync();
        foreach (var twin in (string[])["www.bücher.example", "WWW.XN--BCHER-KVA.EXAMPLE", "www.xn--bcher-kva.example."])
        {
            foreach (var owner in (string[])[organisation.Slug, somebodyElse.Slug])
            {
                var refusal = await RefusedWithoutTraceAsync(GoodSite(owner) with { Domains = ["free.example.org", twin] });
                Assert.Equal((409, "domain-taken"), (refusal.Status, refusal.Code));
                Assert.Contains("www.xn--bcher-kva.example", refusal.Message, StringComparison.Ordinal);
                // Whose it is stays their business.
                Assert.DoesNotContain(first.Site.Slug, refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_taken_slug_is_refused()
    {
        var taken = (await NewSiteAsync()).Site!;
        foreach (var organisation in (string[])[taken.Organisation, (await NewOrganisationAsync()).Slug])
        {
            var refusal = await RefusedWithoutTraceAsync(GoodSite(organisation) with { Slug = taken.Slug });
            Assert.Equal((409, "slug-taken"), (refusal.Status, refusal.Code));
            Assert.Contains($"“{taken.Slug}”", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_blueprint_and_an_unknown_organisation_are_both_named()
    {
        var refusal = await RefusedWithoutTraceAsync(GoodSite("nobody") with { Blueprint = "wordperss" });
        Assert.Equal((400, "invalid-request"), (refusal.Status, refusal.Code));
        Assert.Equal(["blueprint", "organisation"], refusal.Errors.Select(error => error.Path));
        Assert.Contains("wordpress", refusal.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_and_what_is_missing_is_asked_for()
    {
        var refusal = await RefusedWithoutTraceAsync(new CreateSiteRequest(null, null, null, null, null, ["no name", null!]));
        Assert.Equal(
            ["slug", "title", "adminEmail", "blueprint", "organisation", "domains[0]", "domains[1]"],
            refusal.Errors.Select(error => error.Path)
        );
        Assert.All(refusal.Errors.Take(5), error => Assert.Contains("is needed", error.Message, StringComparison.Ordinal));
        Assert.All(refusal.Errors, error => Assert.EndsWith(".", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_sites_that_want_one_slug_and_one_host_name_at_once_one_gets_them()
    {
        var organisations = await Task.WhenAll(NewOrganisationAsync(), NewOrganisationAsync());
        var slug = NewName("site");
        var codes = await Task.WhenAll(organisations.Select(organisation => CodeOfAsync(GoodSite(organisation.Slug) with { Slug = slug })));
        Assert.Equal(["made", "slug-taken"], codes.Order());

        string[] domains = [$"www.{slug}.example"];
        codes = await Task.WhenAll(
            organisations.Select(organisation => CodeOfAsync(GoodSite(organisation.Slug) with { Domains = domains }))
        );
        Assert.Equal(["domain-taken", "made"], codes.Order());
    }

    [Fact]
    public async Task An_organisation_out_of_its_plan_is_refused_and_nothing_is_left_behind()
    {
        var organisation = await NewOrganisationAsync("small");
        await Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation);
        var second = GoodSite(organisation.Slug);
        var refusal = await RefusedWithoutTraceAsync(second);
        Assert.Equal((409, "plan-exhausted"), (refusal.Status, refusal.Code));
        Assert.Contains("all 1 site of its plan “small”", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await RefusalAsync(() => Api.Sites.GetAsync(second.Slug!, Cancellation))).Status);
    }

    [Fact]
    public async Task Twenty_sites_at_once_at_a_plan_of_one_make_exactly_one()
    {
        var organisation = await NewOrganisationAsync("small");
        var attempts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CodeOfAsync(GoodSite(organisation.Slug))));
        Assert.Equal(1, attempts.Count(attempt => attempt == "made"));
        Assert.Equal(19, attempts.Count(attempt => attempt == "plan-exhausted"));
        Assert.Equal(1, (await Api.Organisations.GetAsync(organisation.Slug, Cancellation)).Sites);
    }

    [Fact]
    public async Task A_blueprint_that_wants_an_archive_gets_one_and_others_do_not()
    {
        var organisation = await NewOrganisationAsync();
        var without = await RefusalAsync(() =>
            Api.Sites.CreateAsync(GoodSite(organisation.Slug) with { Blueprint = "php" }, cancellationToken: Cancellation)
        );
        Assert.Equal("codeUpload", Assert.Single(without.Errors).Path);
        var unknown = await RefusalAsync(() =>
            Api.Sites.CreateAsync(
                GoodSite(organisation.Slug) with
                {
                    Blueprint = "php",
                    CodeUpload = Guid.Parse("019a7f2e-5b1c-7c3d-9e4f-0a1b2c3d4e5f", CultureInfo.InvariantCulture),
                },
                cancellationToken: Cancellation
            )
        );
        Assert.Equal("codeUpload", Assert.Single(unknown.Errors).Path);

        var upload = await Api.Uploads.CreateAsync("app.tar.gz", new MemoryStream([1, 2, 3]), cancellationToken: Cancellation);
        var superfluous = await RefusalAsync(() =>
            Api.Sites.CreateAsync(GoodSite(organisation.Slug) with { CodeUpload = upload.Id }, cancellationToken: Cancellation)
        );
        Assert.Equal("codeUpload", Assert.Single(superfluous.Errors).Path);
        var made = await Api.Sites.CreateAsync(
            GoodSite(organisation.Slug) with
            {
                Blueprint = "php",
                CodeUpload = upload.Id,
            },
            cancellationToken: Cancellation
        );
        Assert.Equal("php", made.Site!.Blueprint);
    }

    private async Task RefusedAsync(Func<CreateSiteRequest, CreateSiteRequest> spoil, string path)
    {
        var organisation = await NewOrganisationAsync();
        var refusal = await RefusedWithoutTraceAsync(spoil(GoodSite(organisation.Slug)));
        Assert.Equal((400, "invalid-request"), (refusal.Status, refusal.Code));
        Assert.Equal(path, Assert.Single(refusal.Errors).Path);
    }

    /// <summary>Refused, and not a row and not a file more than before, although the request has an idempotency key.</summary>
    private async Task<PanelApiException> RefusedWithoutTraceAsync(CreateSiteRequest request)
    {
        var before = await App.InventoryAsync();
        var refusal = await RefusalAsync(() => Api.Sites.CreateAsync(request, NewName("key"), Cancellation));
        Assert.Equal(before, await App.InventoryAsync());
        return refusal;
    }

    private async Task<string> CodeOfAsync(CreateSiteRequest request)
    {
        try
        {
            await Api.Sites.CreateAsync(request, cancellationToken: Cancellation);
            return "made";
        }
        catch (PanelApiException refusal)
        {
            return refusal.Code;
        }
    }
}

/// <summary>The web process on a disk that is as good as full.</summary>
public sealed class FullDiskApp(PostgresFixture postgres) : PanelApp(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings) =>
        settings["Panel:MinFreeMegabytes"] = settings["Volumes:DangerMegabytes"] = "2000000000";
}

public sealed class FullDiskTests(FullDiskApp app) : ApiTest<FullDiskApp>(app)
{
    [Fact]
    public async Task Without_disk_space_no_site_is_begun_and_no_archive_taken()
    {
        var request = GoodSite((await NewOrganisationAsync()).Slug);
        var before = await App.InventoryAsync();
        var site = await RefusalAsync(() => Api.Sites.CreateAsync(request, NewName("key"), Cancellation));
        Assert.Equal((507, "no-disk-space"), (site.Status, site.Code));
        Assert.Contains("2000000000 MB are kept back", site.Message, StringComparison.Ordinal);
        var archive = await RefusalAsync(() => Api.Uploads.CreateAsync("a.zip", new MemoryStream([1]), NewName("key"), Cancellation));
        Assert.Equal((507, "no-disk-space"), (archive.Status, archive.Code));
        Assert.Equal(before, await App.InventoryAsync());
    }
}
