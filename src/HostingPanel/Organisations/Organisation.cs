using HostingPanel.Blueprints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Organisations;

/// <summary>A non-profit: the tenant boundary.</summary>
internal sealed class Organisation
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; set; }
    public required string PlanName { get; set; }
    public Plan? Plan { get; set; }

    /// <summary>True when its people must have a second factor.</summary>
    public bool RequiresSecondFactor { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an organisation may use.</summary>
internal sealed class Plan
{
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>Sites, those in the trash included: they still hold their volumes.</summary>
    public required int MaxSites { get; init; }

    /// <summary>
    /// What all volumes of its sites may take on the disk together, those in the trash included. A soft limit: it is warned of, and nothing
    /// that runs is stopped for it before the disk itself is in danger.
    /// </summary>
    public required long MaxDiskBytes { get; init; }

    /// <summary>What all services of its sites together may take of memory, those of sites in the trash included: they may come back.</summary>
    public required long MaxMemoryBytes { get; init; }

    /// <summary>How many restore points there may be before no more are taken by hand; those that a schedule takes go by its policy.</summary>
    public required int MaxRestorePoints { get; init; }

    /// <summary>How many processors one container of its sites may use at most, in fractions; its recipe may ask for less.</summary>
    public required decimal MaxServiceCpus { get; init; }

    /// <summary>What one container of its sites may use of memory at most.</summary>
    public required long MaxServiceMemoryBytes { get; init; }

    /// <summary>How many processes and threads one container of its sites may have at most.</summary>
    public required int MaxServicePids { get; init; }

    /// <summary>How often a restore point of each of its sites is drilled; 0 for never by itself.</summary>
    public int DrillEveryDays { get; init; } = 30;

    /// <summary>What a container gets that asks for so much: that, and not more than the plan gives.</summary>
    public BlueprintLimits Within(BlueprintLimits asked) =>
        new(Math.Min(asked.Memory, MaxServiceMemoryBytes), Math.Min(asked.Cpus, MaxServiceCpus), Math.Min(asked.Pids, MaxServicePids));
}

internal sealed class OrganisationConfiguration : IEntityTypeConfiguration<Organisation>, IEntityTypeConfiguration<Plan>
{
    public void Configure(EntityTypeBuilder<Organisation> builder)
    {
        builder.HasIndex(organisation => organisation.Slug).IsUnique();
        builder.Property(organisation => organisation.Slug).HasMaxLength(30);
        builder.Property(organisation => organisation.Name).HasMaxLength(120);
        builder
            .HasOne(organisation => organisation.Plan)
            .WithMany()
            .HasForeignKey(organisation => organisation.PlanName)
            .OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Plan> builder)
    {
        builder.HasKey(plan => plan.Name);
        builder.Property(plan => plan.Name).HasMaxLength(30);
        builder.Property(plan => plan.Title).HasMaxLength(60);
        builder.Property(plan => plan.MaxServiceCpus).HasPrecision(4, 2);
        builder.HasData(
            new Plan
            {
                Name = "small",
                Title = "Small (1 site)",
                MaxSites = 1,
                MaxDiskBytes = 5L << 30,
                MaxMemoryBytes = 2L << 30,
                MaxRestorePoints = 200,
                MaxServiceCpus = 1,
                MaxServiceMemoryBytes = 1L << 30,
                MaxServicePids = 200,
            },
            new Plan
            {
                Name = "standard",
                Title = "Standard (5 sites)",
                MaxSites = 5,
                MaxDiskBytes = 25L << 30,
                MaxMemoryBytes = 10L << 30,
                MaxRestorePoints = 1000,
                MaxServiceCpus = 2,
                MaxServiceMemoryBytes = 1L << 30,
                MaxServicePids = 400,
            },
            new Plan
            {
                Name = "large",
                Title = "Large (50 sites)",
                MaxSites = 50,
                MaxDiskBytes = 500L << 30,
                MaxMemoryBytes = 100L << 30,
                MaxRestorePoints = 10000,
                MaxServiceCpus = 4,
                MaxServiceMemoryBytes = 4L << 30,
                MaxServicePids = 1000,
            }
        );
    }
}
