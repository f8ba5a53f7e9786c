using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>An image in a list.</summary>
public sealed record ImageSummary
{
    /// <summary>Its id: <c>sha256:...</c></summary>
    public required string Id { get; init; }

    /// <summary>The image it was built on, if that was built here.</summary>
    public string? ParentId { get; init; }

    /// <summary>Its names: <c>repository:tag</c>.</summary>
    public IReadOnlyList<string> RepoTags
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Its names with digest, if it was in a registry.</summary>
    public IReadOnlyList<string> RepoDigests
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>When it was made, in seconds since 1970.</summary>
    public long Created { get; init; }

    /// <summary>Bytes, with the layers it shares.</summary>
    public long Size { get; init; }

    /// <summary>Bytes it shares with other images; -1 when not counted.</summary>
    public long SharedSize { get; init; }

    /// <summary>Containers made of it; -1 when not counted.</summary>
    public long Containers { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;
}

/// <summary>Everything about an image.</summary>
public sealed record ImageInspect
{
    /// <summary>Its id: <c>sha256:...</c></summary>
    public required string Id { get; init; }

    /// <summary>Its names: <c>repository:tag</c>.</summary>
    public IReadOnlyList<string> RepoTags
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Its names with digest, if it was in a registry.</summary>
    public IReadOnlyList<string> RepoDigests
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>When it was made; null when its maker did not say.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? Created { get; init; }

    /// <summary>The processor's kind.</summary>
    public string? Architecture { get; init; }

    /// <summary>linux or windows.</summary>
    public string? Os { get; init; }

    /// <summary>Bytes, with the layers it shares.</summary>
    public long Size { get; init; }

    /// <summary>What its containers get if they do not say otherwise.</summary>
    public ContainerConfig? Config { get; init; }

    /// <summary>Its layers.</summary>
    [JsonPropertyName("RootFS")]
    public RootFs? RootFs { get; init; }
}

/// <summary>Layers of an image.</summary>
public sealed record RootFs
{
    /// <summary>Always "layers".</summary>
    public string? Type { get; init; }

    /// <summary>Digests, from the bottom up.</summary>
    public IReadOnlyList<string> Layers
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>One thing that removing an image did.</summary>
public sealed record ImageDeleteResponse
{
    /// <summary>A name that is gone.</summary>
    public string? Untagged { get; init; }

    /// <summary>A layer or image that is gone.</summary>
    public string? Deleted { get; init; }
}

/// <summary>How an image is built.</summary>
public sealed record ImageBuildRequest
{
    /// <summary>Its names: <c>repository:tag</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The Dockerfile's path in the context; absent is "Dockerfile".</summary>
    public string? Dockerfile { get; init; }

    /// <summary>Values for the Dockerfile's ARGs. They stay visible in the image's history: no secrets.</summary>
    public IReadOnlyDictionary<string, string>? BuildArgs { get; init; }

    /// <summary>Labels for the image.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The stage to stop at; absent is the last.</summary>
    public string? Target { get; init; }

    /// <summary>Asks the registry for newer base images.</summary>
    public bool Pull { get; init; }

    /// <summary>Uses nothing of earlier builds.</summary>
    public bool NoCache { get; init; }

    /// <summary>The network of RUN steps: default, host, none, or a network's name.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>Bytes of memory a RUN step may use; absent is without limit.</summary>
    public long? Memory { get; init; }

    /// <summary>Credentials for registries of base images, by the registry's address.</summary>
    public IReadOnlyDictionary<string, RegistryAuth>? RegistryConfig { get; init; }
}

/// <summary>One piece of news from a build.</summary>
public sealed record BuildMessage
{
    /// <summary>Output of the build, often a whole line with its end.</summary>
    [JsonPropertyName("stream")]
    public string? Stream { get; init; }

    /// <summary>What is being pulled, and how that goes.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>The layer the status is about.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>How far that is.</summary>
    [JsonPropertyName("progressDetail")]
    public ProgressDetail? Progress { get; init; }

    /// <summary>The image that came of it; in the last such message, the finished one.</summary>
    [JsonPropertyName("aux")]
    public BuildResult? Result { get; init; }

    [JsonInclude]
    [JsonPropertyName("errorDetail")]
    internal ErrorDetail? ErrorDetail { get; init; }

    [JsonInclude]
    [JsonPropertyName("error")]
    internal string? Error { get; init; }
}

/// <summary>What a build made.</summary>
public sealed record BuildResult
{
    /// <summary>The image's id: <c>sha256:...</c></summary>
    [JsonPropertyName("ID")]
    public string? Id { get; init; }
}

/// <summary>One piece of news from a pull, push or import.</summary>
public sealed record TransferMessage
{
    /// <summary>What happens.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>To which layer.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>How far it is.</summary>
    [JsonPropertyName("progressDetail")]
    public ProgressDetail? Progress { get; init; }

    /// <summary>At the end of a push: what is in the registry now.</summary>
    [JsonPropertyName("aux")]
    public PushResult? Result { get; init; }

    [JsonInclude]
    [JsonPropertyName("errorDetail")]
    internal ErrorDetail? ErrorDetail { get; init; }

    [JsonInclude]
    [JsonPropertyName("error")]
    internal string? Error { get; init; }
}

/// <summary>What a push left in the registry.</summary>
public sealed record PushResult
{
    /// <summary>The tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The digest to pin it by.</summary>
    public string? Digest { get; init; }
}

/// <summary>How far a transfer is.</summary>
public sealed record ProgressDetail
{
    /// <summary>Bytes so far.</summary>
    [JsonPropertyName("current")]
    public long? Current { get; init; }

    /// <summary>Bytes in all; absent when unknown.</summary>
    [JsonPropertyName("total")]
    public long? Total { get; init; }
}

/// <summary>The end of a stream that failed.</summary>
internal sealed record ErrorDetail
{
    [JsonPropertyName("code")]
    public int? Code { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }
}
