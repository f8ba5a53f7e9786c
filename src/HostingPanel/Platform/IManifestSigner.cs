namespace HostingPanel.Platform;

/// <summary>Signs what the panel stores where others can write, so that it knows its own again. Only the worker has the key.</summary>
public interface IManifestSigner
{
    /// <summary>The signature, as text.</summary>
    string Sign(ReadOnlySpan<byte> content);

    /// <summary>Whether the content is what was signed so.</summary>
    bool IsOurs(ReadOnlySpan<byte> content, string signature);
}
