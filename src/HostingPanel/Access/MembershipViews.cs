namespace HostingPanel.Access;

/// <summary>Somebody who belongs to an organisation.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Email">Their address.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">As what.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsSuspended">True while they may do nothing.</param>
public sealed record MemberView(Guid AccountId, string Email, string Name, OrganisationRole Role, DateTimeOffset Since, bool IsSuspended);

/// <summary>Somebody who may work on one site for a time.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Email">Their address.</param>
/// <param name="Name">Their name.</param>
/// <param name="Site">The site's slug.</param>
/// <param name="Role">As what.</param>
/// <param name="Until">When it ends.</param>
/// <param name="GivenAt">When it was given, or prolonged.</param>
/// <param name="GivenBy">Who gave it.</param>
public sealed record SiteAccessView(
    Guid AccountId,
    string Email,
    string Name,
    string Site,
    SiteRole Role,
    DateTimeOffset Until,
    DateTimeOffset GivenAt,
    string GivenBy
);
