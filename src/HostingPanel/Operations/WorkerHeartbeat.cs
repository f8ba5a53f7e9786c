using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Operations;

/// <summary>
/// Which worker works, and when it last looked for work. One row: the panel has one worker, whichever container it is at the moment. All
/// times are the database's, against whose clock they are also read.
/// </summary>
internal sealed class WorkerHeartbeat
{
    public const int TheOne = 1;
    public required int Id { get; init; }
    public required DateTimeOffset LookedAt { get; set; }

    /// <summary>The worker that has the right to work.</summary>
    public string? Owner { get; set; }

    /// <summary>Until when nobody else may take that right; null once it was given back.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
}

internal sealed class WorkerHeartbeatConfiguration : IEntityTypeConfiguration<WorkerHeartbeat>
{
    public void Configure(EntityTypeBuilder<WorkerHeartbeat> builder)
    {
        builder.Property(heartbeat => heartbeat.Id).ValueGeneratedNever();
        builder.Property(heartbeat => heartbeat.Owner).HasMaxLength(120);
    }
}
