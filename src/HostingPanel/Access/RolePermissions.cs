using System.Collections.Frozen;
using static HostingPanel.Access.Permission;

namespace HostingPanel.Access;

/// <summary>Which role may do what: the whole table. A role of an organisation is meant there, one for a site for that site alone.</summary>
internal static class RolePermissions
{
    private static readonly FrozenSet<Permission> All = Enum.GetValues<Permission>().ToFrozenSet();

    /// <summary>People, tokens and settings; and what leads around the panel to every site's data.</summary>
    private static readonly Permission[] ForAdministrators =
    [
        ReadMembers,
        ManageMembers,
        ReadPeople,
        ManagePeople,
        ReadTokens,
        ManageTokens,
        ReadSettings,
        ManageSettings,
        ManageTargets,
        ManageDefaultPolicies,
        ExportRepositoryKeys,
    ];

    private static readonly FrozenSet<Permission> Operator = All.Except(ForAdministrators).ToFrozenSet();
    private static readonly FrozenSet<Permission> Auditor = All.Where(permission => permission.IsRead()).ToFrozenSet();

    private static readonly FrozenSet<Permission> Viewer = FrozenSet.Create(
        ReadOrganisations,
        ReadSites,
        ReadVolumes,
        ReadBackups,
        ReadOperations
    );

    private static readonly FrozenSet<Permission> Manager = Viewer
        .Union([
            OperateSites,
            ManageDomains,
            ManageRouting,
            LogInToSites,
            ReadLogs,
            TakeBackups,
            RestoreBackups,
            DownloadBackups,
            ReadMembers,
            ReadAudit,
        ])
        .ToFrozenSet();

    private static readonly FrozenSet<Permission> Owner = Manager.Union([ManageMembers, ReadTokens, ManageTokens]).ToFrozenSet();

    private static readonly FrozenSet<Permission> Developer = FrozenSet.Create(
        ReadSites,
        OperateSites,
        LogInToSites,
        ReadLogs,
        ReadVolumes,
        ReadBackups,
        TakeBackups,
        ReadOperations
    );

    public static FrozenSet<Permission> Of(StaffRole role) =>
        role switch
        {
            StaffRole.Administrator => All,
            StaffRole.Operator => Operator,
            StaffRole.Auditor => Auditor,
            _ => throw new InvalidOperationException($"The permissions of role {role} are not written down."),
        };

    public static FrozenSet<Permission> Of(OrganisationRole role) =>
        role switch
        {
            OrganisationRole.Owner => Owner,
            OrganisationRole.Manager => Manager,
            OrganisationRole.Viewer => Viewer,
            _ => throw new InvalidOperationException($"The permissions of role {role} are not written down."),
        };

    public static FrozenSet<Permission> Of(SiteRole role) =>
        role switch
        {
            SiteRole.Developer => Developer,
            _ => throw new InvalidOperationException($"The permissions of role {role} are not written down."),
        };
}
