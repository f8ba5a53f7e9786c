using HostingPanel.Operations;

namespace HostingPanel.Audit;

/// <summary>The words for what can be done: a noun and a verb. Stable; filters and scripts depend on them.</summary>
public static class AuditActs
{
    /// <summary>What acts are about: the first halves of their words.</summary>
    public static IReadOnlyList<string> Nouns { get; } =
    [
        "access",
        "account",
        "authority",
        "backup",
        "certificate",
        "cron",
        "database",
        "download",
        "engine",
        "invitation",
        "mail",
        "member",
        "operation",
        "organisation",
        "panel",
        "policy",
        "repository",
        "site",
        "target",
        "token",
        "upload",
        "volume",
    ];

    /// <summary>Something that the actor may not do; the detail names the permission.</summary>
    internal const string Access = "access.use";
    internal const string SetUpLinkCreate = "account.create-set-up-link";
    internal const string SetUp = "account.set-up";
    internal const string SignIn = "account.sign-in";
    internal const string SignOut = "account.sign-out";
    internal const string Prove = "account.prove";
    internal const string AccountCreate = "account.create";
    internal const string AccountRename = "account.rename";
    internal const string PasswordChange = "account.change-password";
    internal const string PasswordResetRequest = "account.request-password-reset";
    internal const string AccessLinkMake = "account.make-access-link";
    internal const string PasswordReset = "account.reset-password";
    internal const string EmailRequest = "account.request-email";
    internal const string EmailConfirm = "account.confirm-email";
    internal const string FactorSetUp = "account.set-up-second-factor";
    internal const string FactorRemove = "account.remove-second-factor";
    internal const string PasskeyAdd = "account.add-passkey";
    internal const string PasskeyRemove = "account.remove-passkey";
    internal const string RecoveryCodesMake = "account.make-recovery-codes";
    internal const string SessionEnd = "account.end-session";
    internal const string SessionEndAll = "account.end-sessions";
    internal const string PersonRole = "account.change-role";
    internal const string PersonSuspend = "account.suspend";
    internal const string PersonResume = "account.resume";
    internal const string PersonRemove = "account.remove";
    internal const string PersonResetFactors = "account.reset-second-factors";
    internal const string InvitationMake = "invitation.make";
    internal const string InvitationResend = "invitation.resend";
    internal const string InvitationWithdraw = "invitation.withdraw";
    internal const string InvitationAccept = "invitation.accept";
    internal const string MailSet = "mail.set-server";
    internal const string MailForget = "mail.forget-server";
    internal const string MailTest = "mail.test";
    internal const string MemberAdd = "member.add";
    internal const string MemberChange = "member.change";
    internal const string MemberRemove = "member.remove";
    internal const string SiteAccessGive = "member.give-site-access";
    internal const string SiteAccessTake = "member.take-site-access";
    internal const string TokenCreate = "token.create";
    internal const string TokenRevoke = "token.revoke";

    /// <summary>A token that is none, or may not be used so.</summary>
    internal const string TokenUse = "token.use";
    internal const string OrganisationCreate = "organisation.create";
    internal const string OrganisationUpdate = "organisation.update";
    internal const string OrganisationDelete = "organisation.delete";
    internal const string SiteUpdate = "site.update";
    internal const string DomainAdd = "site.add-domain";
    internal const string DomainCheck = "site.check-domain";
    internal const string DomainVerify = "site.verify-domain";
    internal const string DomainAccept = "site.accept-domain";
    internal const string DomainRemove = "site.remove-domain";
    internal const string DomainRelease = "site.release-domain";
    internal const string TrafficSet = "site.set-traffic";
    internal const string HandsOffBegin = "site.begin-hands-off";
    internal const string HandsOffEnd = "site.end-hands-off";
    internal const string UploadCreate = "upload.create";
    internal const string VolumeTrash = "volume.trash";
    internal const string VolumeUntrash = "volume.untrash";
    internal const string VolumeExclude = "volume.exclude";
    internal const string VolumeInclude = "volume.include";
    internal const string DatabaseExclude = "database.exclude";
    internal const string DatabaseInclude = "database.include";
    internal const string TargetAdd = "target.add";
    internal const string TargetRetire = "target.retire";
    internal const string TargetUse = "target.use";
    internal const string PolicySet = "policy.set";
    internal const string PolicyReset = "policy.reset";
    internal const string DownloadTake = "download.take";
    internal const string DownloadDelete = "download.delete";
    internal const string RecoveryKitWrite = "panel.write-recovery-kit";
    internal const string RecoverySettle = "panel.settle-recovery";
    internal const string AuthorityAdd = "authority.add";
    internal const string AuthorityBind = "authority.bind";
    internal const string AuthorityMakeDefault = "authority.make-default";
    internal const string AuthorityRemove = "authority.remove";
    internal const string DnsAccountAdd = "authority.add-dns-account";
    internal const string DnsAccountRemove = "authority.remove-dns-account";
    internal const string OperationCancel = "operation.cancel";

    /// <summary>The word for starting, and for the end of, an operation of this kind.</summary>
    internal static string OfOperation(string kind) =>
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
            OperationKinds.MakeLoginLink => "site.log-in",
            OperationKinds.ObtainCertificate => "certificate.obtain",
            OperationKinds.InstallCertificate => "certificate.install",
            OperationKinds.ChangeDomains => "site.change-domains",
            OperationKinds.MeasureVolumes => "volume.measure",
            OperationKinds.CloneVolume => "volume.clone",
            OperationKinds.PurgeVolume => "volume.purge",
            OperationKinds.AdoptVolume => "volume.adopt",
            OperationKinds.TakeBackup => "backup.take",
            OperationKinds.RestoreAsNew => "backup.restore-as-new",
            OperationKinds.TestTarget => "target.test",
            OperationKinds.RestoreInPlace => "backup.restore-in-place",
            OperationKinds.UndoRestore => "backup.undo-restore",
            OperationKinds.DrillRestorePoint => "backup.drill",
            OperationKinds.IndexBackup => "backup.browse",
            OperationKinds.FetchBackup => "backup.fetch",
            OperationKinds.PutBackFiles => "backup.put-back-files",
            OperationKinds.PutBackTables => "backup.put-back-tables",
            OperationKinds.DeleteRestorePoint => "backup.delete",
            OperationKinds.ApplyRetention => "backup.apply-retention",
            OperationKinds.CheckRepositories => "repository.check",
            OperationKinds.RemoveRepository => "repository.remove",
            OperationKinds.ExportRepositoryKey => "repository.export-key",
            OperationKinds.BackUpPanel => "panel.back-up",
            OperationKinds.RunCron => "cron.run",
            OperationKinds.RemoveUnowned => "engine.remove-unowned",
            _ => Unnamed + kind,
        };

    /// <summary>What a kind of operation without a word of its own would be called; a test sees to it that there is none.</summary>
    internal const string Unnamed = "operation.";
}
