using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Certificates;

/// <summary>Somebody who gives certificates by ACME (RFC 8555).</summary>
internal sealed class CertificateAuthority
{
    public required Guid Id { get; init; }

    /// <summary>As people call it; unique.</summary>
    public required string Name { get; set; }

    /// <summary>The address of its directory; https.</summary>
    public required string Directory { get; init; }

    /// <summary>Whom it writes to when a certificate runs out or was revoked.</summary>
    public required string Email { get; set; }

    /// <summary>The roots by which its own address is trusted, as PEM; null for those that everybody trusts. An authority of one's own has one.</summary>
    public string? Roots { get; init; }

    /// <summary>The key id of the <see cref="AccountBinding"/> by which it gives an account; null when it is told none.</summary>
    public string? BindingKeyId { get; set; }

    /// <summary>The key that belongs to it, sealed for the worker.</summary>
    public byte[]? BindingKey { get; set; }

    /// <summary>True for the one that is asked where nothing else is said; at most one.</summary>
    public bool IsDefault { get; set; }

    /// <summary>It is asked for nothing before, because it said that it was asked too often.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>What it said.</summary>
    public string? PausedWhy { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True when it certifies names that the world does not know: an authority of one's own.</summary>
    public bool IsPrivate => Roots is not null;

    /// <summary>The context of <see cref="BindingKey"/>.</summary>
    public static string BindingContext(Guid id) => $"certificate-authority/{id:N}";
}

/// <summary>
/// An account at a DNS provider, by which names below its zones are validated (DNS-01): for wildcards, and for names whose site the authority
/// can't reach.
/// </summary>
internal sealed class DnsAccount
{
    public required Guid Id { get; init; }

    /// <summary>The provider, in lego's spelling.</summary>
    public required string Provider { get; init; }

    /// <summary>The zones that it may write to; each belongs to one account.</summary>
    public required List<string> Zones { get; init; }

    /// <summary>Lines NAME=value, sealed for the worker.</summary>
    public required byte[] Credentials { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The context of <see cref="Credentials"/>.</summary>
    public static string CredentialsContext(Guid id) => $"dns-account/{id:N}";

    /// <summary>True for a name, wildcard or not, in one of its zones.</summary>
    public bool Covers(string host) => ZoneOf(host) is not null;

    /// <summary>Which of its zones a name is in, the narrowest of several; null for none.</summary>
    public string? ZoneOf(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return Zones.Where(zone => name == zone || name.EndsWith($".{zone}", StringComparison.Ordinal)).MaxBy(zone => zone.Length);
    }
}

/// <summary>
/// The panel's one account key, the same at every authority. Its thumbprint is all that the gateway needs to answer any HTTP-01 challenge
/// (RFC 8555, section 8.1: the token, a dot, the thumbprint), without knowing what was asked for. There is one row.
/// </summary>
internal sealed class AcmeAccount
{
    public const int OnlyId = 1;
    public const string KeyContext = "acme-account";

    public required int Id { get; init; }

    /// <summary>As PEM, encrypted with the worker's key.</summary>
    public required byte[] Key { get; init; }

    /// <summary>RFC 7638, base64url.</summary>
    public required string Thumbprint { get; init; }
}

internal sealed class CertificateAuthorityConfiguration
    : IEntityTypeConfiguration<CertificateAuthority>,
        IEntityTypeConfiguration<DnsAccount>,
        IEntityTypeConfiguration<AcmeAccount>
{
    public void Configure(EntityTypeBuilder<CertificateAuthority> builder)
    {
        builder.ToTable("CertificateAuthorities");
        builder.Property(authority => authority.Name).HasMaxLength(AuthorityRules.MaxNameLength);
        builder.Property(authority => authority.Directory).HasMaxLength(AuthorityRules.MaxAddressLength);
        builder.Property(authority => authority.Email).HasMaxLength(254);
        builder.Property(authority => authority.BindingKeyId).HasMaxLength(AccountBindings.MaxKeyIdLength);
        builder.HasIndex(authority => authority.Name).IsUnique();
        builder.HasIndex(authority => authority.IsDefault, "ix_certificate_authorities_one_default").IsUnique().HasFilter("is_default");
    }

    public void Configure(EntityTypeBuilder<DnsAccount> builder)
    {
        builder.Property(account => account.Provider).HasMaxLength(40);
    }

    public void Configure(EntityTypeBuilder<AcmeAccount> builder)
    {
        builder.Property(account => account.Id).ValueGeneratedNever();
        builder.Property(account => account.Thumbprint).HasMaxLength(60);
    }
}
