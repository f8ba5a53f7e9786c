using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Tests.AccessRules;

/// <summary>The one place that decides.</summary>
public sealed class AccessPolicyTests
{
    private static readonly Guid Ours = Guid.CreateVersion7();
    private static readonly Guid Theirs = Guid.CreateVersion7();
    private static readonly Guid Site = Guid.CreateVersion7();
    private static readonly AccessScope OurSite = new(Ours, Site, "site", "food-bank");
    private static readonly AccessScope OurOtherSite = new(Ours, Guid.CreateVersion7(), "site", "pantry");
    private static readonly AccessScope TheirSite = new(Theirs, Guid.CreateVersion7(), "site", "shelter");
    private static readonly AccessScope Provider = new(null, null, "token", "1");

    [Fact]
    public void What_one_may_not_even_see_is_answered_as_what_is_not_there()
    {
        var manager = Member(OrganisationRole.Manager);
        Assert.Null(AccessPolicy.Check(manager, Permission.TakeBackups, OurSite));
        Assert.Equal("not-permitted", AccessPolicy.Check(manager, Permission.DeleteSites, OurSite)?.Code);
        var hidden = AccessPolicy.Check(manager, Permission.DeleteSites, TheirSite)!;
        Assert.Equal(Problem.NotFound("site", "shelter").ToString(), hidden.ToString());
        Assert.Equal("not-permitted", AccessPolicy.Check(manager, Permission.ReadOperations)?.Code);
        Assert.Null(AccessPolicy.CheckAnywhere(manager, Permission.ReadOperations));
    }

    [Fact]
    public void Each_role_has_what_the_one_below_has()
    {
        Assert.Superset(RolePermissions.Of(OrganisationRole.Viewer).ToHashSet(), RolePermissions.Of(OrganisationRole.Manager).ToHashSet());
        Assert.Superset(RolePermissions.Of(OrganisationRole.Manager).ToHashSet(), RolePermissions.Of(OrganisationRole.Owner).ToHashSet());
        Assert.Equal(Enum.GetValues<Permission>().Order(), RolePermissions.Of(StaffRole.Administrator).Order());
        Assert.All(RolePermissions.Of(StaffRole.Auditor), permission => Assert.True(permission.IsRead()));
    }

    [Fact]
    public void Nobody_has_nothing()
    {
        Assert.All(
            Enum.GetValues<Permission>(),
            permission =>
            {
                Assert.True(AccessPolicy.ReachOf(Actor.Nobody, permission).IsNowhere);
                Assert.False(Actor.Nobody.May(permission));
            }
        );
    }

    [Fact]
    public void Every_permission_has_a_name_of_its_own_and_something_that_it_is_seen_by()
    {
        Assert.Distinct(Permissions.Names);
        Assert.All(
            Enum.GetValues<Permission>(),
            permission =>
            {
                Assert.Equal(permission, Permissions.Parse(permission.ToName()));
                Assert.Matches("^[a-z]+\\.[a-z-]+$", permission.ToName());
                Assert.True(permission.SeenBy().IsRead());
                // Who may do it may look: else it would be answered that there is no such thing.
                foreach (var role in Enum.GetValues<OrganisationRole>())
                {
                    Assert.True(!RolePermissions.Of(role).Contains(permission) || RolePermissions.Of(role).Contains(permission.SeenBy()));
                }
            }
        );
        Assert.Null(Permissions.Parse("sites.raed"));
    }

    [Fact]
    public void A_site_alone_reaches_no_further()
    {
        var developer = new Actor(Guid.CreateVersion7(), "Dev", null)
        {
            Sites = [new SitePower(Site, "food-bank", Ours, "springfield", SiteRole.Developer, DateTimeOffset.MaxValue)],
        };
        Assert.Null(AccessPolicy.Check(developer, Permission.OperateSites, OurSite));
        Assert.Equal("site-not-found", AccessPolicy.Check(developer, Permission.OperateSites, OurOtherSite)?.Code);
        Assert.Equal("not-permitted", AccessPolicy.Check(developer, Permission.RestoreBackups, OurSite)?.Code);
        Assert.True(developer.May(Permission.OperateSites, "springfield", "food-bank"));
        Assert.False(developer.May(Permission.OperateSites, "springfield", "pantry"));
        Assert.False(developer.IsStaff);
    }

