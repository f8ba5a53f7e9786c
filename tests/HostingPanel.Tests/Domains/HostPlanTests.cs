using HostingPanel.Domains;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Tests.Domains;

/// <summary>What the gateway does with each name of a site.</summary>
public sealed class HostPlanTests
{
    [Fact]
    public void Visitors_of_other_names_are_sent_to_the_primary_one_once_it_is_known_to_lead_here()
    {
        var site = NewSite(
            ("example.org", DomainProof.Txt, null),
            ("food.localhost", DomainProof.Given, null),
            ("*.example.org", DomainProof.Txt, null),
            ("www.example.org", DomainProof.Address, "example.org")
        );
        Assert.Equal(
            [new("*.example.org"), new("example.org"), new("food.localhost", "example.org"), new("www.example.org", "example.org")],
            Plan(site)
        );
        // Before its zone is changed, a site is looked at under the panel's name.
        site.Domains[0].Proof = DomainProof.Accepted;
        Assert.Equal([new("*.example.org"), new("example.org"), new("food.localhost"), new("www.example.org", "example.org")], Plan(site));
    }

    [Fact]
    public void A_site_that_answers_to_each_of_its_names_sends_only_twins_on()
    {
        var site = NewSite(
            ("food.localhost", DomainProof.Given, null),
            ("example.org", DomainProof.Txt, null),
            ("www.example.org", DomainProof.Txt, "example.org")
        );
        site.ServesAliases = true;
        Assert.Equal([new("example.org"), new("food.localhost"), new("www.example.org", "example.org")], Plan(site));
        site.ServesAliases = false;
        Assert.Equal([new("example.org", "food.localhost"), new("food.localhost"), new("www.example.org", "food.localhost")], Plan(site));
    }

    [Fact]
    public void Of_a_pair_the_primary_one_answers()
    {
        var site = NewSite(("www.example.org", DomainProof.Accepted, "example.org"), ("example.org", DomainProof.Accepted, null));
        Assert.Equal([new("example.org", "www.example.org"), new("www.example.org")], Plan(site));
    }

    [Fact]
    public void What_is_not_served_is_not_there_and_nobody_is_sent_to_it()
    {
        var site = NewSite(
            ("food.localhost", DomainProof.Given, null),
            ("example.org", DomainProof.Pending, null),
            ("www.example.org", DomainProof.Txt, "example.org")
        );
        site.ServesAliases = true;
        site.Domains[1].IsServed = false;
        Assert.Equal([new("food.localhost"), new("www.example.org")], Plan(site));
    }

    private static IReadOnlyList<RouteHost> Plan(Site site) => HostPlan.Of(site, new DomainRules(new PanelOptions()));

    private static Site NewSite(params (string Host, DomainProof Proof, string? RedirectTo)[] names)
    {
        var site = new Site
        {
            Id = Guid.CreateVersion7(),
            ShortId = "food",
            Slug = "food",
            OrganisationId = Guid.CreateVersion7(),
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = "Food",
            AdminEmail = "a@example.org",
            Environment = SiteEnvironment.Live,
            State = SiteState.Running,
            SubnetIndex = 0,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        site.Domains.AddRange(
            names.Select(
                (name, index) =>
                    new Domain
                    {
                        Id = Guid.CreateVersion7(),
                        SiteId = site.Id,
                        Host = name.Host,
                        IsPrimary = index == 0,
                        CreatedAt = DateTimeOffset.UnixEpoch,
                        Proof = name.Proof,
                        RedirectTo = name.RedirectTo,
                    }
            )
        );
        return site;
    }
}
