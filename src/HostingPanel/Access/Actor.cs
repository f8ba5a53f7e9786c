using HostingPanel.Audit;

namespace HostingPanel.Access;

/// <summary>What somebody who acts is.</summary>
public enum ActorKind
{
    /// <summary>Somebody who is not signed in.</summary>
    Nobody,

    /// <summary>A person with an account.</summary>
    Person,

    /// <summary>A script with an API token.</summary>
    Token,

    /// <summary>The panel by itself: schedules, repairs, the ends of operations.</summary>
    Panel,

    /// <summary>Whoever runs the panel's command line on the server; they own the engine anyway.</summary>
    Server,
}

/// <summary>
/// Who acts, with all that they may: nothing else is looked at when <c>AccessPolicy</c> decides. Made at the edge from a cookie, a circuit
/// or a token, with the powers as they are then; every use case takes one.
/// </summary>
/// <param name="Id">The account's or the token's id; empty for the panel itself.</param>
/// <param name="Name">Shown beside what they did.</param>
/// <param name="Role">What they are among the staff, or null when they are not of it.</param>
public sealed record Actor(Guid Id, string Name, StaffRole? Role)
{
    /// <summary>Somebody who is not signed in.</summary>
    public static Actor Nobody { get; } = new(Guid.Empty, "nobody", null) { Kind = ActorKind.Nobody };

    /// <summary>The panel acting by itself.</summary>
    public static Actor Panel { get; } = new(Guid.Empty, "panel", StaffRole.Administrator) { Kind = ActorKind.Panel };

    /// <summary>The panel's command line on the server.</summary>
    public static Actor Server { get; } = new(Guid.Empty, "server", StaffRole.Administrator) { Kind = ActorKind.Server };

    /// <summary>What they are.</summary>
    public ActorKind Kind { get; init; } = ActorKind.Person;

    /// <summary>What they are in organisations.</summary>
    public IReadOnlyList<MembershipPower> Memberships { get; init; } = [];

    /// <summary>What they are to single sites, for a time.</summary>
    public IReadOnlyList<SitePower> Sites { get; init; } = [];

    /// <summary>What a token takes away from the powers of whoever made it; null for a person.</summary>
    public TokenLimits? Limits { get; init; }

    /// <summary>The session that they act in; null for who acts in none.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The network address that they act from, as the gateway gave it; null for who comes by no network.</summary>
    public string? Address { get; init; }

    /// <summary>Where it is written down that they may not do something; null where nobody keeps such a list.</summary>
    public AuditRefusals? Refusals { get; init; }

    /// <summary>Asks again what they may; null where that can't change.</summary>
    public Func<CancellationToken, Task<Actor>>? Refresh { get; init; }

    /// <summary>The role that is written down for what they did; null for that of their powers.</summary>
    internal string? ActedAs { get; init; }

    /// <summary>Their powers without a token's limits.</summary>
    public Powers Powers => new(Role, Memberships, Sites);

    /// <summary>True for whoever belongs to the provider: they see more than organisations.</summary>
    public bool IsStaff => Role is not null && Limits?.OrganisationId is null;

    /// <summary>Whether something is to be offered to them. The use case decides for itself, on what it has loaded.</summary>
    /// <param name="permission">What.</param>
    /// <param name="organisation">In the organisation of this slug; null for anywhere.</param>
    /// <param name="site">To the site of this slug in it; null where no site is meant.</param>
    public bool May(Permission permission, string? organisation = null, string? site = null) =>
        AccessPolicy.Offers(this, permission, organisation, site);

    /// <summary>The same actor with the powers of now, for what goes on for a while, such as a stream.</summary>
    public Task<Actor> NowAsync(CancellationToken cancellationToken) => Refresh?.Invoke(cancellationToken) ?? Task.FromResult(this);

    /// <summary>As which role they act on something, for the audit.</summary>
    /// <param name="organisationId">Whose it is; null when that is not known.</param>
    /// <param name="siteId">The site that it belongs to, if to one.</param>
    internal string? RoleFor(Guid? organisationId, Guid? siteId)
    {
        if (ActedAs is not null)
        {
            return ActedAs;
        }

        if (Role is { } staff)
        {
            return staff.ToString();
        }

        if (Memberships.FirstOrDefault(power => power.OrganisationId == organisationId) is { } member)
        {
            return member.Role.ToString();
        }

        if (Sites.FirstOrDefault(power => power.SiteId == siteId) is { } site)
        {
            return site.Role.ToString();
        }

        return string.Join(", ", Memberships.Select(power => power.Role.ToString()).Distinct(StringComparer.Ordinal))
                is { Length: > 0 } roles
                ? roles
            : Sites is [var only, ..] ? only.Role.ToString()
            : null;
    }
}
