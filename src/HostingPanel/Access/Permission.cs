namespace HostingPanel.Access;

/// <summary>
/// What can be permitted. Outwards each has a name, a noun and a verb (<see cref="Permissions"/>): REST, the audit and the scopes of tokens
/// use that. Which role has which is in <c>RolePermissions</c>.
/// </summary>
public enum Permission
{
    /// <summary>See organisations and how much of their plan they use.</summary>
    ReadOrganisations,

    /// <summary>Create, change and delete organisations.</summary>
    ManageOrganisations,

    /// <summary>See who belongs to an organisation, or has access to one of its sites.</summary>
    ReadMembers,

    /// <summary>Invite people to an organisation, change their role, remove them, and give and take access to single sites.</summary>
    ManageMembers,

    /// <summary>See the provider's own people.</summary>
    ReadPeople,

    /// <summary>Invite, change, suspend and remove the provider's own people, and accounts of others.</summary>
    ManagePeople,

    /// <summary>See the panel's settings, never a secret in them.</summary>
    ReadSettings,

    /// <summary>Change the panel's settings.</summary>
    ManageSettings,

    /// <summary>See sites, their state and their services.</summary>
    ReadSites,

    /// <summary>Create sites.</summary>
    CreateSites,

    /// <summary>Start, stop and restart sites, and run their scheduled tasks now.</summary>
    OperateSites,

    /// <summary>Change a site's title and address, and whether its scheduled tasks run.</summary>
    ChangeSites,

    /// <summary>Add and remove host names of a site, and say which is the primary one.</summary>
    ManageDomains,

    /// <summary>Have a host name served without proof that it is the site's: only the provider knows whose it is then.</summary>
    AcceptDomains,

    /// <summary>Move sites to the trash, take them out and purge them.</summary>
    DeleteSites,

    /// <summary>Keep the panel's hands off a site, and drill its disposability: it is away for a moment.</summary>
    MaintainSites,

    /// <summary>Get into a site's own administration, once at a time, and see the address where its administrator sets a password.</summary>
    LogInToSites,

    /// <summary>Change what a site's visitors are led to: redirects, HTTPS, a password, the maintenance page, and which crawlers may come.</summary>
    ManageRouting,

    /// <summary>Change what a site's visitors are kept from: limits, bans and networks. It protects the neighbours, too.</summary>
    ManageShield,

    /// <summary>Read what a site's services write to their logs.</summary>
    ReadLogs,

    /// <summary>See volumes of sites, how large they are and whether backups take them.</summary>
    ReadVolumes,

    /// <summary>Measure, clone, exclude from backups, trash and purge volumes of sites.</summary>
    ManageVolumes,

    /// <summary>See volumes that no site owns, and give them to one: they may be anybody's, so this is for the provider alone.</summary>
    AdoptVolumes,

    /// <summary>See restore points and their manifests, how sites stand with their backups, and what was proved.</summary>
    ReadBackups,

    /// <summary>Take restore points.</summary>
    TakeBackups,

    /// <summary>Have restore points drilled, and repositories checked.</summary>
    DrillBackups,

    /// <summary>Restore sites from restore points.</summary>
    RestoreBackups,

    /// <summary>Take data out of restore points: it has passwords' hashes and personal data in it.</summary>
    DownloadBackups,

    /// <summary>Delete restore points for good.</summary>
    DeleteBackups,

    /// <summary>Change when a site's restore points are taken and how long they are kept.</summary>
    ManagePolicies,

    /// <summary>The same for a plan or for all sites: it is the provider's.</summary>
    ManageDefaultPolicies,

    /// <summary>See the repositories of sites and take their keys out: who has one reads everything of a site at a target, without the panel.</summary>
    ExportRepositoryKeys,

    /// <summary>See where restore points are kept.</summary>
    ReadTargets,

    /// <summary>Add, test and retire backup targets: they are the provider's, and hold every site's data.</summary>
    ManageTargets,

    /// <summary>See operations and what they wrote.</summary>
    ReadOperations,

    /// <summary>See how the engine is, and what in it is nobody's.</summary>
    ReadEngine,

    /// <summary>Remove from the engine what is nobody's.</summary>
    ManageEngine,

    /// <summary>See API tokens, never their secrets.</summary>
    ReadTokens,

    /// <summary>Create and revoke API tokens.</summary>
    ManageTokens,

    /// <summary>See who did what, and whether it is written down as it was.</summary>
    ReadAudit,
}
