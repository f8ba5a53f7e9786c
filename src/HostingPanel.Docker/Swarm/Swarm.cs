using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>How a swarm is made.</summary>
public sealed record SwarmInitRequest
{
    /// <summary>Where the manager listens: address or interface, with a port if wanted.</summary>
    public string ListenAddr { get; init; } = "0.0.0.0:2377";

    /// <summary>The address others reach it by. Should never change.</summary>
    public string? AdvertiseAddr { get; init; }

    /// <summary>Where containers' traffic between nodes goes; absent is the advertised address.</summary>
    public string? DataPathAddr { get; init; }

    /// <summary>Its UDP port; 0 or absent is 4789.</summary>
    public int? DataPathPort { get; init; }

    /// <summary>Overlay networks get their subnets out of these. Can't be changed later.</summary>
    public IReadOnlyList<string>? DefaultAddrPool { get; init; }

    /// <summary>Prefix length of each such subnet. Can't be changed later.</summary>
    public int? SubnetSize { get; init; }

    /// <summary>A new swarm from what this manager still has of a lost one.</summary>
    public bool ForceNewCluster { get; init; }

    /// <summary>Its settings.</summary>
    public SwarmSpec? Spec { get; init; }
}

/// <summary>How a machine joins a swarm.</summary>
public sealed record SwarmJoinRequest
{
    /// <summary>Where it listens if it becomes a manager.</summary>
    public string ListenAddr { get; init; } = "0.0.0.0:2377";

    /// <summary>The address others reach it by.</summary>
    public string? AdvertiseAddr { get; init; }

    /// <summary>Where containers' traffic between nodes goes; absent is the advertised address.</summary>
    public string? DataPathAddr { get; init; }

    /// <summary>Managers to ask.</summary>
    public required IReadOnlyList<string> RemoteAddrs { get; init; }

    /// <summary>Says whether it joins as worker or manager.</summary>
    public required string JoinToken { get; init; }

    /// <summary>Never the token: what is printed ends in logs.</summary>
    public override string ToString() => $"{nameof(SwarmJoinRequest)} {{ RemoteAddrs = {string.Join(", ", RemoteAddrs)} }}";
}

/// <summary>Settings of a swarm.</summary>
public sealed record SwarmSpec
{
    /// <summary>Always "default".</summary>
    public string? Name { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>How tasks are kept.</summary>
    public OrchestrationConfig? Orchestration { get; init; }

    /// <summary>How managers agree.</summary>
    public RaftConfig? Raft { get; init; }

    /// <summary>How nodes are watched.</summary>
    public DispatcherConfig? Dispatcher { get; init; }

    /// <summary>How nodes prove who they are.</summary>
    [JsonPropertyName("CAConfig")]
    public CaConfig? CaConfig { get; init; }

    /// <summary>How managers keep their keys.</summary>
    public EncryptionConfig? EncryptionConfig { get; init; }

    /// <summary>What tasks get that do not say otherwise.</summary>
    public TaskDefaults? TaskDefaults { get; init; }
}

/// <summary>How managers keep their keys.</summary>
public sealed record EncryptionConfig
{
    /// <summary>A restarted manager stays locked until somebody gives it the key.</summary>
    public bool AutoLockManagers { get; init; }
}

/// <summary>What tasks get that do not say otherwise.</summary>
public sealed record TaskDefaults
{
    /// <summary>Where their output goes.</summary>
    public Driver? LogDriver { get; init; }
}

/// <summary>How tasks are kept.</summary>
public sealed record OrchestrationConfig
{
    /// <summary>How many ended tasks of each slot are kept to look at.</summary>
    public long? TaskHistoryRetentionLimit { get; init; }
}

/// <summary>How managers agree.</summary>
public sealed record RaftConfig
{
    /// <summary>Log entries between two snapshots.</summary>
    public ulong? SnapshotInterval { get; init; }

    /// <summary>Old snapshots that are kept.</summary>
    public ulong? KeepOldSnapshots { get; init; }

    /// <summary>Log entries kept for slow managers.</summary>
    public ulong? LogEntriesForSlowFollowers { get; init; }

    /// <summary>Ticks without a leader before an election.</summary>
    public int? ElectionTick { get; init; }

    /// <summary>Ticks between heartbeats.</summary>
    public int? HeartbeatTick { get; init; }
}

/// <summary>How nodes are watched.</summary>
public sealed record DispatcherConfig
{
    /// <summary>Time between a node's heartbeats.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? HeartbeatPeriod { get; init; }
}

/// <summary>How nodes prove who they are.</summary>
public sealed record CaConfig
{
    /// <summary>How long a node's certificate is valid.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? NodeCertExpiry { get; init; }
}

/// <summary>A swarm as every manager knows it.</summary>
public record ClusterInfo
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>What an update must name.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Its settings.</summary>
    public SwarmSpec? Spec { get; init; }

    /// <summary>The UDP port of containers' traffic between nodes.</summary>
    public int DataPathPort { get; init; }

    /// <summary>Overlay networks get their subnets out of these.</summary>
    public IReadOnlyList<string> DefaultAddrPool
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Prefix length of each such subnet.</summary>
    public int SubnetSize { get; init; }
}

/// <summary>A swarm with its secrets (the API's <c>Swarm</c>).</summary>
public sealed record SwarmInspectResponse : ClusterInfo
{
    /// <summary>What a machine must show to join.</summary>
    public JoinTokens? JoinTokens { get; init; }
}

/// <summary>What a machine must show to join.</summary>
public sealed record JoinTokens
{
    /// <summary>To become a worker.</summary>
    public string? Worker { get; init; }

    /// <summary>To become a manager.</summary>
    public string? Manager { get; init; }

    /// <summary>Never the tokens: what is printed ends in logs.</summary>
    public override string ToString() => nameof(JoinTokens);
}
