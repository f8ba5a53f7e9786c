using HostingPanel.Access;
using HostingPanel.Web.ClientArea;

namespace HostingPanel.Web.Tests.ClientArea;

/// <summary>Where somebody belongs, and what is offered to them there.</summary>
public sealed class ClientPlaceTests
{
    private static readonly Actor Person = new(Guid.CreateVersion7(), "Ada", null);

    [Fact]
    public void Staff_who_are_members_of_nothing_have_no_place() =>
        Assert.Empty(ClientPlace.Of(Person with { Role = StaffRole.Administrator }));

    [Fact]
    public void A_member_has_the_place_by_name_and_a_developer_the_one_of_the_site_and_each_is_offered_what_is_theirs()
    {
        var actor = Person with
        {
            Memberships = [Of("a", OrganisationRole.Viewer)],
            Sites = [At("shop", "b"), At("blog", "b"), At("own", "a")],
        };
        Assert.Equal([new ClientPlace("a", "The a"), new ClientPlace("b", "b")], ClientPlace.Of(actor));
        Assert.True(ClientPlace.May(actor, Permission.ReadOrganisations, "a"));
        Assert.False(ClientPlace.May(actor, Permission.ReadOrganisations, "b"));
        Assert.True(ClientPlace.May(actor, Permission.OperateSites, "b"));
        Assert.False(ClientPlace.May(actor, Permission.ManageMembers, "a"));
    }

    [Fact]
    public void The_way_in_leads_to_the_one_place_there_is_or_to_the_choice()
    {
        Assert.Equal("/my", ClientPlace.StartOf(Person));
        Assert.Equal("/my/a", ClientPlace.StartOf(Person with { Memberships = [Of("a", OrganisationRole.Owner)] }));
        var several = Person with { Memberships = [Of("a", OrganisationRole.Owner), Of("b", OrganisationRole.Owner)] };
        Assert.Equal("/my", ClientPlace.StartOf(several));
        Assert.Equal("/sites", ClientPlace.StartOf(several with { Role = StaffRole.Auditor }));
    }

    private static MembershipPower Of(string organisation, OrganisationRole role) =>
        new(Guid.CreateVersion7(), organisation, $"The {organisation}", role);

    private static SitePower At(string site, string organisation) =>
        new(Guid.CreateVersion7(), site, Guid.CreateVersion7(), organisation, SiteRole.Developer, DateTimeOffset.UnixEpoch.AddYears(90));
}