    [Fact]
    public void A_token_has_no_more_than_its_maker_had_and_has()
    {
        var admin = new Powers(StaffRole.Administrator, [], []);
        var auditor = new Powers(StaffRole.Auditor, [], []);
        Assert.NotNull(AccessPolicy.Check(Token(now: auditor, made: admin), Permission.OperateSites, OurSite));
        Assert.NotNull(AccessPolicy.Check(Token(now: admin, made: auditor), Permission.OperateSites, OurSite));
        Assert.Null(AccessPolicy.Check(Token(now: admin, made: auditor), Permission.ReadSites, OurSite));
        Assert.NotNull(AccessPolicy.Check(Token(now: Powers.None, made: admin), Permission.ReadSites, OurSite));

        // One who was of the staff and is an owner now: what they made for a site elsewhere is not theirs any more.
        var owner = new Powers(null, [new MembershipPower(Theirs, "theirs", "Theirs", OrganisationRole.Owner)], []);
        var token = Token(owner, admin);
        Assert.NotNull(AccessPolicy.Check(token with { Limits = token.Limits! with { SiteId = Site } }, Permission.ReadSites, OurSite));
    }

    [Fact]
    public void The_limits_of_a_token_all_count()
    {
        var admin = new Powers(StaffRole.Administrator, [], []);
        var token = Token(admin, admin);
        Actor With(TokenLimits limits) => token with { Limits = limits };

        var reads = With(token.Limits! with { IsReadOnly = true });
        Assert.Null(AccessPolicy.Check(reads, Permission.ReadLogs, OurSite));
        Assert.NotNull(AccessPolicy.Check(reads, Permission.OperateSites, OurSite));

        var scoped = With(token.Limits! with { Scopes = [Permission.ReadSites] });
        Assert.Null(AccessPolicy.Check(scoped, Permission.ReadSites));
        Assert.NotNull(AccessPolicy.Check(scoped, Permission.ReadBackups, OurSite));

        var site = With(token.Limits! with { SiteId = Site });
        Assert.Null(AccessPolicy.Check(site, Permission.DeleteSites, OurSite));
        Assert.NotNull(AccessPolicy.Check(site, Permission.ReadSites, OurOtherSite));
        Assert.NotNull(AccessPolicy.Check(site, Permission.ReadEngine));

        var organisation = With(token.Limits! with { OrganisationId = Ours });
        Assert.Null(AccessPolicy.Check(organisation, Permission.ReadSites, OurOtherSite));
        Assert.NotNull(AccessPolicy.Check(organisation, Permission.ReadSites, TheirSite));
        Assert.NotNull(AccessPolicy.Check(organisation, Permission.ManageTokens, Provider));
        Assert.False(organisation.IsStaff);
    }

    [Fact]
    public void Every_operation_and_every_action_on_a_site_needs_something()
    {
        foreach (var kind in typeof(OperationKinds).GetFields().Where(field => field.IsLiteral))
        {
            var word = (string)kind.GetRawConstantValue()!;
            Assert.True(
                OperationAccess.PermissionFor(word) != OperationAccess.Unwritten,
                $"Say in OperationAccess who may ask for {word}."
            );
        }

        Assert.All(Enum.GetValues<SiteAction>(), action => OperationAccess.PermissionFor(action));
    }

    private static Actor Member(OrganisationRole role) =>
        new(Guid.CreateVersion7(), "Mo", null) { Memberships = [new MembershipPower(Ours, "springfield", "Springfield", role)] };

    private static Actor Token(Powers now, Powers made) =>
        new(Guid.CreateVersion7(), "token", now.Role)
        {
            Kind = ActorKind.Token,
            Memberships = now.Memberships,
            Sites = now.Sites,
            Limits = new TokenLimits(made),
        };
}
