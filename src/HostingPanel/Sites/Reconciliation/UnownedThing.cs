using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>Something in the engine that carries this installation's label and that nothing in the database accounts for.</summary>
internal sealed class UnownedThing
{
    public required Guid Id { get; init; }
    public required EngineKind Kind { get; init; }
    public required string EngineId { get; init; }
    public required string Name { get; init; }

    /// <summary>The site that its label names, whether there is one or not.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>The operation that its label names.</summary>
    public Guid? OperationId { get; init; }

    /// <summary>Why it is nobody's, for people.</summary>
    public required string Message { get; set; }
    public required DateTimeOffset FirstSeenAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; set; }
}

internal sealed class UnownedThingConfiguration : IEntityTypeConfiguration<UnownedThing>
{
    public void Configure(EntityTypeBuilder<UnownedThing> builder)
    {
        builder.HasIndex(thing => new { thing.Kind, thing.EngineId }).IsUnique();
        builder.Property(thing => thing.EngineId).HasMaxLength(255);
        builder.Property(thing => thing.Name).HasMaxLength(255);
    }
}
