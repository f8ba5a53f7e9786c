namespace HostingPanel.Client;

/// <summary>A non-profit.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan.</param>
/// <param name="PlanTitle">The plan's title.</param>
/// <param name="MaxSites">How many sites its plan allows.</param>
/// <param name="Sites">How many it has, those in the trash included.</param>
/// <param name="MaxDiskBytes">What all its volumes together may take on the disk: a soft limit, nothing is stopped for it while the disk has room.</param>
/// <param name="DiskBytes">What they take by their last measurements, those in the trash included.</param>
/// <param name="UnmeasuredVolumes">How many of them were not measured yet.</param>
/// <param name="Disk">Whether the soft limit is near (80 %) or passed (100 %).</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="MaxMemoryBytes">What all services of its sites together may take of memory by its plan.</param>
/// <param name="MemoryBytes">What they may take of it.</param>
/// <param name="MaxRestorePoints">How many restore points there may be by its plan before no more are taken by hand.</param>
/// <param name="RestorePoints">How many there are, those that are being taken included.</param>
public sealed record Organisation(
    string Slug,
    string Name,
    string Plan,
    string PlanTitle,
    int MaxSites,
    int Sites,
    long MaxDiskBytes,
    long DiskBytes,
    int UnmeasuredVolumes,
    DiskState Disk,
    DateTimeOffset CreatedAt,
    long MaxMemoryBytes,
    long MemoryBytes,
    int MaxRestorePoints,
    int RestorePoints
);

/// <summary>What an organisation may use.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its title.</param>
/// <param name="MaxSites">How many sites it allows.</param>
/// <param name="MaxDiskBytes">What their volumes together may take on the disk: a soft limit.</param>
/// <param name="MaxMemoryBytes">What all services of its sites together may take of memory.</param>
/// <param name="MaxRestorePoints">How many restore points there may be before no more are taken by hand.</param>
/// <param name="MaxServiceCpus">How many processors one container of its sites may use at most, in fractions.</param>
/// <param name="MaxServiceMemoryBytes">What one container of its sites may use of memory at most.</param>
/// <param name="MaxServicePids">How many processes and threads one container of its sites may have at most.</param>
public sealed record Plan(
    string Name,
    string Title,
    int MaxSites,
    long MaxDiskBytes,
    long MaxMemoryBytes,
    int MaxRestorePoints,
    decimal MaxServiceCpus,
    long MaxServiceMemoryBytes,
    int MaxServicePids
);

/// <summary>Somebody who belongs to an organisation.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Email">Their address.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">As what.</param>
/// <param name="Since">Since when.</param>
/// <param name="Suspended">True while they may do nothing.</param>
public sealed record Member(Guid AccountId, string Email, string Name, MemberRole Role, DateTimeOffset Since, bool Suspended);

/// <summary>Roles in an organisation.</summary>
public enum MemberRole
{
    /// <summary>May do what a manager may, and decides about people and tokens.</summary>
    Owner,

    /// <summary>Looks after the sites.</summary>
    Manager,

    /// <summary>May look.</summary>
    Viewer,
}

/// <summary>What changes about a member.</summary>
/// <param name="Role">The new role.</param>
public sealed record UpdateMemberRequest(MemberRole? Role);

/// <summary>Somebody who may work on one site for a time.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Email">Their address.</param>
/// <param name="Name">Their name.</param>
/// <param name="Site">The site's slug.</param>
/// <param name="Until">When it ends.</param>
/// <param name="GivenAt">When it was given, or prolonged.</param>
/// <param name="GivenBy">Who gave it.</param>
public sealed record SiteAccess(
    Guid AccountId,
    string Email,
    string Name,
    string Site,
    DateTimeOffset Until,
    DateTimeOffset GivenAt,
    string GivenBy
);

/// <summary>Until when somebody may work on a site.</summary>
/// <param name="Until">When it ends, at most 90 days from now.</param>
public sealed record GiveSiteAccessRequest(DateTimeOffset? Until);

/// <summary>How what an organisation's volumes take stands to what its plan allows.</summary>
public enum DiskState
{
    /// <summary>Below 80 %.</summary>
    Within,

    /// <summary>From 80 % on.</summary>
    Near,

    /// <summary>From 100 % on. Nothing is stopped for it while the disk has room.</summary>
    Over,
}

/// <summary>What a new organisation is.</summary>
/// <param name="Slug">Its short name: lower-case letters, digits, single hyphens; unique.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan; <c>standard</c> when absent.</param>
public sealed record CreateOrganisationRequest(string? Slug, string? Name, string? Plan = null);

/// <summary>What changes about an organisation; what is absent stays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan.</param>
/// <param name="RequiresSecondFactor">Whether its people must have a second factor.</param>
public sealed record UpdateOrganisationRequest(string? Name = null, string? Plan = null, bool? RequiresSecondFactor = null);
