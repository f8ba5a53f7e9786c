using System.Text.Json.Serialization;

namespace HostingPanel.Docker;

/// <summary>A secret to be made. It can never be changed or read again.</summary>
public sealed record SecretSpec
{
    /// <summary>Unique in the swarm.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The secret itself, at most 500 KiB; never in an answer.</summary>
    public byte[]? Data { get; init; }

    /// <summary>Name and labels, never the data: what is printed ends in logs.</summary>
    public override string ToString() => $"{nameof(SecretSpec)} {{ Name = {Name} }}";
}

/// <summary>A secret as it is (the API's <c>Secret</c>).</summary>
public sealed record SwarmSecret
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>What an update of its labels would have to name.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name and labels.</summary>
    public required SecretSpec Spec { get; init; }
}

/// <summary>The id of a new swarm object.</summary>
internal sealed record IdResponse
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }
}
