namespace HostingPanel.Platform;

/// <summary>Encrypts what is secret before it is stored. Only the worker has the key.</summary>
public interface ISecretProtector
{
    /// <summary>Encrypts; <paramref name="context"/> (site and name) must be the same again to decrypt.</summary>
    byte[] Protect(ReadOnlySpan<byte> plain, string context);

    /// <summary>Decrypts; throws when the value was changed or belongs to another context.</summary>
    byte[] Unprotect(ReadOnlySpan<byte> stored, string context);
}
