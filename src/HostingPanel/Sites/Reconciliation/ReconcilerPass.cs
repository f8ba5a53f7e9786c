using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>How the reconciler's last look at the engine went. One row: the panel has one reconciler.</summary>
internal sealed class ReconcilerPass
{
    public const int TheOne = 1;
    public required int Id { get; init; }

    /// <summary>When the last look was finished.</summary>
    public DateTimeOffset? LookedAt { get; set; }

    /// <summary>How long it took, engine, database and thinking together.</summary>
    public double Milliseconds { get; set; }

    /// <summary>How many calls of the engine it made.</summary>
    public int EngineCalls { get; set; }

    /// <summary>How many sites it looked at.</summary>
    public int Sites { get; set; }

    /// <summary>Why it can't look at the moment, a stable word; null when it can.</summary>
    public string? ProblemCode { get; set; }

    /// <summary>The same for people.</summary>
    public string? ProblemMessage { get; set; }

    /// <summary>Since when it can't.</summary>
    public DateTimeOffset? ProblemSince { get; set; }
}

internal sealed class ReconcilerPassConfiguration : IEntityTypeConfiguration<ReconcilerPass>
{
    public void Configure(EntityTypeBuilder<ReconcilerPass> builder)
    {
        builder.Property(pass => pass.Id).ValueGeneratedNever();
        builder.Property(pass => pass.ProblemCode).HasMaxLength(60);
        builder.HasData(new ReconcilerPass { Id = ReconcilerPass.TheOne });
    }
}
