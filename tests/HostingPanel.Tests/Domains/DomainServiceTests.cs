using HostingPanel.Access;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Tests.Domains;

/// <summary>Whose names are whose (ABUSE 3), and what a change asks for.</summary>
public sealed class DomainServiceTests(PostgresFixture postgres) : DomainRows(postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task A_name_is_kept_for_the_site_that_asked_first_whatever_its_spelling()
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two", "others");
        var added = await AddAsync("one", "Bücher.Example.ORG.", withTwin: true);
        Assert.Null(added.Operation);
        var name = added.Domains.Find("xn--bcher-kva.example.org")!;
        Assert.Equal(("bücher.example.org", DomainProof.Pending, false), (name.Shown, name.Proof, name.IsServed));
        Assert.Equal("_hostingpanel-challenge.xn--bcher-kva.example.org", name.Challenge?.Name);
        Assert.Equal(32, name.Challenge?.Value.Length);
        Assert.Equal(name.AddedAt.AddDays(7), name.ReleasedAt);
        Assert.NotNull(added.Domains.Find("www.xn--bcher-kva.example.org"));
        foreach (
            var spelling in new[]
            {
                "xn--bcher-kva.example.org",
                "BÜCHER.example.org",
                "XN--BCHER-KVA.example.org.",
                "www.bücher.example.org",
            }
        )
        {
            Assert.Equal((spelling, "domain-taken"), (spelling, await WhyNotAsync("two", spelling)));
        }

        Assert.Equal("domain-exists", await WhyNotAsync("one", "bücher.example.org"));
        // What is waited for is nobody's address yet.
        var shown = await Services.GetRequiredService<SiteManager>().GetAsync(Actor.Panel, "one", Token);
        Assert.Equal(["one.localhost"], shown.Value.Domains);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wildcard_covers_no_other_organisations_names_and_is_not_covered_by_them()
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two", "others");
        await AddSiteAsync("three");
        await AddAsync("one", "*.example.org");
        Assert.Equal("domain-taken", await WhyNotAsync("two", "a.example.org"));
        Assert.Equal("domain-taken", await WhyNotAsync("two", "*.example.org"));
        // One label below, not two; and not the name itself.
        await AddAsync("two", "a.b.example.org");
        await AddAsync("two", "example.org");
        Assert.Equal("domain-taken", await WhyNotAsync("one", "*.b.example.org"));
        await AddAsync("one", "*.a.b.example.org");
        // Within an organisation the more exact name wins.
        await AddAsync("three", "c.example.org");
        await AddAsync("three", "*.c.example.org");
        var made = await Services
            .GetRequiredService<SiteManager>()
            .CreateAsync(Actor.Panel, new CreateSite("four", "others", "wordpress", "T", "a@example.org", ["x.example.org"]), null, Token);
        Assert.Equal("domain-taken", made.Problem?.Code);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("panel.localhost")]
    [InlineData("PANEL.localhost.")]
    [InlineData("two.localhost")]
    [InlineData("x.two.localhost")]
    [InlineData("*.two.localhost")]
    [InlineData("nobody.localhost")]
    [InlineData("*.localhost")]
    [InlineData("example.org\r\nHost: x")]
    [InlineData("a b.example.org")]
    public async Task Names_that_are_none_or_the_panels_to_give_are_refused(string host)
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two", "others");
        Assert.Equal("invalid-request", await WhyNotAsync("one", host));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_stands_below_the_sites_own_name_needs_no_proof()
    {
        await AddSiteAsync("one");
        var added = await AddAsync("one", "www.one.localhost");
        Assert.Equal(OperationKinds.ChangeDomains, added.Operation?.Kind);
        var name = added.Domains.Find("www.one.localhost")!;
        Assert.Equal((DomainProof.Given, null, true), (name.Proof, name.Challenge, name.IsGiven));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_primary_name_stays_until_another_is_and_the_slugs_own_stays_for_good()
    {
        await AddSiteAsync("one");
        await AddAsync("one", "example.org");
        Assert.Equal("domain-not-served", (await Domains.MakePrimaryAsync(Actor.Panel, "one", "example.org", null, Token)).Problem?.Code);
        Assert.Equal("domain-is-primary", (await Domains.RemoveAsync(Actor.Panel, "one", "ONE.localhost.", Token)).Problem?.Code);
        Assert.Equal("domain-not-found", (await Domains.RemoveAsync(Actor.Panel, "one", "other.org", Token)).Problem?.Code);
        var accepted = await Domains.AcceptAsync(Actor.Panel, "one", "example.org", null, Token);
        Assert.Equal(
            (DomainProof.Accepted, true),
            (accepted.Value.Domains.Find("example.org")!.Proof, accepted.Value.Operation is not null)
        );
        Assert.Equal("domain-not-served", (await Domains.MakePrimaryAsync(Actor.Panel, "one", "example.org", null, Token)).Problem?.Code);
        await ServeAsync("example.org");
        var primary = await Domains.MakePrimaryAsync(Actor.Panel, "one", "example.org", "a-key", Token);
        Assert.Equal(
            primary.Value.Operation!.Id,
            (await Domains.MakePrimaryAsync(Actor.Panel, "one", "example.org", "a-key", Token)).Value.Operation!.Id
        );
        var arguments = (await LoadAsync(primary.Value.Operation.Id)).ArgumentsAs<ChangeDomainsArguments>();
        Assert.Equal(("example.org", "one.localhost"), (arguments.Primary, arguments.FormerPrimary));
        Assert.Equal("site-busy", (await Domains.RemoveAsync(Actor.Panel, "one", "example.org", Token)).Problem?.Code);
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            await context.Domains.ExecuteUpdateAsync(set => set.SetProperty(row => row.IsPrimary, row => row.Host == "example.org"), Token);
        }

        Assert.Equal("domain-is-given", (await Domains.RemoveAsync(Actor.Panel, "one", "one.localhost", Token)).Problem?.Code);
        await AddAsync("one", "*.example.net");
        await ServeAsync("*.example.net");
        Assert.Equal(
            "domain-is-wildcard",
            (await Domains.MakePrimaryAsync(Actor.Panel, "one", "*.example.net", null, Token)).Problem?.Code
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_never_served_goes_at_once_and_what_is_served_by_an_operation()
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two", "others");
        await AddAsync("one", "example.org");
        Assert.Null((await Domains.RemoveAsync(Actor.Panel, "one", "example.org", Token)).Value.Operation);
        await AddAsync("two", "example.org", isAccepted: true);
        await ServeAsync("example.org");
        var removed = await Domains.RemoveAsync(Actor.Panel, "two", "example.org", Token);
        Assert.Equal(["example.org"], (await LoadAsync(removed.Value.Operation!.Id)).ArgumentsAs<ChangeDomainsArguments>().Remove);
        // It stays the site's until the operation is done.
        Assert.Equal("domain-taken", await WhyNotAsync("one", "example.org"));
    }

    [Fact(Timeout = 60_000)]
    public async Task So_many_names_may_wait_and_no_more()
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two");
        for (var number = 0; number < DomainService.MostPending; number++)
        {
            await AddAsync(number % 2 == 0 ? "one" : "two", $"n{number}.example.org");
        }

        Assert.Equal("too-many-pending-domains", await WhyNotAsync("one", "one-more.example.org"));
        await AddAsync("one", "www.one.localhost");
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_who_want_a_name_at_once_do_not_both_get_it()
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two", "others");
        string[] wanted = ["a.example.org", "*.example.org"];
        for (var round = 0; round < 5; round++)
        {
            var both = await Task.WhenAll(WhyNotAsync("one", wanted[round % 2]), WhyNotAsync("two", wanted[(round + 1) % 2]));
            Assert.Equal(["domain-taken", null], both.OrderByDescending(code => code, StringComparer.Ordinal));
            await using var context = await Contexts.CreateDbContextAsync(Token);
            await context.Domains.Where(domain => domain.Proof == DomainProof.Pending).ExecuteDeleteAsync(Token);
        }
    }
}
