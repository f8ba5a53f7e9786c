using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Certificates;

/// <summary>Where a certificate came from.</summary>
public enum CertificateSource
{
    /// <summary>An authority gave it, and gives the next one in time.</summary>
    Authority,

    /// <summary>Somebody uploaded it; nobody renews it but they.</summary>
    Uploaded,
}

/// <summary>
/// How far a host name is with its certificate. One row and one certificate per name, so that one name that does not lead here keeps no
/// other from its own. A name without a row, or without <see cref="Chain"/>, is served with the gateway's self-signed one.
/// </summary>
internal sealed class HostCertificate
{
    /// <summary>The name in its normal form, or a wildcard such as <c>*.example.org</c>.</summary>
    public required string Host { get; init; }

    /// <summary>Whose name it is; null for the panel's own.</summary>
    public Guid? SiteId { get; set; }

    /// <summary>The authority that is asked; null for the default one.</summary>
    public Guid? AuthorityId { get; set; }

    /// <summary>Where the present certificate came from; null while there is none.</summary>
    public CertificateSource? Source { get; set; }

    /// <summary>The certificate and those of its issuers, the host's first, as PEM.</summary>
    public string? Chain { get; set; }

    /// <summary>Its private key as PEM, encrypted with the worker's key; of an uploaded one sealed for the worker.</summary>
    public byte[]? Key { get; set; }

    /// <summary>Who signed it, for people.</summary>
    public string? Issuer { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public DateTimeOffset? NotAfter { get; set; }
    public DateTimeOffset? InstalledAt { get; set; }

    /// <summary>The operation that got it, so that one that is resumed does not ask twice.</summary>
    public Guid? ObtainedBy { get; set; }

    /// <summary>The key of the certificate that is being asked for, encrypted with the worker's key.</summary>
    public byte[]? NextKey { get; set; }

    /// <summary>When an authority was last asked.</summary>
    public DateTimeOffset? TriedAt { get; set; }

    /// <summary>How often in a row it was asked in vain.</summary>
    public int Attempts { get; set; }

    /// <summary>Nobody is asked before; null when nothing speaks against asking.</summary>
    public DateTimeOffset? NotBeforeAttempt { get; set; }

    /// <summary>Why the last attempt failed, a stable word; null when it did not.</summary>
    public string? ProblemCode { get; set; }

    /// <summary>The same for people, with the mend.</summary>
    public string? Problem { get; set; }

    /// <summary>The context of <see cref="Key"/> and <see cref="NextKey"/>.</summary>
    public static string KeyContext(string host) => $"certificate/{host}";
}

internal sealed class HostCertificateConfiguration : IEntityTypeConfiguration<HostCertificate>
{
    public void Configure(EntityTypeBuilder<HostCertificate> builder)
    {
        builder.HasKey(certificate => certificate.Host);
        builder.Property(certificate => certificate.Host).HasMaxLength(255);
        builder.Property(certificate => certificate.Issuer).HasMaxLength(200);
        builder.Property(certificate => certificate.ProblemCode).HasMaxLength(60);
        builder.HasIndex(certificate => certificate.NotAfter);
        builder.HasOne<Site>().WithMany().HasForeignKey(certificate => certificate.SiteId).OnDelete(DeleteBehavior.Cascade);
        builder
            .HasOne<CertificateAuthority>()
            .WithMany()
            .HasForeignKey(certificate => certificate.AuthorityId)
            .OnDelete(DeleteBehavior.SetNull);
    }
}
