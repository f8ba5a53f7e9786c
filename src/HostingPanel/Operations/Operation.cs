using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Operations;

/// <summary>Where an operation is. States only move forward.</summary>
public enum OperationState
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>Done whole.</summary>
    Succeeded,

    /// <summary>It failed; what can be undone is undone.</summary>
    Failed,

    /// <summary>Somebody stopped it; what can be undone is undone.</summary>
    Cancelled,
}

/// <summary>Where a step is.</summary>
public enum StepState
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Started.</summary>
    Running,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Failed; the message says why.</summary>
    Failed,

    /// <summary>Undone after a later step failed.</summary>
    Undone,

    /// <summary>Never run, because an earlier one failed.</summary>
    Skipped,
}

/// <summary>Who goes first when several wait; the higher the sooner.</summary>
internal enum OperationPriority
{
    /// <summary>It is good to have it done some time: measuring, tidying.</summary>
    Background = 0,

    /// <summary>A schedule asked for it.</summary>
    Schedule = 10,

    /// <summary>A person asked for something that a schedule would have asked for later: before schedules, and making way for all else.</summary>
    Errand = 15,

    /// <summary>The reconciler mends something that visitors may notice.</summary>
    Repair = 20,

    /// <summary>A person waits for it.</summary>
    Person = 30,
}

/// <summary>A durable long action.</summary>
internal sealed class Operation
{
    public required Guid Id { get; init; }

    /// <summary>Which <see cref="OperationKinds"/> it is, e.g. <c>provision-site</c>.</summary>
    public required string Kind { get; init; }
    public required Guid? SiteId { get; init; }

    /// <summary>
    /// The site that it is about, for who may see it: also one that it does not act on, such as that of a restore point. Where it is left
    /// out, the database takes <see cref="SiteId"/>.
    /// </summary>
    public Guid? AboutSiteId { get; init; }

    /// <summary>
    /// Whose it is, for who may see it, also when the site has gone; null for the provider's own. Where it is left out, the database takes
    /// the site's.
    /// </summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>What it acts on, for people; stays when the thing has gone.</summary>
    public required string Target { get; init; }
    public required Guid RequestedById { get; init; }
    public required string RequestedByName { get; init; }
    public required OperationPriority Priority { get; init; }

    /// <summary>The node whose budget it uses; null where it is no node's work.</summary>
    public string? Node { get; init; }

    /// <summary>What its kind needs to know beside the site, as JSON; never a secret. See <see cref="ArgumentsAs{T}"/>.</summary>
    public string? Arguments { get; init; }
    public required OperationState State { get; set; }

    /// <summary>Set once a step failed or a cancel was heard: from then on it only undoes.</summary>
    public bool Undoing { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public DateTimeOffset? CancelRequestedAt { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }

    /// <summary>The worker that has it.</summary>
    public string? LeaseOwner { get; set; }

    /// <summary>Fencing token: raised with each lease; a writer with an older one is refused.</summary>
    public long LeaseToken { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
    public List<OperationStep> Steps { get; } = [];

    /// <summary>What its kind needs to know beside the site.</summary>
    public T ArgumentsAs<T>()
        where T : class =>
        JsonSerializer.Deserialize<T>(Arguments ?? "null") ?? throw new InvalidOperationException($"{Kind} has no arguments.");
}

/// <summary>A resumable part of an operation.</summary>
internal sealed class OperationStep
{
    public required Guid OperationId { get; init; }
    public required int Ordinal { get; init; }
    public required string Name { get; init; }
    public required string Title { get; init; }
    public StepState State { get; set; }

    /// <summary>Which share is done, from 0 to 1; null while it can't tell.</summary>
    public double? Progress { get; set; }

    /// <summary>How often it was begun; more than once after a crash or a failure that may be tried again.</summary>
    public int Attempts { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>A line of an operation's log.</summary>
internal sealed class OperationLogLine
{
    public const int MaxTextLength = 4000;

    /// <summary>Raised with each line of any operation: a place in the log.</summary>
    public long Id { get; init; }
    public required Guid OperationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The step that wrote it; null for the runner itself.</summary>
    public required string? Step { get; init; }
    public required bool IsError { get; init; }
    public required string Text { get; init; }
}

internal sealed class OperationConfiguration
    : IEntityTypeConfiguration<Operation>,
        IEntityTypeConfiguration<OperationStep>,
        IEntityTypeConfiguration<OperationLogLine>
{
    /// <summary>The index that lets at most one operation act on a site; others may wait in the queue.</summary>
    public const string OneRunningPerSite = "ix_operations_one_running_per_site";

    public void Configure(EntityTypeBuilder<Operation> builder)
    {
        builder.Property(operation => operation.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(operation => operation.Kind).HasMaxLength(60);
        builder.Property(operation => operation.Target).HasMaxLength(120);
        builder.Property(operation => operation.Priority).HasConversion<int>();
        builder.Property(operation => operation.Node).HasMaxLength(80);
        builder.Property(operation => operation.Arguments).HasColumnType("jsonb");
        builder.HasIndex(operation => operation.SiteId, OneRunningPerSite).IsUnique().HasFilter("state = 'Running'");
        builder.HasIndex(operation => operation.CreatedAt, "ix_operations_unfinished").HasFilter("state IN ('Queued', 'Running')");
        builder.HasIndex(operation => operation.FinishedAt);
        builder.HasIndex(operation => new { operation.OrganisationId, operation.CreatedAt });
        builder.HasIndex(operation => new { operation.SiteId, operation.CreatedAt });
        builder.HasMany(operation => operation.Steps).WithOne().HasForeignKey(step => step.OperationId);
    }

    public void Configure(EntityTypeBuilder<OperationStep> builder)
    {
        builder.HasKey(step => new { step.OperationId, step.Ordinal });
        builder.Property(step => step.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(step => step.Name).HasMaxLength(80);
        builder.Property(step => step.Title).HasMaxLength(120);
    }

    public void Configure(EntityTypeBuilder<OperationLogLine> builder)
    {
        builder.ToTable("OperationLog");
        builder.Property(line => line.Step).HasMaxLength(80);
        builder.Property(line => line.Text).HasMaxLength(OperationLogLine.MaxTextLength);
        builder.HasIndex(line => new { line.OperationId, line.Id });
        builder.HasOne<Operation>().WithMany().HasForeignKey(line => line.OperationId);
    }
}
