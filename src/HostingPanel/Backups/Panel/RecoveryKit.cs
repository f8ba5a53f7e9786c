using System.Security.Cryptography;
using System.Text;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Panel;

/// <summary>That a recovery kit was written; what was in it is only in it.</summary>
internal sealed class RecoveryKit
{
    public const int FingerprintLength = 64;

    /// <summary>Counts from 1.</summary>
    public int Number { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Of what it has to know of targets and settings: another one since means that it is stale.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>True when a passphrase is needed to open it.</summary>
    public required bool IsLocked { get; init; }
}

internal sealed class RecoveryKitConfiguration : IEntityTypeConfiguration<RecoveryKit>
{
    public void Configure(EntityTypeBuilder<RecoveryKit> builder)
    {
        builder.ToTable("RecoveryKits");
        builder.HasKey(kit => kit.Number);
        builder.Property(kit => kit.Fingerprint).HasMaxLength(RecoveryKit.FingerprintLength);
    }
}

/// <summary>Tells whether what a kit has to know has changed. Needs no key: what is encrypted is compared as it is.</summary>
internal static class KitFingerprint
{
    public static async Task<string> OfAsync(PanelDbContext context, PanelOptions options, CancellationToken cancellationToken)
    {
        var targets = await context
            .BackupTargets.AsNoTracking()
            .Where(target => target.RetiredAt == null)
            .OrderBy(target => target.Id)
            .ToListAsync(cancellationToken);
        var repositories = await context
            .BackupRepositories.AsNoTracking()
            .Where(repository => repository.SiteId == PanelRepository.SiteId)
            .ToDictionaryAsync(repository => repository.TargetId, cancellationToken);
        var text = BackupJson.Write(
            new
            {
                options.Installation,
                options.PanelDomain,
                options.SitesDomain,
                options.PublicScheme,
                options.HttpPort,
                options.HttpsPort,
                options.SiteSubnets,
                Targets = targets.Select(target => new
                {
                    target.Id,
                    target.Name,
                    Address = TargetAddress.Show(target),
                    target.Credentials,
                    Repository = repositories.GetValueOrDefault(target.Id)?.Id,
                    repositories.GetValueOrDefault(target.Id)?.Key,
                }),
            }
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
