namespace HostingPanel.Client;

/// <summary>A non-profit.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan.</param>
/// <param name="PlanTitle">The plan's title.</param>
/// <param name="MaxSites">How many sites its plan allows.</param>
/// <param name="Sites">How many it has, those in the trash included.</param>
/// <param name="MaxDiskBytes">What all its volumes together may take on the disk: a soft limit, nothing is stopped for it.</param>
/// <param name="DiskBytes">What they take by their last measurements, those in the trash included.</param>
/// <param name="UnmeasuredVolumes">How many of them were not measured yet.</param>
/// <param name="Disk">Whether the soft limit is near (80 %) or passed (100 %).</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record Organisation(
    string Slug,
    string Name,
    string Plan,
    string PlanTitle,
    int MaxSites,
    int Sites,
    long MaxDiskBytes,
    long DiskBytes,
    int UnmeasuredVolumes,
    DiskState Disk,
    DateTimeOffset CreatedAt
);

/// <summary>What an organisation may use.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its title.</param>
/// <param name="MaxSites">How many sites it allows.</param>
/// <param name="MaxDiskBytes">What their volumes together may take on the disk: a soft limit.</param>
public sealed record Plan(string Name, string Title, int MaxSites, long MaxDiskBytes);

/// <summary>How what an organisation's volumes take stands to what its plan allows.</summary>
public enum DiskState
{
    /// <summary>Below 80 %.</summary>
    Within,

    /// <summary>From 80 % on.</summary>
    Near,

    /// <summary>From 100 % on. Nothing is stopped for it.</summary>
    Over,
}

/// <summary>What a new organisation is.</summary>
/// <param name="Slug">Its short name: lower-case letters, digits, single hyphens; unique.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan; <c>standard</c> when absent.</param>
public sealed record CreateOrganisationRequest(string? Slug, string? Name, string? Plan = null);

/// <summary>What changes about an organisation; what is absent stays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Plan">The name of its plan.</param>
public sealed record UpdateOrganisationRequest(string? Name = null, string? Plan = null);
