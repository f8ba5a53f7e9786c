using System.Text.Json.Serialization;

namespace HostingPanel.Docker;

/// <summary>What a container uses.</summary>
public sealed record ContainerStats
{
    /// <summary>When it was measured.</summary>
    [JsonPropertyName("read")]
    public DateTimeOffset Read { get; init; }

    /// <summary>Processor time.</summary>
    [JsonPropertyName("cpu_stats")]
    public CpuStats? Cpu { get; init; }

    /// <summary>Processor time at the measurement before; empty in a single measurement.</summary>
    [JsonPropertyName("precpu_stats")]
    public CpuStats? PreviousCpu { get; init; }

    /// <summary>Memory.</summary>
    [JsonPropertyName("memory_stats")]
    public MemoryStats? Memory { get; init; }

    /// <summary>Processes.</summary>
    [JsonPropertyName("pids_stats")]
    public PidsStats? Pids { get; init; }

    /// <summary>Traffic, by the interface inside the container.</summary>
    [JsonPropertyName("networks")]
    public IReadOnlyDictionary<string, NetworkStats>? Networks { get; init; }

    /// <summary>Disk.</summary>
    [JsonPropertyName("blkio_stats")]
    public BlockIoStats? BlockIo { get; init; }
}

/// <summary>Processor time of a container.</summary>
public sealed record CpuStats
{
    /// <summary>Its time.</summary>
    [JsonPropertyName("cpu_usage")]
    public CpuUsage? Usage { get; init; }

    /// <summary>Nanoseconds the whole machine worked.</summary>
    [JsonPropertyName("system_cpu_usage")]
    public ulong SystemNanoseconds { get; init; }

    /// <summary>Processors.</summary>
    [JsonPropertyName("online_cpus")]
    public int OnlineCpus { get; init; }

    /// <summary>How its limit bit.</summary>
    [JsonPropertyName("throttling_data")]
    public ThrottlingData? Throttling { get; init; }
}

/// <summary>Processor time.</summary>
public sealed record CpuUsage
{
    /// <summary>Nanoseconds since its start.</summary>
    [JsonPropertyName("total_usage")]
    public ulong TotalNanoseconds { get; init; }
}

/// <summary>How a limit on processor time bit.</summary>
public sealed record ThrottlingData
{
    /// <summary>Periods measured.</summary>
    [JsonPropertyName("periods")]
    public ulong Periods { get; init; }

    /// <summary>Periods in which it had to wait.</summary>
    [JsonPropertyName("throttled_periods")]
    public ulong ThrottledPeriods { get; init; }

    /// <summary>Nanoseconds it had to wait.</summary>
    [JsonPropertyName("throttled_time")]
    public ulong ThrottledNanoseconds { get; init; }
}

/// <summary>Memory of a container.</summary>
public sealed record MemoryStats
{
    /// <summary>Bytes, with the file cache.</summary>
    [JsonPropertyName("usage")]
    public ulong Usage { get; init; }

    /// <summary>Bytes it may have.</summary>
    [JsonPropertyName("limit")]
    public ulong Limit { get; init; }

    /// <summary>The kernel's own figures, by the kernel's names.</summary>
    [JsonPropertyName("stats")]
    public IReadOnlyDictionary<string, ulong>? Details { get; init; }

    /// <summary>Bytes without the file cache that could be dropped: what Docker's own tool shows.</summary>
    [JsonIgnore]
    public ulong WorkingSet
    {
        get
        {
            // cgroup v1 and v2 have different names for it.
            var inactive =
                Details is null ? 0
                : Details.TryGetValue("total_inactive_file", out var v1) ? v1
                : Details.TryGetValue("inactive_file", out var v2) ? v2
                : 0;
            return inactive < Usage ? Usage - inactive : Usage;
        }
    }
}

/// <summary>Processes of a container.</summary>
public sealed record PidsStats
{
    /// <summary>Processes and threads.</summary>
    [JsonPropertyName("current")]
    public ulong Current { get; init; }
}

/// <summary>Traffic of an interface.</summary>
public sealed record NetworkStats
{
    /// <summary>Bytes that came in.</summary>
    [JsonPropertyName("rx_bytes")]
    public ulong ReceivedBytes { get; init; }

    /// <summary>Bytes that went out.</summary>
    [JsonPropertyName("tx_bytes")]
    public ulong SentBytes { get; init; }
}

/// <summary>Disk traffic of a container.</summary>
public sealed record BlockIoStats
{
    /// <summary>By device and operation.</summary>
    [JsonPropertyName("io_service_bytes_recursive")]
    public IReadOnlyList<BlockIoEntry> Bytes
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>One figure of disk traffic.</summary>
public sealed record BlockIoEntry
{
    /// <summary>The device's major number.</summary>
    [JsonPropertyName("major")]
    public ulong Major { get; init; }

    /// <summary>The device's minor number.</summary>
    [JsonPropertyName("minor")]
    public ulong Minor { get; init; }

    /// <summary>read or write, in either case of letters.</summary>
    [JsonPropertyName("op")]
    public string? Operation { get; init; }

    /// <summary>Bytes.</summary>
    [JsonPropertyName("value")]
    public ulong Value { get; init; }
}
