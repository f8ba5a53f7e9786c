using HostingPanel.Domains;
using HostingPanel.Organisations;
using HostingPanel.Platform;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites;

/// <summary>Where a site has settled. While an operation moves it, the operation tells more.</summary>
public enum SiteState
{
    /// <summary>Its provisioning has not ended yet.</summary>
    New,

    /// <summary>Its provisioning failed and was undone; nothing of it is in the engine.</summary>
    Failed,

    /// <summary>It answers its visitors.</summary>
    Running,

    /// <summary>It is switched off; visitors see the stopped page.</summary>
    Stopped,

    /// <summary>It is in the trash: nothing runs, its volumes are kept.</summary>
    Trashed,
}

/// <summary>What a site is for.</summary>
public enum SiteEnvironment
{
    /// <summary>For the public.</summary>
    Live,

    /// <summary>A copy to try things on.</summary>
    Staging,

    /// <summary>A restore point booted as a sealed scratch site.</summary>
    Drill,
}

/// <summary>One running instance of a blueprint.</summary>
internal sealed class Site
{
    public required Guid Id { get; init; }

    /// <summary>Names its volumes and secrets in the engine, for a slug may change and an identity may not.</summary>
    public required string ShortId { get; init; }
    public required string Slug { get; init; }
    public required Guid OrganisationId { get; init; }
    public Organisation? Organisation { get; set; }
    public required string Blueprint { get; init; }
    public required int BlueprintVersion { get; set; }
    public required string Title { get; set; }
    public required string AdminEmail { get; set; }
    public required SiteEnvironment Environment { get; init; }
    public required SiteState State { get; set; }

    /// <summary>What the gateway does with its visitors; null when it knows nothing of the site.</summary>
    public RouteMode? Route { get; set; }

    /// <summary>Which /28 of the sites' range is its own; unique.</summary>
    public required int SubnetIndex { get; init; }

    /// <summary>The archive its code is unpacked from, where the blueprint wants one.</summary>
    public Guid? CodeUploadId { get; set; }

    /// <summary>Raised by each restart; see <see cref="Platform.ServiceDefinition.Generation"/>.</summary>
    public int Generation { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it first answered; null while it never did, and then nothing in its volumes is worth keeping.</summary>
    public DateTimeOffset? ProvisionedAt { get; set; }
    public DateTimeOffset? TrashedAt { get; set; }

    /// <summary>The one-time address where the site's administrator sets a password; shown until it expires.</summary>
    public string? AdminLink { get; set; }
    public DateTimeOffset? AdminLinkExpiresAt { get; set; }

    /// <summary>
    /// Why the panel stopped it by itself, with the mend; null when a person did. It counts while the site is stopped: each stop writes it, and
    /// what brings a site back some other way than by a start leaves it where it is.
    /// </summary>
    public string? StoppedReason { get; set; }

    /// <summary>Until when the reconciler leaves it alone, because somebody works on it; null or past when it does not.</summary>
    public DateTimeOffset? HandsOffUntil { get; set; }

    /// <summary>Since when it is left alone.</summary>
    public DateTimeOffset? HandsOffSince { get; set; }

    /// <summary>Why it is left alone.</summary>
    public string? HandsOffReason { get; set; }

    /// <summary>Who said so.</summary>
    public string? HandsOffBy { get; set; }

    /// <summary>True while nothing of it runs by schedule: somebody said so, or it was restored beside the site that it comes from.</summary>
    public bool CronIsOff { get; set; }

    /// <summary>True where it answers to each of its names; false where the gateway sends visitors of the others to the primary one.</summary>
    public bool ServesAliases { get; set; }

    public List<SiteService> Services { get; } = [];
    public List<SiteSecret> Secrets { get; } = [];
    public List<Volume> Volumes { get; } = [];
    public List<Domain> Domains { get; } = [];
}

/// <summary>One single-purpose container of a site: what it should be, and how it was last seen.</summary>
internal sealed class SiteService
{
    public required Guid SiteId { get; init; }
    public required string Name { get; init; }

