namespace HostingPanel.Docker;

/// <summary>A volume to be made.</summary>
public sealed record VolumeCreateRequest
{
    /// <summary>Its name. A volume of that name that already exists is answered as it is, whatever its labels: inspect first.</summary>
    public required string Name { get; init; }

    /// <summary>Absent is "local".</summary>
    public string? Driver { get; init; }

    /// <summary>Options of the driver. They can bind any directory of the machine, so they never come from a user.</summary>
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>A volume as it is (the API's <c>Volume</c>).</summary>
public sealed record VolumeResponse
{
    /// <summary>Its name; volumes have no other id.</summary>
    public required string Name { get; init; }

    /// <summary>Its driver.</summary>
    public string? Driver { get; init; }

    /// <summary>Where it is on the node.</summary>
    public string? Mountpoint { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>local or global.</summary>
    public string? Scope { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> Options
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;

    /// <summary>Size and users; only in <see cref="DiskUsage"/>.</summary>
    public VolumeUsageData? UsageData { get; init; }
}

/// <summary>Size and users of a volume.</summary>
public sealed record VolumeUsageData
{
    /// <summary>Bytes; -1 when unknown.</summary>
    public long Size { get; init; }

    /// <summary>Containers that have it; -1 when unknown.</summary>
    public long RefCount { get; init; }
}

/// <summary>The list of volumes.</summary>
internal sealed record VolumeListResponse
{
    public IReadOnlyList<VolumeResponse>? Volumes { get; init; }
}
