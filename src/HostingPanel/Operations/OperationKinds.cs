namespace HostingPanel.Operations;

/// <summary>The kinds of operation there are, with their titles: the web shows them, only the worker can do them.</summary>
internal static class OperationKinds
{
    public const string ProvisionSite = "provision-site";
    public const string StartSite = "start-site";
    public const string StopSite = "stop-site";
    public const string RestartSite = "restart-site";
    public const string TrashSite = "trash-site";
    public const string UntrashSite = "untrash-site";
    public const string PurgeSite = "purge-site";
    public const string DrillDisposability = "drill-disposability";
    public const string MeasureVolumes = "measure-volumes";
    public const string CloneVolume = "clone-volume";
    public const string PurgeVolume = "purge-volume";
    public const string AdoptVolume = "adopt-volume";
    public const string TakeBackup = "take-backup";
    public const string RestoreAsNew = "restore-as-new";
    public const string RestoreInPlace = "restore-in-place";
    public const string UndoRestore = "undo-restore";
    public const string DrillRestorePoint = "drill-restore-point";
    public const string TestTarget = "test-target";
    public const string BackUpPanel = "back-up-panel";
    public const string ApplyRetention = "apply-retention";
    public const string DeleteRestorePoint = "delete-restore-point";
    public const string CheckRepositories = "check-repositories";
    public const string RemoveRepository = "remove-repository";
    public const string IndexBackup = "index-backup";
    public const string FetchBackup = "fetch-backup";
    public const string PutBackFiles = "put-back-files";
    public const string PutBackTables = "put-back-tables";
    public const string ExportRepositoryKey = "export-repository-key";
    public const string HealSite = "heal-site";
    public const string RemoveUnowned = "remove-unowned";
    public const string RunCron = "run-cron";
    public const string MakeLoginLink = "make-login-link";
    public const string ObtainCertificate = "obtain-certificate";
    public const string InstallCertificate = "install-certificate";
    public const string ChangeDomains = "change-domains";

    /// <summary>Those that delete for good. Once they have begun, stopping them would save nothing: they can't be cancelled.</summary>
    public static readonly string[] ForGood = [PurgeSite, PurgeVolume, DeleteRestorePoint, RemoveRepository];

    /// <summary>
    /// Those that leave everything of a site as it is in the engine and make way for whatever else is wanted of it: nobody waits for them, and
    /// they are no reason to leave a site unmended.
    /// </summary>
    public static readonly string[] Passive = [MeasureVolumes, RunCron];

    /// <summary>So many of them that lists tell of them only when they are asked for.</summary>
    public static readonly string[] Unlisted = [RunCron];

    /// <summary>True for a kind that there is.</summary>
    public static bool IsKnown(string kind) => TitleOf(kind) != kind;

    /// <summary>True when what it has done is taken back after a failure or a cancel; false when it stays as it is.</summary>
    public static bool IsTakenBack(string kind) =>
        kind
            is ProvisionSite
                or StartSite
                or StopSite
                or TrashSite
                or UntrashSite
                or ChangeDomains
                or CloneVolume
                or TakeBackup
                or RestoreAsNew
                or RestoreInPlace
                or UndoRestore
                or DrillRestorePoint
                or TestTarget
                or BackUpPanel
                or IndexBackup
                or FetchBackup
                or PutBackFiles
                or PutBackTables
                or ExportRepositoryKey;

    /// <summary>True while an operation in this state can be cancelled.</summary>
    public static bool CanBeCancelled(string kind, OperationState state) =>
        state == OperationState.Queued || (state == OperationState.Running && !ForGood.Contains(kind, StringComparer.Ordinal));

    /// <summary>True for what brings a site back, if only to see how long that takes: when a person asked for it, the person waits.</summary>
    public static bool IsRestore(string kind) => kind == DrillRestorePoint || kind.StartsWith("restore-", StringComparison.Ordinal);

    public static string TitleOf(string kind) =>
        kind switch
        {
            ProvisionSite => "Provision",
            StartSite => "Start",
            StopSite => "Stop",
            RestartSite => "Restart",
            TrashSite => "Move to trash",
            UntrashSite => "Take out of trash",
            PurgeSite => "Purge",
            DrillDisposability => "Disposability drill",
            MeasureVolumes => "Measure volumes",
            CloneVolume => "Clone volume",
            PurgeVolume => "Purge volume",
            AdoptVolume => "Take in volume",
            TakeBackup => "Back up",
            RestoreAsNew => "Restore as a new site",
            RestoreInPlace => "Restore in place",
            UndoRestore => "Undo a restore",
            DrillRestorePoint => "Drill restore point",
            TestTarget => "Test backup target",
            BackUpPanel => "Back up the panel",
            ApplyRetention => "Remove old restore points",
            DeleteRestorePoint => "Delete restore point",
            CheckRepositories => "Check backup repositories",
            RemoveRepository => "Remove a backup repository",
            IndexBackup => "List the files of a backup",
            FetchBackup => "Fetch from a backup",
            PutBackFiles => "Put files back beside",
            PutBackTables => "Put tables back beside",
            ExportRepositoryKey => "Export a repository's key",
            HealSite => "Heal",
            RemoveUnowned => "Remove what is nobody's",
            RunCron => "Scheduled task",
            MakeLoginLink => "Open a way in",
            ObtainCertificate => "Get a certificate",
            InstallCertificate => "Serve a certificate",
            ChangeDomains => "Change host names",
            _ => kind,
        };
}
