using static HostingPanel.Access.Permission;

namespace HostingPanel.Access;

/// <summary>The names of permissions, as REST, the audit and the scopes of tokens spell them. Stable.</summary>
public static class Permissions
{
    private static readonly Dictionary<string, Permission> ByName = Enum.GetValues<Permission>()
        .ToDictionary(permission => permission.ToName(), StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Its name.</summary>
    public static string ToName(this Permission permission) =>
        permission switch
        {
            ReadOrganisations => "organisations.read",
            ManageOrganisations => "organisations.manage",
            ReadMembers => "members.read",
            ManageMembers => "members.manage",
            ReadPeople => "people.read",
            ManagePeople => "people.manage",
            ReadSettings => "settings.read",
            ManageSettings => "settings.manage",
            ReadSites => "sites.read",
            CreateSites => "sites.create",
            OperateSites => "sites.operate",
            ChangeSites => "sites.change",
            ManageDomains => "domains.manage",
            AcceptDomains => "domains.accept",
            DeleteSites => "sites.delete",
            MaintainSites => "sites.maintain",
            LogInToSites => "sites.log-in",
            ManageRouting => "routing.manage",
            ManageShield => "shield.manage",
            ReadLogs => "logs.read",
            ReadVolumes => "volumes.read",
            ManageVolumes => "volumes.manage",
            AdoptVolumes => "volumes.adopt",
            ReadBackups => "backups.read",
            TakeBackups => "backups.take",
            DrillBackups => "backups.drill",
            RestoreBackups => "backups.restore",
            DownloadBackups => "backups.download",
            DeleteBackups => "backups.delete",
            ManagePolicies => "policies.manage",
            ManageDefaultPolicies => "policies.manage-default",
            ExportRepositoryKeys => "repositories.export-keys",
            ReadTargets => "targets.read",
            ManageTargets => "targets.manage",
            ReadOperations => "operations.read",
            ReadEngine => "engine.read",
            ManageEngine => "engine.manage",
            ReadTokens => "tokens.read",
            ManageTokens => "tokens.manage",
            ReadAudit => "audit.read",
            _ => throw new InvalidOperationException($"The name of {permission} is not written down."),
        };

    /// <summary>The permission of this name; null when there is none.</summary>
    public static Permission? Parse(string? name) => name is not null && ByName.TryGetValue(name, out var known) ? known : null;

    /// <summary>True for what changes nothing: all that a read-only token may.</summary>
    public static bool IsRead(this Permission permission) => permission.ToName().EndsWith(".read", StringComparison.Ordinal);

    /// <summary>
    /// Who has this knows that the thing is there: who may not even do that is answered as if it were not. A permission to look is its own.
    /// </summary>
    internal static Permission SeenBy(this Permission permission) =>
        permission switch
        {
            _ when permission.IsRead() => permission == ReadLogs ? ReadSites : permission,
            ManageOrganisations or CreateSites => ReadOrganisations,
            ManageMembers => ReadMembers,
            ManagePeople => ReadPeople,
            ManageSettings => ReadSettings,
            OperateSites or ChangeSites or DeleteSites or MaintainSites or LogInToSites or ManageRouting or ManageShield => ReadSites,
            ManageDomains or AcceptDomains => ReadSites,
            ManageVolumes => ReadVolumes,
            AdoptVolumes => ReadEngine,
            TakeBackups or DrillBackups or RestoreBackups or DownloadBackups or DeleteBackups => ReadBackups,
            ManagePolicies or ManageDefaultPolicies or ExportRepositoryKeys => ReadBackups,
            ManageTargets => ReadTargets,
            ManageEngine => ReadEngine,
            ManageTokens => ReadTokens,
            _ => throw new InvalidOperationException($"Who sees what {permission} is about is not written down."),
        };
}
