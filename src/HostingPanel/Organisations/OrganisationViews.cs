using HostingPanel.Volumes;

namespace HostingPanel.Organisations;

/// <summary>An organisation as it is shown.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan.</param>
/// <param name="PlanTitle">The plan's title for people.</param>
/// <param name="MaxSites">How many sites its plan allows.</param>
/// <param name="Sites">How many it has, those in the trash included.</param>
/// <param name="MaxDiskBytes">What all its volumes together may take on the disk by its plan: a soft limit.</param>
/// <param name="DiskBytes">What they take by their last measurements, those in the trash included.</param>
/// <param name="UnmeasuredVolumes">How many of them were not measured yet.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record OrganisationView(
    string Slug,
    string Name,
    string Plan,
    string PlanTitle,
    int MaxSites,
    int Sites,
    long MaxDiskBytes,
    long DiskBytes,
    int UnmeasuredVolumes,
    DateTimeOffset CreatedAt
)
{
    /// <summary>Whether the soft limit of its plan is near, or passed.</summary>
    public DiskState Disk => DiskQuota.StateOf(DiskBytes, MaxDiskBytes);

    /// <summary>What all services of its sites together may take of memory by its plan.</summary>
    public long MaxMemoryBytes { get; init; }

    /// <summary>What they may take of it.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>How many restore points there may be by its plan before no more are taken by hand.</summary>
    public int MaxRestorePoints { get; init; }

    /// <summary>How many there are, those that are being taken included.</summary>
    public int RestorePoints { get; init; }

    internal Guid Id { get; init; }

    /// <summary>True when its people must have a second factor.</summary>
    public bool RequiresSecondFactor { get; init; }
}

/// <summary>A plan as it is shown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its title for people.</param>
/// <param name="MaxSites">How many sites it allows.</param>
/// <param name="MaxDiskBytes">What their volumes together may take on the disk: a soft limit.</param>
/// <param name="MaxMemoryBytes">What all services of its sites together may take of memory.</param>
/// <param name="MaxRestorePoints">How many restore points there may be before no more are taken by hand.</param>
/// <param name="MaxServiceCpus">How many processors one container of its sites may use at most.</param>
/// <param name="MaxServiceMemoryBytes">What one container of its sites may use of memory at most.</param>
/// <param name="MaxServicePids">How many processes and threads one container of its sites may have at most.</param>
public sealed record PlanView(
    string Name,
    string Title,
    int MaxSites,
    long MaxDiskBytes,
    long MaxMemoryBytes = 0,
    int MaxRestorePoints = 0,
    decimal MaxServiceCpus = 0,
    long MaxServiceMemoryBytes = 0,
    int MaxServicePids = 0
);

/// <summary>What a new organisation is.</summary>
/// <param name="Slug">Its short name; unique.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan; null for <c>standard</c>.</param>
public sealed record CreateOrganisation(string? Slug, string? Name, string? Plan = null);

/// <summary>What changes about an organisation; null leaves a thing as it is.</summary>
public sealed record UpdateOrganisation(string? Name, string? Plan)
{
    /// <summary>Whether its people must have a second factor.</summary>
    public bool? RequiresSecondFactor { get; init; }
}
