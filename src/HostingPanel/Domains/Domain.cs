using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Domains;

/// <summary>How it is known that a host name is the site's.</summary>
public enum DomainProof
{
    /// <summary>It is not known yet: the name is kept for the site, and the gateway does not serve it.</summary>
    Pending,

    /// <summary>The panel itself gave the name to the site, such as <c>&lt;slug&gt;.&lt;sites' domain&gt;</c>.</summary>
    Given,

    /// <summary>Somebody of the provider's staff has said so.</summary>
    Accepted,

    /// <summary>Its addresses are this machine's.</summary>
    Address,

    /// <summary>Its zone holds the challenge.</summary>
    Txt,
}

/// <summary>A host name of a site, in its normal form.</summary>
internal sealed class Domain
{
    /// <summary>How long a name is kept for a site that has not shown that it is its own: nobody may sit on another's.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(7);
    public const int MaxFoundLength = 500;

    /// <summary>A text that nobody guesses.</summary>
    public static string NewChallenge() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }

    /// <summary>Normal form; <c>*.</c> in front of one that stands for every name one label below.</summary>
    public required string Host { get; init; }

    /// <summary>The name the site calls itself by.</summary>
    public required bool IsPrimary { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How it is known that it is the site's.</summary>
    public DomainProof Proof { get; set; } = DomainProof.Accepted;

    /// <summary>True while the gateway and the site know it; changes only within an operation (<see cref="ChangeDomains"/>).</summary>
    public bool IsServed { get; set; } = true;

    /// <summary>The name that visitors of this one are sent to: that of a pair with and without “www.”.</summary>
    public string? RedirectTo { get; set; }

    /// <summary>What the zone must hold.</summary>
    public string? Challenge { get; set; }
    public DateTimeOffset? VerifiedAt { get; set; }
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>When it is looked at next; null for a name of the panel's own, at which there is nothing to see.</summary>
    public DateTimeOffset? NextCheckAt { get; set; }

    /// <summary>How often in a row it was not found to be the site's.</summary>
    public int Misses { get; set; }

    /// <summary>What the last look found, for people.</summary>
    public string? Found { get; set; }

    /// <summary>Since when it leads elsewhere although it has led here; nothing is done but to say so.</summary>
    public DateTimeOffset? StraysSince { get; set; }
}

internal sealed class DomainConfiguration : IEntityTypeConfiguration<Domain>
{
    public void Configure(EntityTypeBuilder<Domain> builder)
    {
        // One owner per name, held by the database whatever races above it.
        builder.HasIndex(domain => domain.Host).IsUnique();
        builder.HasIndex(domain => domain.NextCheckAt);
        builder.Property(domain => domain.Host).HasMaxLength(HostName.MaxLength);
        builder.Property(domain => domain.RedirectTo).HasMaxLength(HostName.MaxLength);
        builder.Property(domain => domain.Challenge).HasMaxLength(64);
        builder.Property(domain => domain.Found).HasMaxLength(Domain.MaxFoundLength);
        // Names from before there was a proof go on being served, and are looked at in their turn.
        builder.Property(domain => domain.Proof).HasDefaultValue(DomainProof.Accepted).HasSentinel(DomainProof.Accepted);
        builder.Property(domain => domain.IsServed).HasDefaultValue(true).HasSentinel(true);
    }
}
