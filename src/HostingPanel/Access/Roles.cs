namespace HostingPanel.Access;

/// <summary>Roles of the provider's staff. What each may do is in <c>RolePermissions</c>.</summary>
public enum StaffRole
{
    /// <summary>May do everything.</summary>
    Administrator,

    /// <summary>May do everything but what concerns people, tokens and settings.</summary>
    Operator,

    /// <summary>May read everything, and change nothing.</summary>
    Auditor,
}

/// <summary>Roles in an organisation.</summary>
public enum OrganisationRole
{
    /// <summary>May do what a manager may, and decides about the organisation's people and tokens.</summary>
    Owner,

    /// <summary>Looks after the organisation's sites.</summary>
    Manager,

    /// <summary>May look.</summary>
    Viewer,
}

/// <summary>What somebody may be to a single site for a time.</summary>
public enum SiteRole
{
    /// <summary>Works on the site: may look, read its logs, restart it, log in to it, and take a backup before.</summary>
    Developer,
}
