using HostingPanel.Access;

namespace HostingPanel.Operations;

/// <summary>What somebody must be permitted to ask for an operation of a kind, and so to cancel one.</summary>
internal static class OperationAccess
{
    /// <summary>What a kind that is not written down here needs: administrators alone have it. A test finds such a kind.</summary>
    public const Permission Unwritten = Permission.ManageSettings;

    public static Permission PermissionFor(string kind) =>
        kind switch
        {
            OperationKinds.ProvisionSite => Permission.CreateSites,
            OperationKinds.StartSite or OperationKinds.StopSite or OperationKinds.RestartSite or OperationKinds.RunCron =>
                Permission.OperateSites,
            OperationKinds.MakeLoginLink => Permission.LogInToSites,
            OperationKinds.ObtainCertificate or OperationKinds.InstallCertificate => Permission.ChangeSites,
            OperationKinds.ChangeDomains => Permission.ManageDomains,
            OperationKinds.TrashSite or OperationKinds.UntrashSite or OperationKinds.PurgeSite => Permission.DeleteSites,
            OperationKinds.DrillDisposability or OperationKinds.HealSite => Permission.MaintainSites,
            OperationKinds.MeasureVolumes or OperationKinds.CloneVolume or OperationKinds.PurgeVolume => Permission.ManageVolumes,
            OperationKinds.AdoptVolume => Permission.AdoptVolumes,
            OperationKinds.TakeBackup => Permission.TakeBackups,
            OperationKinds.RestoreAsNew or OperationKinds.RestoreInPlace or OperationKinds.UndoRestore => Permission.RestoreBackups,
            OperationKinds.PutBackFiles or OperationKinds.PutBackTables => Permission.RestoreBackups,
            OperationKinds.IndexBackup or OperationKinds.FetchBackup => Permission.DownloadBackups,
            OperationKinds.DrillRestorePoint or OperationKinds.CheckRepositories => Permission.DrillBackups,
            OperationKinds.DeleteRestorePoint or OperationKinds.ApplyRetention => Permission.DeleteBackups,
            OperationKinds.ExportRepositoryKey => Permission.ExportRepositoryKeys,
            OperationKinds.TestTarget or OperationKinds.BackUpPanel or OperationKinds.RemoveRepository => Permission.ManageTargets,
            OperationKinds.RemoveUnowned => Permission.ManageEngine,
            _ => Unwritten,
        };

    /// <summary>The permission that an action on a site needs.</summary>
    public static Permission PermissionFor(Sites.SiteAction action) =>
        action switch
        {
            Sites.SiteAction.Start or Sites.SiteAction.Stop or Sites.SiteAction.Restart => Permission.OperateSites,
            Sites.SiteAction.Trash or Sites.SiteAction.Untrash or Sites.SiteAction.Purge => Permission.DeleteSites,
            Sites.SiteAction.Drill => Permission.MaintainSites,
            _ => throw new InvalidOperationException($"Who may ask for {action} is not written down."),
        };
}
