using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Backups;
using HostingPanel.Backups.Browsing;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.InPlace;
using HostingPanel.Backups.Panel;
using HostingPanel.Backups.Policies;
using HostingPanel.Certificates;
using HostingPanel.Domains;
using HostingPanel.Mail;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using HostingPanel.Sites.Disposability;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Tokens;
using HostingPanel.Traffic;
using HostingPanel.Visits;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Persistence;

/// <summary>The panel's model in PostgreSQL: the only source of truth.</summary>
/// <remarks>Names are snake_case; enums are text, so that a row can be read without this code.</remarks>
public sealed class PanelDbContext(DbContextOptions<PanelDbContext> options) : DbContext(options)
{
    internal DbSet<Organisation> Organisations => Set<Organisation>();
    internal DbSet<Plan> Plans => Set<Plan>();
    internal DbSet<Site> Sites => Set<Site>();
    internal DbSet<SiteService> SiteServices => Set<SiteService>();
    internal DbSet<SiteSecret> SiteSecrets => Set<SiteSecret>();
    internal DbSet<SiteTrouble> SiteTroubles => Set<SiteTrouble>();
    internal DbSet<UnownedThing> UnownedThings => Set<UnownedThing>();
    internal DbSet<ReconcilerPass> ReconcilerPasses => Set<ReconcilerPass>();
    internal DbSet<CronEntry> CronEntries => Set<CronEntry>();
    internal DbSet<DisposabilityDrill> DisposabilityDrills => Set<DisposabilityDrill>();
    internal DbSet<Volume> Volumes => Set<Volume>();
    internal DbSet<VolumeMeasurement> VolumeMeasurements => Set<VolumeMeasurement>();
    internal DbSet<UnknownVolume> UnknownVolumes => Set<UnknownVolume>();
    internal DbSet<DatabaseExclusion> DatabaseExclusions => Set<DatabaseExclusion>();
    internal DbSet<BackupTarget> BackupTargets => Set<BackupTarget>();
    internal DbSet<BackupRepository> BackupRepositories => Set<BackupRepository>();
    internal DbSet<RestorePoint> RestorePoints => Set<RestorePoint>();
    internal DbSet<RestorePointCopy> RestorePointCopies => Set<RestorePointCopy>();
    internal DbSet<RestoreDrill> RestoreDrills => Set<RestoreDrill>();
    internal DbSet<RestoreDrillCheck> RestoreDrillChecks => Set<RestoreDrillCheck>();
    internal DbSet<RestoreDrillPicture> RestoreDrillPictures => Set<RestoreDrillPicture>();
    internal DbSet<PanelBackup> PanelBackups => Set<PanelBackup>();
    internal DbSet<PanelBackupCopy> PanelBackupCopies => Set<PanelBackupCopy>();
    internal DbSet<RecoveryKit> RecoveryKits => Set<RecoveryKit>();
    internal DbSet<Recovery> Recoveries => Set<Recovery>();
    internal DbSet<BackupPolicy> BackupPolicies => Set<BackupPolicy>();
    internal DbSet<BackupSchedule> BackupSchedules => Set<BackupSchedule>();
    internal DbSet<BackupSchedulerLook> BackupSchedulerLooks => Set<BackupSchedulerLook>();
    internal DbSet<InPlaceRestore> InPlaceRestores => Set<InPlaceRestore>();
    internal DbSet<BackupDownload> BackupDownloads => Set<BackupDownload>();
    internal DbSet<SealingKey> SealingKeys => Set<SealingKey>();
    internal DbSet<HostCertificate> HostCertificates => Set<HostCertificate>();
    internal DbSet<CertificateAuthority> CertificateAuthorities => Set<CertificateAuthority>();
    internal DbSet<DnsAccount> DnsAccounts => Set<DnsAccount>();
    internal DbSet<AcmeAccount> AcmeAccounts => Set<AcmeAccount>();
    internal DbSet<VisitBucket> VisitBuckets => Set<VisitBucket>();
    internal DbSet<VisitTop> VisitTops => Set<VisitTop>();
    internal DbSet<Domain> Domains => Set<Domain>();
    internal DbSet<TrafficSettings> TrafficSettings => Set<TrafficSettings>();
    internal DbSet<RefusedHour> RefusedHours => Set<RefusedHour>();
    internal DbSet<RefusedLately> RefusedLately => Set<RefusedLately>();
    internal DbSet<CodeUpload> CodeUploads => Set<CodeUpload>();
    internal DbSet<Operation> Operations => Set<Operation>();
    internal DbSet<OperationStep> OperationSteps => Set<OperationStep>();
    internal DbSet<WorkerHeartbeat> WorkerHeartbeats => Set<WorkerHeartbeat>();
    internal DbSet<OperationLogLine> OperationLog => Set<OperationLogLine>();
    internal DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();
    internal DbSet<Account> Accounts => Set<Account>();
    internal DbSet<Membership> Memberships => Set<Membership>();
    internal DbSet<SiteAccess> SiteAccesses => Set<SiteAccess>();
    internal DbSet<SetupLink> SetupLinks => Set<SetupLink>();
    internal DbSet<Session> Sessions => Set<Session>();
    internal DbSet<SignInAttempt> SignInAttempts => Set<SignInAttempt>();
    internal DbSet<KnownBrowser> KnownBrowsers => Set<KnownBrowser>();
    internal DbSet<OneTimeCode> OneTimeCodes => Set<OneTimeCode>();
    internal DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    internal DbSet<Passkey> Passkeys => Set<Passkey>();
    internal DbSet<UsedChallenge> UsedChallenges => Set<UsedChallenge>();
    internal DbSet<MailedLink> MailedLinks => Set<MailedLink>();
    internal DbSet<Invitation> Invitations => Set<Invitation>();
    internal DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();
    internal DbSet<MailSettings> MailSettings => Set<MailSettings>();
    internal DbSet<ApiToken> ApiTokens => Set<ApiToken>();
    internal DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    internal DbSet<AuditHead> AuditHeads => Set<AuditHead>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(20);
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PanelDbContext).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName(key.GetName()?.ToLowerInvariant());
            }

            foreach (var key in entity.GetForeignKeys())
            {
                key.SetConstraintName(key.GetConstraintName()?.ToLowerInvariant());
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(index.GetDatabaseName()?.ToLowerInvariant());
            }
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var (index, letter) in name.Index())
        {
            if (char.IsUpper(letter) && index > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
