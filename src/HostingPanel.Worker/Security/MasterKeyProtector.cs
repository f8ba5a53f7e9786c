using System.Security.Cryptography;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Security;

/// <summary>AES-256-GCM with the installation's master key, which only the worker is given.</summary>
/// <remarks>Stored form: one byte version (1), 12 bytes nonce, the cipher text, 16 bytes tag. The context is authenticated, not stored.</remarks>
internal sealed class MasterKeyProtector : ISecretProtector, IManifestSigner
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private static readonly byte[] SigningPurpose = Encoding.ASCII.GetBytes("hostingpanel manifest 1");
    private readonly byte[] _key;
    private readonly byte[] _signingKey;

    public MasterKeyProtector(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32)
        {
            throw new InvalidOperationException("The master key must have 32 bytes (64 hexadecimal digits).");
        }

        _key = key.ToArray();
        // A key of its own: what is signed must never pass for what is encrypted.
        _signingKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, outputLength: 32, info: SigningPurpose);
    }

    /// <summary>Reads the key from a file of 64 hexadecimal digits.</summary>
    public static MasterKeyProtector FromFile(string path)
    {
        try
        {
            return new MasterKeyProtector(Convert.FromHexString(File.ReadAllText(path).Trim()));
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The master key can't be read from {path}: it must hold 64 hexadecimal digits.", failure);
        }
    }

    public byte[] Protect(ReadOnlySpan<byte> plain, string context)
    {
        var stored = new byte[1 + NonceLength + plain.Length + TagLength];
        stored[0] = Version;
        var nonce = stored.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagLength);
        cipher.Encrypt(
            nonce,
            plain,
            stored.AsSpan(1 + NonceLength, plain.Length),
            stored.AsSpan(1 + NonceLength + plain.Length),
            Encoding.UTF8.GetBytes(context)
        );
        return stored;
    }

    public byte[] Unprotect(ReadOnlySpan<byte> stored, string context)
    {
        if (stored.Length < 1 + NonceLength + TagLength || stored[0] != Version)
        {
            throw new CryptographicException("This is not a value that was protected with a master key.");
        }

        var plain = new byte[stored.Length - 1 - NonceLength - TagLength];
        using var cipher = new AesGcm(_key, TagLength);
        cipher.Decrypt(
            stored.Slice(1, NonceLength),
            stored.Slice(1 + NonceLength, plain.Length),
            stored[^TagLength..],
            plain,
            Encoding.UTF8.GetBytes(context)
        );
        return plain;
    }

    public string Sign(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(HMACSHA256.HashData(_signingKey, content));

    public bool IsOurs(ReadOnlySpan<byte> content, string signature) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(content)), Encoding.ASCII.GetBytes(signature));
}
