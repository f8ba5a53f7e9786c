using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Domains;

/// <summary>Names are looked at in their turn: a clock that the test moves, and name servers that say what it wants.</summary>
public sealed class DomainCheckerTests(PostgresFixture postgres) : DomainRows(postgres)
{
    private const string Here = "192.0.2.1";
    private const string Host = "www.example.org";

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_leads_here_is_served_by_an_operation_of_the_panels()
    {
        await AddSiteAsync("one");
        await AddAsync("one", Host);
        var checker = NewChecker(Here);
        Assert.Equal(1, await checker.CheckAsync(Token));
        var name = await FindAsync("one", Host);
        Assert.Equal(DomainProof.Pending, name!.Proof);
        Assert.StartsWith("It has no address.", name.Found, StringComparison.Ordinal);
        // Not before its time, and ever more seldom.
        Assert.Equal(0, await checker.CheckAsync(Token));
        Dns.Addresses[Host] = new DnsFinding([Here]);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await checker.CheckAsync(Token));
        name = await FindAsync("one", Host);
        Assert.Equal((DomainProof.Address, Time.GetUtcNow(), null), (name!.Proof, name.VerifiedAt, name.ReleasedAt));
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var operation = await context.Operations.SingleAsync(Token);
        Assert.Equal((OperationKinds.ChangeDomains, OperationPriority.Repair), (operation.Kind, operation.Priority));
        Assert.Equal([Host], operation.ArgumentsAs<ChangeDomainsArguments>().Serve);
        Assert.Equal(
            $"{Host}, by its address",
            (await context.AuditEntries.SingleAsync(entry => entry.Act == AuditActs.DomainVerify, Token)).Detail
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wildcard_is_shown_by_its_zone_alone_and_a_button_makes_the_look_come_sooner()
    {
        await AddSiteAsync("one");
        var added = await AddAsync("one", "*.example.org");
        var challenge = added.Domains.Find("*.example.org")!.Challenge!;
        Assert.Equal("_hostingpanel-challenge.example.org", challenge.Name);
        var checker = NewChecker(Here);
        for (var miss = 0; miss < 3; miss++)
        {
            Assert.Equal(1, await checker.CheckAsync(Token));
            Time.Advance(TimeSpan.FromMinutes(5));
        }

        Dns.Texts[challenge.Name] = new DnsFinding([challenge.Value]);
        var asked = await Domains.VerifyAsync(Actor.Panel, "one", "*.example.org", null, Token);
        Assert.True(asked.Value.Domains.Find("*.example.org")!.NextCheckAt <= Time.GetUtcNow());
        Assert.Equal(1, await checker.CheckAsync(Token));
        Assert.Equal(DomainProof.Txt, (await FindAsync("one", "*.example.org"))!.Proof);
        // Nobody's servers are asked again and again for a button.
        await ServeAsync("*.example.org");
        await Domains.VerifyAsync(Actor.Panel, "one", "*.example.org", null, Token);
        Assert.Equal(0, await checker.CheckAsync(Token));
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await checker.CheckAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_shown_to_be_the_sites_within_a_week_is_free_for_others()
    {
        await AddSiteAsync("one");
        await AddSiteAsync("two", "others");
        await AddAsync("one", Host);
        await AddAsync("one", "accepted.example.org", isAccepted: true);
        Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await NewChecker(Here).CheckAsync(Token);
        Assert.Equal("domain-taken", await WhyNotAsync("two", Host));
        Time.Advance(TimeSpan.FromMinutes(2));
        await NewChecker(Here).CheckAsync(Token);
        Assert.Null(await FindAsync("one", Host));
        await AddAsync("two", Host);
        Assert.NotNull(await FindAsync("one", "accepted.example.org"));
        await using var context = await Contexts.CreateDbContextAsync(Token);
        Assert.Equal(Host, (await context.AuditEntries.SingleAsync(entry => entry.Act == AuditActs.DomainRelease, Token)).Detail);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_has_strayed_is_said_to_and_loses_nothing()
    {
        await AddSiteAsync("one");
        await AddAsync("one", Host);
        Dns.Addresses[Host] = new DnsFinding([Here]);
        var checker = NewChecker(Here);
        await checker.CheckAsync(Token);
        await ServeAsync(Host);
        await LookAgainAsync(new DnsFinding([], "no name server answered in time."));
        Assert.Null((await FindAsync("one", Host))!.StraysSince);
        await LookAgainAsync(new DnsFinding(["198.51.100.7"]));
        var strayed = await FindAsync("one", Host);
        Assert.Equal((DomainProof.Address, true, Time.GetUtcNow()), (strayed!.Proof, strayed.IsServed, strayed.StraysSince));
        var since = strayed.StraysSince;
        await LookAgainAsync(new DnsFinding(["198.51.100.7"]));
        Assert.Equal(since, (await FindAsync("one", Host))!.StraysSince);
        await LookAgainAsync(new DnsFinding([Here]));
        Assert.Null((await FindAsync("one", Host))!.StraysSince);

        async Task LookAgainAsync(DnsFinding finding)
        {
            Dns.Addresses[Host] = finding;
            Time.Advance(TimeSpan.FromDays(1));
            Assert.Equal(1, await checker.CheckAsync(Token));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_staff_has_accepted_is_known_once_it_leads_here()
    {
        await AddSiteAsync("one");
        await AddAsync("one", Host, isAccepted: true);
        await ServeAsync(Host);
        var checker = NewChecker(Here);
        await checker.CheckAsync(Token);
        var name = await FindAsync("one", Host);
        Assert.Equal((DomainProof.Accepted, null), (name!.Proof, name.StraysSince));
        Dns.Addresses[Host] = new DnsFinding([Here]);
        Time.Advance(TimeSpan.FromDays(1));
        await checker.CheckAsync(Token);
        Assert.Equal(DomainProof.Address, (await FindAsync("one", Host))!.Proof);
    }

    [Fact]
    public void The_looks_become_more_seldom_up_to_once_an_hour() =>
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(1, 8).Select(misses => DomainChecker.WaitAfter(misses).TotalMinutes));
}
