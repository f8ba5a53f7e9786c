using HostingPanel.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Audit;

/// <summary>How an act went.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>An operation was queued that does it; another entry tells its end.</summary>
    Accepted,

    /// <summary>It was not allowed; the code says why.</summary>
    Refused,

    /// <summary>The operation failed; the code says why.</summary>
    Failed,

    /// <summary>Somebody stopped the operation.</summary>
    Cancelled,
}

/// <summary>
/// Who did what to which, from where, with what result. Rows are only ever added. What the panel does not set (place, time, hashes) the
/// database sets when the transaction of the act commits, see <c>AuditTriggers</c> of the migrations.
/// </summary>
internal sealed class AuditEntry
{
    public const int MaxNameLength = 200;
    public const int MaxDetailLength = 400;

    /// <summary>The row; says nothing about its place in the chain.</summary>
    public long Id { get; init; }

    /// <summary>The place in the chain, from 1 on without a gap.</summary>
    public long? Sequence { get; init; }

    /// <summary>By the database's clock, when the act was committed.</summary>
    public DateTimeOffset? At { get; init; }
    public required ActorKind ActorKind { get; init; }
    public required Guid? ActorId { get; init; }
    public required string ActorName { get; init; }
    public required string? ActorRole { get; init; }
    public required string? Address { get; init; }

    /// <summary>One of <see cref="AuditActs"/>.</summary>
    public required string Act { get; init; }
    public required AuditOutcome Outcome { get; init; }

    /// <summary>Why it was refused or failed: a stable word.</summary>
    public required string? Code { get; init; }
    public required string? TargetKind { get; init; }
    public required Guid? TargetId { get; init; }
    public required string? TargetName { get; init; }
    public required Guid? SiteId { get; init; }

    /// <summary>Where it is left out, the database takes the site's.</summary>
    public required Guid? OrganisationId { get; init; }

    /// <summary>The organisation's slug as it was then.</summary>
    public string? Organisation { get; init; }

    /// <summary>The operation that was started, or that ended; it may be forgotten since.</summary>
    public required Guid? OperationId { get; init; }

    /// <summary>More for people, such as which fields were changed; never a value of one.</summary>
    public required string? Detail { get; init; }

    /// <summary>How often; more than once only for refusals that came close together.</summary>
    public required int Times { get; init; }
    public byte[]? PreviousHash { get; init; }
    public byte[]? Hash { get; init; }
}

/// <summary>The end of the chain: one row, whose lock is what makes one chain of many writers.</summary>
internal sealed class AuditHead
{
    public required int Id { get; init; }
    public required long Sequence { get; init; }
    public required byte[] Hash { get; init; }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>, IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("AuditEntries");
        builder.Property(entry => entry.ActorName).HasMaxLength(AuditEntry.MaxNameLength);
        builder.Property(entry => entry.ActorRole).HasMaxLength(40);
        builder.Property(entry => entry.Address).HasMaxLength(64);
        builder.Property(entry => entry.Act).HasMaxLength(60);
        builder.Property(entry => entry.Code).HasMaxLength(80);
        builder.Property(entry => entry.TargetKind).HasMaxLength(40);
        builder.Property(entry => entry.TargetName).HasMaxLength(AuditEntry.MaxNameLength);
        builder.Property(entry => entry.Organisation).HasMaxLength(80);
        builder.Property(entry => entry.Detail).HasMaxLength(AuditEntry.MaxDetailLength);
        builder.HasIndex(entry => entry.Sequence).IsUnique();
        builder.HasIndex(entry => entry.OperationId);
        builder.HasIndex(entry => new { entry.OrganisationId, entry.Sequence });
        builder.HasIndex(entry => new { entry.Act, entry.Sequence });
    }

    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.ToTable("AuditHead");
        builder.Property(head => head.Id).ValueGeneratedNever();
    }
}
