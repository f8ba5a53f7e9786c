namespace HostingPanel.Client;

/// <summary>Roles among the provider's staff.</summary>
public enum PersonRole
{
    /// <summary>May everything.</summary>
    Administrator,

    /// <summary>May everything but people, tokens and settings.</summary>
    Operator,

    /// <summary>Reads all, and changes nothing.</summary>
    Auditor,
}

/// <summary>Somebody who has an account.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">Their name.</param>
/// <param name="Email">Their address.</param>
/// <param name="Role">What they are among the staff; null when they only belong to organisations.</param>
/// <param name="Organisations">The names of the organisations that they belong to.</param>
/// <param name="SuspendedAt">Since when they may do nothing.</param>
/// <param name="HasSecondFactor">True when they have one.</param>
/// <param name="LastSeenAt">When they were here last; null for never.</param>
/// <param name="Sessions">In how many browsers they are signed in.</param>
public sealed record Person(
    Guid Id,
    string Name,
    string Email,
    PersonRole? Role,
    IReadOnlyList<string> Organisations,
    DateTimeOffset? SuspendedAt,
    bool HasSecondFactor,
    DateTimeOffset? LastSeenAt,
    int Sessions
);

/// <summary>What somebody is among the staff from now on.</summary>
/// <param name="Role">The role.</param>
public sealed record SetStaffRoleRequest(PersonRole? Role);

/// <summary>An invitation that nobody has answered yet.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Email">Whom it went to.</param>
/// <param name="ToWhat">To what, in words.</param>
/// <param name="InvitedBy">Who invites.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when it can be taken on.</param>
public sealed record Invitation(Guid Id, string Email, string ToWhat, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>Whom to invite, to what: to the staff, to an organisation, or to a site for some days.</summary>
/// <param name="Email">Their address.</param>
/// <param name="StaffRole">As which one of the staff; absent for the others.</param>
/// <param name="Organisation">The slug of an organisation.</param>
/// <param name="OrganisationRole">As what there.</param>
/// <param name="Site">The slug of a site.</param>
/// <param name="SiteAccessDays">For how many days, at most 90, from when they take it on.</param>
public sealed record InviteRequest(
    string? Email,
    PersonRole? StaffRole = null,
    string? Organisation = null,
    MemberRole? OrganisationRole = null,
    string? Site = null,
    int? SiteAccessDays = null
);
