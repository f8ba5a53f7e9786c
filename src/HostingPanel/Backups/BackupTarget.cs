using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups;

/// <summary>What kind of place restore points are kept at.</summary>
public enum TargetKind
{
    /// <summary>A volume of the panel's own on the node: near and fast, and lost with the node.</summary>
    Local,

    /// <summary>A directory on another machine, over SSH.</summary>
    Sftp,

    /// <summary>A bucket of an S3-compatible store.</summary>
    S3,

    /// <summary>restic's own REST server.</summary>
    Rest,
}

/// <summary>A place where restore points are kept: the provider's, for all sites. Each site has a repository of its own there.</summary>
internal sealed class BackupTarget
{
    public const int MaxNameLength = 40;
    public const int MaxAddressLength = 300;

    /// <summary>Of a local one also the identity of its volume.</summary>
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required TargetKind Kind { get; init; }

    /// <summary>The machine: a host name or an address; null for a local one.</summary>
    public string? Host { get; set; }

    /// <summary>Null for the kind's usual one.</summary>
    public int? Port { get; set; }

    /// <summary>The login of SFTP.</summary>
    public string? User { get; set; }

    /// <summary>The directory, or bucket and prefix; repositories lie below it.</summary>
    public string? Path { get; set; }

    /// <summary>False only for a REST or S3 server that speaks plain HTTP.</summary>
    public bool UsesTls { get; set; } = true;

    /// <summary>What it asks for to be let in, sealed for the worker; null where it asks for nothing.</summary>
    public byte[]? Credentials { get; set; }

    /// <summary>How much may be sent to it, in KiB/s; null for as much as there is.</summary>
    public int? UploadKib { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when nothing new is kept there; what lies there can be restored further on.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>When a copy there, or a test of it, last succeeded.</summary>
    public DateTimeOffset? LastSuccessAt { get; set; }

    /// <summary>When one last failed; older than <see cref="LastSuccessAt"/> when it works again.</summary>
    public DateTimeOffset? LastFaultAt { get; set; }
    public string? LastFaultCode { get; set; }
    public string? LastFault { get; set; }

    /// <summary>What <see cref="Credentials"/> are sealed for.</summary>
    public static string CredentialsContext(Guid id) => $"backup-target/{id:N}";
}

internal sealed class BackupTargetConfiguration : IEntityTypeConfiguration<BackupTarget>
{
    public void Configure(EntityTypeBuilder<BackupTarget> builder)
    {
        builder.HasIndex(target => target.Name).IsUnique();
        builder.Property(target => target.Name).HasMaxLength(BackupTarget.MaxNameLength);
        builder.Property(target => target.Host).HasMaxLength(253);
        builder.Property(target => target.User).HasMaxLength(64);
        builder.Property(target => target.Path).HasMaxLength(BackupTarget.MaxAddressLength);
        builder.Property(target => target.LastFaultCode).HasMaxLength(60);
    }
}
