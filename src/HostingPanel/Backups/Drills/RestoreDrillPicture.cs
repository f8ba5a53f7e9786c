using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Drills;

/// <summary>
/// The front page of a drill's scratch site as a visitor's browser showed it. It lies in a table of its own, so that nobody
/// who reads drills reads pictures, and goes long before its drill does (<see cref="DrillHistory"/>).
/// </summary>
internal sealed class RestoreDrillPicture
{
    /// <summary>The drill that it is evidence of.</summary>
    public required Guid DrillId { get; init; }

    /// <summary><c>image/png</c> or <c>image/webp</c>; what it is, and not what somebody says that it is.</summary>
    public required string MediaType { get; set; }

    /// <summary>In points.</summary>
    public required int Width { get; set; }
    public required int Height { get; set; }

    /// <summary>The file: a picture of a stranger's page, made where that page ran.</summary>
    public required byte[] Content { get; set; }
}

internal sealed class RestoreDrillPictureConfiguration : IEntityTypeConfiguration<RestoreDrillPicture>
{
    public void Configure(EntityTypeBuilder<RestoreDrillPicture> builder)
    {
        builder.HasKey(picture => picture.DrillId);
        builder.HasOne<RestoreDrill>().WithOne().HasForeignKey<RestoreDrillPicture>(picture => picture.DrillId);
        builder.Property(picture => picture.MediaType).HasMaxLength(20);
    }
}
