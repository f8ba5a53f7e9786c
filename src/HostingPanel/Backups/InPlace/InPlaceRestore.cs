using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.InPlace;

/// <summary>
/// A restore of a site in place: which set of volumes, secrets and releases the site had before, and which one came in its stead. Both
/// sets are kept whole, so that one can be exchanged for the other as long as their volumes are there.
/// </summary>
internal sealed class InPlaceRestore
{
    /// <summary>The id of the operation, and of the safety restore point that it took.</summary>
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }

    /// <summary>What was restored.</summary>
    public required Guid RestorePointId { get; init; }
    public required string RequestedByName { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>True when a restore point of the site as it was had to be good before anything was touched.</summary>
    public required bool HasSafetyPoint { get; init; }

    /// <summary>When the restored set came in the place of the one before; null while it never did.</summary>
    public DateTimeOffset? SwappedAt { get; set; }

    /// <summary>When the set before came back; null while it did not.</summary>
    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>For how long its visitors saw the maintenance page; null for a site that was stopped.</summary>
    public double? AwaySeconds { get; set; }

    /// <summary>How long all of it took, from asking to the first answer.</summary>
    public double? Seconds { get; set; }

    /// <summary>What the site had before, as a <see cref="SiteSet"/>.</summary>
    public required string Previous { get; set; }

    /// <summary>What the restore gave it, as a <see cref="SiteSet"/>.</summary>
    public required string Restored { get; set; }

    /// <summary>What is not as in the restore point, for people.</summary>
    public List<string> Notes { get; init; } = [];

    /// <summary>True while the site has the restored set.</summary>
    public bool IsInPlace => SwappedAt is not null && UndoneAt is null;
}

/// <summary>What a restore in place exchanges, and undoing it changes back.</summary>
/// <param name="Volumes">The volumes that services of the site mount.</param>
/// <param name="Secrets">The site's own secrets that are others in the two sets; values are encrypted for the site.</param>
/// <param name="Images">The release of each service.</param>
internal sealed record SiteSet(IReadOnlyList<SetVolume> Volumes, IReadOnlyList<SetSecret> Secrets, IReadOnlyList<SetImage> Images)
{
    /// <summary>Gives a site what of the set is no volume.</summary>
    public void GiveSecretsAndImagesTo(Site site)
    {
        foreach (var secret in Secrets)
        {
            var row = site.Secrets.Single(row => row.Name == secret.Name);
            (row.Version, row.Value) = (secret.Version, secret.Value);
        }

        foreach (var service in site.Services)
        {
            service.Image = Images.FirstOrDefault(image => image.Service == service.Name)?.Image ?? service.Image;
            // Whatever made it crash went with its data.
            (service.Crashes, service.CrashedAt, service.RestsUntil) = (0, null, null);
        }
    }
}

/// <summary>A volume of a set.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name while the site has the set.</param>
/// <param name="AsideName">Its name while the site has the other one.</param>
/// <param name="MountedBy">Who mounts it while the site has the set.</param>
internal sealed record SetVolume(Guid Id, string Name, string AsideName, IReadOnlyList<string> MountedBy);

/// <summary>A secret of a set. Secrets are immutable in the engine, so a version that was taken away there never comes back.</summary>
internal sealed record SetSecret(string Name, int Version, byte[] Value);

/// <summary>The release that a service runs in a set.</summary>
internal sealed record SetImage(string Service, string Image);

internal sealed class InPlaceRestoreConfiguration : IEntityTypeConfiguration<InPlaceRestore>
{
    public void Configure(EntityTypeBuilder<InPlaceRestore> builder)
    {
        builder.HasIndex(restore => new { restore.SiteId, restore.Id });
        builder.Property(restore => restore.RequestedByName).HasMaxLength(120);
        builder.Ignore(restore => restore.IsInPlace);
        // What it names is the site's own: when that is purged, there is nothing left to change back.
        builder.HasOne<Site>().WithMany().HasForeignKey(restore => restore.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
