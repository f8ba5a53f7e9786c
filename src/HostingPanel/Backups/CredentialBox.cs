using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Backups;

/// <summary>
/// Closes a message so that only who has the other half of a pair of keys can open it: a new key of its own for each message (ECDH on P-256),
/// HKDF, AES-256-GCM. The web closes what only the worker may read.
/// </summary>
/// <remarks>Form: one byte version (1), two bytes length of the message's own public key, that key, 12 bytes nonce, the cipher text, 16 bytes tag.</remarks>
internal static class CredentialBox
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeadLength = 3;

    /// <summary>A new pair: the public half as SubjectPublicKeyInfo, the private one as PKCS 8.</summary>
    public static (byte[] PublicKey, byte[] PrivateKey) MakeKeys()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return (pair.ExportSubjectPublicKeyInfo(), pair.ExportPkcs8PrivateKey());
    }

    /// <summary>Closes it; <paramref name="context"/> must be the same again to open it.</summary>
    public static byte[] Seal(byte[] publicKey, ReadOnlySpan<byte> plain, string context)
    {
        using var reader = ECDiffieHellman.Create();
        reader.ImportSubjectPublicKeyInfo(publicKey, out _);
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var head = own.ExportSubjectPublicKeyInfo();
        var box = new byte[HeadLength + head.Length + NonceLength + plain.Length + TagLength];
        (box[0], box[1], box[2]) = (Version, (byte)(head.Length >> 8), (byte)head.Length);
        head.CopyTo(box, HeadLength);
        var at = HeadLength + head.Length;
        RandomNumberGenerator.Fill(box.AsSpan(at, NonceLength));
        using var cipher = new AesGcm(KeyOf(own, reader.PublicKey, head), TagLength);
        cipher.Encrypt(
            box.AsSpan(at, NonceLength),
            plain,
            box.AsSpan(at + NonceLength, plain.Length),
            box.AsSpan(at + NonceLength + plain.Length),
            Encoding.UTF8.GetBytes(context)
        );
        return box;
    }

    /// <summary>Opens it; throws when it was changed or belongs to another context.</summary>
    public static byte[] Open(byte[] privateKey, ReadOnlySpan<byte> box, string context)
    {
        if (box.Length < HeadLength || box[0] != Version)
        {
            throw new CryptographicException("This is no sealed message.");
        }

        var length = (box[1] << 8) | box[2];
        if (box.Length < HeadLength + length + NonceLength + TagLength)
        {
            throw new CryptographicException("This sealed message was cut off.");
        }

        var head = box.Slice(HeadLength, length).ToArray();
        using var own = ECDiffieHellman.Create();
        own.ImportPkcs8PrivateKey(privateKey, out _);
        using var writer = ECDiffieHellman.Create();
        try
        {
            writer.ImportSubjectPublicKeyInfo(head, out _);
        }
        catch (PlatformNotSupportedException failure)
        {
            // So the platform calls a key that is no point of its curve.
            throw new CryptographicException("The head of this sealed message is no key.", failure);
        }

        var rest = box[(HeadLength + length)..];
        var plain = new byte[rest.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(KeyOf(own, writer.PublicKey, head), TagLength);
        cipher.Decrypt(rest[..NonceLength], rest[NonceLength..^TagLength], rest[^TagLength..], plain, Encoding.UTF8.GetBytes(context));
        return plain;
    }

    private static byte[] KeyOf(ECDiffieHellman own, ECDiffieHellmanPublicKey other, byte[] head) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, own.DeriveRawSecretAgreement(other), outputLength: 32, salt: head);
}