    /// <summary>The reference of the release that it runs; pinned here, so that a newer release changes nothing by itself.</summary>
    public required string Image { get; set; }
    public required bool IsFront { get; init; }
    public string ObservedState { get; set; } = "unknown";
    public int ObservedRunning { get; set; }
    public string? ObservedMessage { get; set; }
    public string? ObservedNode { get; set; }
    public DateTimeOffset? ObservedAt { get; set; }

    /// <summary>What its containers were seen to run with, 0 for what is not limited; these three are null while none runs.</summary>
    public long? ObservedMemoryBytes { get; set; }
    public long? ObservedNanoCpus { get; set; }
    public int? ObservedPids { get; set; }

    /// <summary>Why it does not run although it should, a stable word; null when it runs, or for as long as starting may take.</summary>
    public string? ReasonCode { get; set; }

    /// <summary>The same for people.</summary>
    public string? ReasonMessage { get; set; }

    /// <summary>Since when that is so.</summary>
    public DateTimeOffset? ReasonSince { get; set; }

    /// <summary>Since when it does not run although it should.</summary>
    public DateTimeOffset? DownSince { get; set; }

    /// <summary>How often in a row it has crashed without running for a while in between.</summary>
    public int Crashes { get; set; }

    /// <summary>When it last crashed, by the engine's clock: the failures before that have been counted.</summary>
    public DateTimeOffset? CrashedAt { get; set; }

    /// <summary>Until when it is kept stopped, because it crashed again and again.</summary>
    public DateTimeOffset? RestsUntil { get; set; }
}

/// <summary>A secret of a site, encrypted with the worker's key.</summary>
internal sealed class SiteSecret
{
    public required Guid SiteId { get; init; }
    public required string Name { get; init; }
    public required int Version { get; set; }
    public required byte[] Value { get; set; }
}

internal sealed class SiteConfiguration
    : IEntityTypeConfiguration<Site>,
        IEntityTypeConfiguration<SiteService>,
        IEntityTypeConfiguration<SiteSecret>
{
    public void Configure(EntityTypeBuilder<Site> builder)
    {
        // A scratch site is nobody's to see, to count or to plan for: whoever means it says so (SiteQueries.WithDrills).
        builder.HasQueryFilter(SiteQueries.Drills, site => site.Environment != SiteEnvironment.Drill);
        builder.HasIndex(site => site.Slug).IsUnique();
        builder.HasIndex(site => site.ShortId).IsUnique();
        builder.HasIndex(site => site.SubnetIndex).IsUnique();
        builder.Property(site => site.Slug).HasMaxLength(SiteRules.MaxSlugLength);
        builder.Property(site => site.ShortId).HasMaxLength(10);
        builder.Property(site => site.Blueprint).HasMaxLength(40);
        builder.Property(site => site.Title).HasMaxLength(SiteRules.MaxTitleLength);
        builder.Property(site => site.AdminEmail).HasMaxLength(SiteRules.MaxEmailLength);
        builder.Property(site => site.StoppedReason).HasMaxLength(400);
        builder.Property(site => site.HandsOffReason).HasMaxLength(SiteRules.MaxHandsOffReasonLength);
        builder.Property(site => site.HandsOffBy).HasMaxLength(200);
        builder.HasOne(site => site.Organisation).WithMany().HasForeignKey(site => site.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(site => site.Services).WithOne().HasForeignKey(service => service.SiteId);
        builder.HasMany(site => site.Secrets).WithOne().HasForeignKey(secret => secret.SiteId);
        // A volume and a host name outlive mistakes: their rows are removed by name, never with the site's.
        builder.HasMany(site => site.Volumes).WithOne().HasForeignKey(volume => volume.SiteId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(site => site.Domains).WithOne().HasForeignKey(domain => domain.SiteId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<SiteService> builder)
    {
        builder.HasKey(service => new { service.SiteId, service.Name });
        builder.Property(service => service.Name).HasMaxLength(40);
        builder.Property(service => service.ReasonCode).HasMaxLength(60);
    }

    public void Configure(EntityTypeBuilder<SiteSecret> builder)
    {
        builder.HasKey(secret => new { secret.SiteId, secret.Name });
        builder.Property(secret => secret.Name).HasMaxLength(80);
    }
}
