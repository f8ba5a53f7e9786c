using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// That the panel's database was brought back out of a backup. <c>./panel recover</c> writes the row into the database that it has loaded,
/// before any worker has seen it.
/// </summary>
internal sealed class Recovery
{
    public required Guid Id { get; init; }

    /// <summary>The backup that was loaded.</summary>
    public required Guid BackupId { get; init; }

    /// <summary>The moment that it is of: nothing that came later is known.</summary>
    public required DateTimeOffset TakenAt { get; init; }
    public required DateTimeOffset RecoveredAt { get; init; }

    /// <summary>When the worker had settled what was under way at that moment.</summary>
    public DateTimeOffset? SettledAt { get; set; }
}

internal sealed class RecoveryConfiguration : IEntityTypeConfiguration<Recovery>
{
    public void Configure(EntityTypeBuilder<Recovery> builder) => builder.ToTable("Recoveries");
}
