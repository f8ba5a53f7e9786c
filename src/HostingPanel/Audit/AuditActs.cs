using HostingPanel.Operations;

namespace HostingPanel.Audit;

/// <summary>The words for what can be done: a noun and a verb. Stable; filters and scripts depend on them.</summary>
internal static class AuditActs
{
    /// <summary>Something that the actor may not do; the detail names the permission.</summary>
    public const string Access = "access.use";
    public const string SetUpLinkCreate = "account.create-set-up-link";
    public const string SetUp = "account.set-up";
    public const string SignIn = "account.sign-in";
    public const string SignOut = "account.sign-out";
    public const string TokenCreate = "token.create";
    public const string TokenRevoke = "token.revoke";
    public const string OrganisationCreate = "organisation.create";
    public const string OrganisationUpdate = "organisation.update";
    public const string OrganisationDelete = "organisation.delete";
    public const string SiteUpdate = "site.update";
    public const string HandsOffBegin = "site.begin-hands-off";
    public const string HandsOffEnd = "site.end-hands-off";
    public const string UploadCreate = "upload.create";
    public const string VolumeTrash = "volume.trash";
    public const string VolumeUntrash = "volume.untrash";
    public const string VolumeExclude = "volume.exclude";
    public const string VolumeInclude = "volume.include";
    public const string DatabaseExclude = "database.exclude";
    public const string DatabaseInclude = "database.include";
    public const string TargetAdd = "target.add";
    public const string TargetRetire = "target.retire";
    public const string OperationCancel = "operation.cancel";

    /// <summary>The word for starting, and for the end of, an operation of this kind.</summary>
    public static string OfOperation(string kind) =>
        kind switch
        {
            OperationKinds.ProvisionSite => "site.create",
            OperationKinds.StartSite => "site.start",
            OperationKinds.StopSite => "site.stop",
            OperationKinds.RestartSite => "site.restart",
            OperationKinds.TrashSite => "site.trash",
            OperationKinds.UntrashSite => "site.untrash",
            OperationKinds.PurgeSite => "site.purge",
            OperationKinds.HealSite => "site.heal",
            OperationKinds.DrillDisposability => "site.drill-disposability",
            OperationKinds.MeasureVolumes => "volume.measure",
            OperationKinds.CloneVolume => "volume.clone",
            OperationKinds.PurgeVolume => "volume.purge",
            OperationKinds.AdoptVolume => "volume.adopt",
            OperationKinds.TakeBackup => "backup.take",
            OperationKinds.RestoreAsNew => "backup.restore-as-new",
            OperationKinds.TestTarget => "target.test",
            OperationKinds.RemoveUnowned => "engine.remove-unowned",
            _ => Unnamed + kind,
        };

    /// <summary>What a kind of operation without a word of its own would be called; a test sees to it that there is none.</summary>
    internal const string Unnamed = "operation.";
}
