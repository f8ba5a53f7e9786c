using HostingPanel.Domains;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Domains;

/// <summary>What the answers of name servers prove.</summary>
public sealed class DomainLookTests
{
    private static readonly string[] Here = ["192.0.2.1", "2001:db8::1"];

    [Theory]
    [InlineData("192.0.2.1", DomainProof.Address, true, "It leads to 192.0.2.1, which is here.")]
    [InlineData("192.0.2.1 2001:0db8:0:0::1", DomainProof.Address, true, "which is here")]
    [InlineData("192.0.2.1 198.51.100.7", null, false, "It leads to 192.0.2.1, 198.51.100.7.")]
    [InlineData("198.51.100.7", null, false, "It leads to 198.51.100.7.")]
    [InlineData("", null, false, "It has no address.")]
    public void A_name_is_the_sites_when_all_of_its_addresses_are_here(string addresses, DomainProof? proof, bool leadsHere, string words)
    {
        var look = DomainLook.Of(NewDomain(), Finding(addresses), Finding(""), Here);
        Assert.Equal((proof, leadsHere), (look.Proof, look.LeadsHere));
        Assert.Contains(words, look.Found, StringComparison.Ordinal);
        Assert.Contains("There is no TXT entry at _hostingpanel-challenge.www.example.org.", look.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_the_sites_when_its_zone_says_so_wherever_it_leads()
    {
        var look = DomainLook.Of(NewDomain(), Finding("198.51.100.7"), new DnsFinding(["v=spf1 -all", " secret "]), Here);
        Assert.Equal((DomainProof.Txt, false), (look.Proof, look.LeadsHere));
        Assert.Null(DomainLook.Of(NewDomain(), Finding("198.51.100.7"), new DnsFinding(["Secret"]), Here).Proof);
        Assert.Null(DomainLook.Of(NewDomain(challenge: null), Finding("198.51.100.7"), new DnsFinding([""]), Here).Proof);
    }

    [Fact]
    public void What_nobody_can_tell_proves_nothing_and_makes_nothing_stray()
    {
        var silent = DomainLook.Of(
            NewDomain(),
            new DnsFinding([], "no name server answered in time."),
            new DnsFinding([], "SERVFAIL."),
            Here
        );
        Assert.Equal((null, null), (silent.Proof, silent.LeadsHere));
        Assert.Contains("can't be found out: no name server answered in time.", silent.Found, StringComparison.Ordinal);
        // A panel that does not know its own addresses.
        Assert.Null(DomainLook.Of(NewDomain(), Finding("192.0.2.1"), Finding(""), []).LeadsHere);
        // Nothing is asked of a wildcard but its zone.
        var wildcard = DomainLook.Of(NewDomain("*.example.org"), null, new DnsFinding(["secret"]), Here);
        Assert.Equal((DomainProof.Txt, null), (wildcard.Proof, wildcard.LeadsHere));
        Assert.Equal("The TXT entry at _hostingpanel-challenge.example.org is right.", wildcard.Found);
    }

    [Fact]
    public void What_was_found_has_an_end()
    {
        var many = new DnsFinding([.. Enumerable.Range(0, 100).Select(number => $"198.51.100.{number}")]);
        Assert.Equal(Domain.MaxFoundLength, DomainLook.Of(NewDomain(), many, Finding(""), Here).Found.Length);
    }

    private static DnsFinding Finding(string values) => new(values.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static Domain NewDomain(string host = "www.example.org", string? challenge = "secret") =>
        new()
        {
            Id = Guid.CreateVersion7(),
            SiteId = Guid.CreateVersion7(),
            Host = host,
            IsPrimary = false,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Challenge = challenge,
        };
}
