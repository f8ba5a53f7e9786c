using System.Text.Json.Serialization;

namespace HostingPanel.Docker;

/// <summary>A config to be made. Its data can never be changed.</summary>
public sealed record ConfigSpec
{
    /// <summary>Unique in the swarm.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The contents, at most 1000 KiB.</summary>
    public byte[]? Data { get; init; }
}

/// <summary>A config as it is (the API's <c>Config</c>).</summary>
public sealed record SwarmConfig
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>What an update of its labels would have to name.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name, labels and contents.</summary>
    public required ConfigSpec Spec { get; init; }
}
