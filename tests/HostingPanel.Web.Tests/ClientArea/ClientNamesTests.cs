using Bunit;
using HostingPanel.Certificates;
using HostingPanel.Domains;
using HostingPanel.Web.ClientArea;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.ClientArea;

/// <summary>A site's names as its people see them.</summary>
public sealed class ClientNamesTests : ComponentTest
{
    private static readonly DomainView Served = new(
        "example.org",
        "example.org",
        IsPrimary: false,
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

    private static readonly DomainView Pending = Served with
    {
        Host = "xn--bcher-kva.example",
        Shown = "bücher.example",
        Proof = DomainProof.Pending,
        IsServed = false,
        VerifiedAt = null,
        Found = "It leads to <b>198.51.100.7</b>.",
        Challenge = new DomainChallenge("_hostingpanel-challenge.xn--bcher-kva.example", "0123456789abcdef"),
    };

    private readonly List<string> _asked = [];

    [Fact]
    public void Who_may_change_them_is_offered_what_each_allows()
    {
        var names = Names(mayChange: true, Served, Pending, Served with { Host = "a.test", Shown = "a.test", IsPrimary = true });
        foreach (var button in names.FindAll(".client-acts button"))
        {
            button.Click();
        }

        Assert.Equal(["primary example.org", "remove example.org", "verify xn--bcher-kva.example", "remove xn--bcher-kva.example"], _asked);
        Assert.Contains("&lt;b&gt;", names.Markup, StringComparison.Ordinal);
        Assert.Contains("0123456789abcdef", names.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Others_see_how_they_are_and_nothing_to_press()
    {
        var names = Names(mayChange: false, Served, Pending);
        Assert.Empty(names.FindAll(".client-acts button"));
        Assert.Equal(["Works", "Waits for you"], names.FindAll(".chip").Select(chip => chip.TextContent));
    }

    [Theory]
    [InlineData(CertificateState.Good, "Visitors reach it encrypted.")]
    [InlineData(CertificateState.RunningOut, "Visitors reach it encrypted.")]
    [InlineData(CertificateState.Asking, "on the way")]
    [InlineData(CertificateState.Failing, "tried again by itself")]
    [InlineData(CertificateState.None, "Whoever hosts for you")]
    public void Each_name_that_is_served_says_whether_browsers_trust_it(CertificateState state, string words)
    {
        var names = Names(mayChange: false, [Certificate("example.org", state), Certificate(Pending.Host, state)], Served, Pending);
        Assert.Single(names.FindAll("li"), item => item.TextContent.Contains(words, StringComparison.Ordinal));
    }

    private static CertificateView Certificate(string host, CertificateState state) =>
        new(
            host,
            "food-bank",
            state,
            "For the provider.",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            "dns",
            "For the provider.",
            null
        );

    private IRenderedComponent<ClientNames> Names(bool mayChange, params DomainView[] domains) => Names(mayChange, [], domains);

    private IRenderedComponent<ClientNames> Names(bool mayChange, CertificateView[] certificates, params DomainView[] domains) =>
        Render<ClientNames>(p =>
            p.Add(names => names.Site, Site())
                .Add(names => names.Domains, domains)
                .Add(names => names.Addresses, ["192.0.2.1"])
                .Add(names => names.Certificates, certificates)
                .Add(names => names.MayChange, mayChange)
                .Add(names => names.OnVerify, (DomainView domain) => _asked.Add($"verify {domain.Host}"))
                .Add(names => names.OnMakePrimary, (DomainView domain) => _asked.Add($"primary {domain.Host}"))
                .Add(names => names.OnRemove, (DomainView domain) => _asked.Add($"remove {domain.Host}"))
        );
}
