using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>Credentials for a registry, by name and password or by token.</summary>
public sealed record RegistryAuth
{
    /// <summary>No credentials: for registries that take anybody.</summary>
    public static RegistryAuth Anonymous { get; } = new();

    /// <summary>User name.</summary>
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    /// <summary>Password.</summary>
    [JsonPropertyName("password")]
    public string? Password { get; init; }

    /// <summary>The registry's address, without a scheme.</summary>
    [JsonPropertyName("serveraddress")]
    public string? ServerAddress { get; init; }

    /// <summary>A token that stands for the user.</summary>
    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    /// <summary>Never the credentials: what is printed ends in logs.</summary>
    public override string ToString() => $"{nameof(RegistryAuth)} {{ ServerAddress = {ServerAddress} }}";

    /// <summary>As the header X-Registry-Auth takes it.</summary>
    internal string ToHeader() => Encode(JsonSerializer.SerializeToUtf8Bytes(this, DockerJsonContext.Default.RegistryAuth));

    /// <summary>As the header X-Registry-Config takes them.</summary>
    internal static string ToHeader(IReadOnlyDictionary<string, RegistryAuth> registries) =>
        Encode(JsonSerializer.SerializeToUtf8Bytes(registries, DockerJsonContext.Default.IReadOnlyDictionaryStringRegistryAuth));

    // The alphabet for addresses, but with its padding: the engine's decoder wants both.
    private static string Encode(byte[] json) => Convert.ToBase64String(json).Replace('+', '-').Replace('/', '_');
}
