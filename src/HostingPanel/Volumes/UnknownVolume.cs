using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Volumes;

/// <summary>A volume on a node that no row knows, as the worker last saw it. The panel never deletes one; a site may take it in.</summary>
internal sealed class UnknownVolume
{
    /// <summary>Its name in the engine.</summary>
    public required string Name { get; init; }
    public required string NodeId { get; set; }
    public required string NodeName { get; set; }

    /// <summary>When the engine made it.</summary>
    public required DateTimeOffset? CreatedAt { get; set; }

    /// <summary>True when it carries this installation's label: the panel made it once and has forgotten it since.</summary>
    public required bool IsOurs { get; set; }

    /// <summary>The containers that have it.</summary>
    public required List<string> UsedBy { get; set; }

    /// <summary>Why no site can take it in; null when one can.</summary>
    public required string? Obstacle { get; set; }

    /// <summary>Since when it is known to be unknown.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}

internal sealed class UnknownVolumeConfiguration : IEntityTypeConfiguration<UnknownVolume>
{
    public void Configure(EntityTypeBuilder<UnknownVolume> builder)
    {
        builder.HasKey(volume => volume.Name);
        builder.Property(volume => volume.Name).HasMaxLength(Volume.MaxEngineNameLength);
        builder.Property(volume => volume.NodeId).HasMaxLength(VolumeConfiguration.MaxNodeLength);
        builder.Property(volume => volume.NodeName).HasMaxLength(VolumeConfiguration.MaxNodeLength);
        builder.Property(volume => volume.Obstacle).HasMaxLength(400);
    }
}
