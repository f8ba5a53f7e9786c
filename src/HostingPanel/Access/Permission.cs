using HostingPanel.Audit;

namespace HostingPanel.Access;

/// <summary>What can be permitted.</summary>
public enum Permission
{
    /// <summary>See organisations.</summary>
    ReadOrganisations,

    /// <summary>Create, change and delete organisations.</summary>
    ManageOrganisations,

    /// <summary>See sites with their services, volumes and logs.</summary>
    ReadSites,

    /// <summary>Create, change, start, stop, trash and purge sites.</summary>
    ManageSites,

    /// <summary>See volumes of sites, how large they are and whether backups take them.</summary>
    ReadVolumes,

    /// <summary>Measure, clone, exclude from backups, trash and purge volumes of sites.</summary>
    ManageVolumes,

    /// <summary>See volumes that no site owns, and give them to one: they may be anybody's, so this is for the provider alone.</summary>
    AdoptVolumes,

    /// <summary>See restore points, their manifests and the targets that they lie at.</summary>
    ReadBackups,

    /// <summary>Take restore points.</summary>
    TakeBackups,

    /// <summary>Have restore points drilled: booted as sealed scratch sites and checked.</summary>
    DrillBackups,

    /// <summary>Restore sites from restore points.</summary>
    RestoreBackups,

    /// <summary>Take data out of restore points: it has passwords' hashes and personal data in it.</summary>
    DownloadBackups,

    /// <summary>See the repositories of sites and take their keys out: who has one reads everything of a site at a target, without the panel.</summary>
    ExportRepositoryKeys,

    /// <summary>Add, test and retire backup targets: they are the provider's, and hold every site's data.</summary>
    ManageTargets,

    /// <summary>Change when a site's restore points are taken and how long they are kept.</summary>
    ManagePolicies,

    /// <summary>The same for a plan or for all sites: it is the provider's.</summary>
    ManageDefaultPolicies,

    /// <summary>Delete restore points for good.</summary>
    DeleteBackups,

    /// <summary>See operations.</summary>
    ReadOperations,

    /// <summary>See how the engine is, and what in it is nobody's.</summary>
    ReadEngine,

    /// <summary>Remove from the engine what is nobody's.</summary>
    ManageEngine,

    /// <summary>Create and revoke API tokens.</summary>
    ManageTokens,

    /// <summary>See who did what, and whether it is written down as it was.</summary>
    ReadAudit,
}

/// <summary>Decides who may do what. The one place that does.</summary>
internal static class AccessPolicy
{
    /// <summary>Null when the actor may, the refusal otherwise, which is written to the audit, too.</summary>
    public static Problem? Check(Actor actor, Permission permission)
    {
        if (IsPermitted(actor))
        {
            return null;
        }

        actor.Refusals?.Add(actor, AuditActs.Access, "not-permitted", target: null, permission.ToString());
        return new Problem(ProblemKind.Forbidden, "not-permitted", $"{actor.Name} may not do this ({permission}).");
    }

    private static bool IsPermitted(Actor actor) =>
        actor.Role switch
        {
            StaffRole.Administrator => true,
            null => false,
            _ => throw new InvalidOperationException($"The permissions of role {actor.Role} are not written down."),
        };
}
