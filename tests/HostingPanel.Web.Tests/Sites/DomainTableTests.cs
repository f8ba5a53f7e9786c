using Bunit;
using HostingPanel.Domains;
using HostingPanel.Web.Sites.Domains;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

/// <summary>What is seen of host names, and what can be done with them.</summary>
public sealed class DomainTableTests : ComponentTest
{
    private static readonly DomainView Primary = new(
        "example.org",
        "example.org",
        IsPrimary: true,
        IsGiven: false,
        DomainProof.Address,
        IsServed: true,
        RedirectsTo: null,
        Now.AddDays(-30),
        Now.AddDays(-30),
        Now.AddHours(-2),
        Now.AddHours(22),
        ReleasedAt: null,
        "It leads to 192.0.2.1, which is here.",
        StraysSince: null,
        Challenge: null
    );

    private static readonly DomainView Own = Primary with
    {
        Host = "food-bank.localhost",
        Shown = "food-bank.localhost",
        IsPrimary = false,
        IsGiven = true,
        IsOwn = true,
        Proof = DomainProof.Given,
        RedirectsTo = "example.org",
        CheckedAt = null,
        NextCheckAt = null,
        Found = null,
    };

    private static readonly DomainView Pending = Primary with
    {
        Host = "xn--bcher-kva.example",
        Shown = "bücher.example",
        IsPrimary = false,
        Proof = DomainProof.Pending,
        IsServed = false,
        VerifiedAt = null,
        ReleasedAt = Now.AddDays(6),
        Found = "It leads to <b>198.51.100.7</b>.",
        Challenge = new DomainChallenge("_hostingpanel-challenge.xn--bcher-kva.example", "0123456789abcdef"),
    };

    private readonly List<string> _asked = [];

    [Fact]
    public void A_name_that_waits_says_exactly_what_to_set_and_its_twin_spelling_stands_beside_it()
    {
        var table = Table(Primary, Own, Pending);
        var row = table.FindAll("tbody tr")[2];
        Assert.Equal("bücher.example", row.QuerySelector("strong")!.TextContent);
        Assert.Equal("xn--bcher-kva.example", row.QuerySelector(".cell-sub.mono")!.TextContent);
        Assert.Equal("Not verified yet", row.QuerySelector(".chip")!.TextContent);
        Assert.Equal(
            ["192.0.2.1", "2001:db8::1", "_hostingpanel-challenge.xn--bcher-kva.example", "0123456789abcdef"],
            row.QuerySelectorAll("input[readonly]").Select(input => input.GetAttribute("value"))
        );
        Assert.Equal(
            ["A entry for xn--bcher-kva.example", "AAAA entry for xn--bcher-kva.example", "TXT entry: name", "TXT entry: text"],
            row.QuerySelectorAll("label").Select(label => label.TextContent)
        );
        // What name servers say is somebody else's text.
        Assert.Empty(row.QuerySelectorAll("b"));
        Assert.Contains("&lt;b&gt;", row.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_for_many_names_and_a_panel_without_addresses_know_the_text_alone()
    {
        var wildcard = Pending with { Host = "*.example.net", Shown = "*.example.net" };
        Assert.Equal(2, Table(wildcard).FindAll("input[readonly]").Count);
        var advice = Render<DomainAdvice>(p => p.Add(a => a.Domain, Pending).Add(a => a.Addresses, []));
        Assert.Equal(2, advice.FindAll("input[readonly]").Count);
        Assert.Contains("Until", advice.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_name_offers_what_can_be_done_with_it()
    {
        var served = Primary with { Host = "www.example.org", Shown = "www.example.org", IsPrimary = false, RedirectsTo = "example.org" };
        var table = Table(Primary, Own, served, Pending);
        Assert.Equal(
            [
                "Verify example.org now",
                "Make food-bank.localhost the primary name",
                "Verify www.example.org now",
                "Make www.example.org the primary name",
                "Remove www.example.org",
                "Verify bücher.example now",
                "Accept bücher.example without proof",
                "Remove bücher.example",
            ],
            table.FindAll(".actions-cell button").Select(button => button.GetAttribute("aria-label"))
        );
        foreach (var button in table.FindAll(".actions-cell button").Skip(3))
        {
            button.Click();
        }

        Assert.Equal(
            [
                "primary www.example.org",
                "remove www.example.org",
                "verify xn--bcher-kva.example",
                "accept xn--bcher-kva.example",
                "remove xn--bcher-kva.example",
            ],
            _asked
        );
        Assert.Contains("Visitors are sent to example.org", table.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_has_strayed_is_warned_of()
    {
        var row = Table(Primary with { StraysSince = Now.AddDays(-1), Found = "It leads to 198.51.100.7." }).Find("tbody tr");
        Assert.Equal("Leads elsewhere", row.QuerySelector(".chip-warn")!.TextContent);
        Assert.Contains("It is served all the same.", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_that_was_asked_for_is_shown_until_it_has_come() =>
        Assert.Contains("Being looked at", Table(Pending with { NextCheckAt = Now }).Markup, StringComparison.Ordinal);

    [Fact]
    public void Adding_a_name_offers_its_twin_and_to_staff_to_serve_it_at_once()
    {
        AddDomain? wanted = null;
        var form = Render<AddDomainForm>(p =>
            p.Add(f => f.MayAccept, value: true).Add(f => f.OnSubmit, (AddDomain command) => wanted = command)
        );
        Assert.Empty(form.FindAll("#add-domain-twin"));
        form.Find("#add-domain-host").Input("Bücher.example");
        Assert.Contains("www.bücher.example", form.Markup, StringComparison.Ordinal);
        form.Find("#add-domain-accept").Change(true);
        form.Find("form").Submit();
        Assert.Equal(new AddDomain("Bücher.example", WithTwin: true, IsAccepted: true), wanted);
        form.Find("#add-domain-host").Input("*.example.org");
        Assert.Empty(form.FindAll("#add-domain-twin"));
        form.Find("form").Submit();
        Assert.Equal(new AddDomain("*.example.org", WithTwin: false, IsAccepted: true), wanted);
        Assert.Empty(Render<AddDomainForm>().FindAll("#add-domain-accept"));
    }

    private IRenderedComponent<DomainTable> Table(params DomainView[] domains) =>
        Render<DomainTable>(p =>
            p.Add(table => table.Domains, new SiteDomainsView(ServesAliases: false, ["192.0.2.1", "2001:db8::1"], domains))
                .Add(table => table.IsRunning, value: true)
                .Add(table => table.OnVerify, (DomainView domain) => _asked.Add($"verify {domain.Host}"))
                .Add(table => table.OnAccept, (DomainView domain) => _asked.Add($"accept {domain.Host}"))
                .Add(table => table.OnMakePrimary, (DomainView domain) => _asked.Add($"primary {domain.Host}"))
                .Add(table => table.OnRemove, (DomainView domain) => _asked.Add($"remove {domain.Host}"))
        );
}
