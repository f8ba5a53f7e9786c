using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>A device with one passkey, as a browser lets pages see it (WebAuthn level 3, ES256, no attestation).</summary>
public sealed class SoftAuthenticator : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(32);
    private string? _owner;

    /// <summary>The page that asks, as the browser tells it.</summary>
    public string Origin { get; set; } = "http://panel.localhost";

    /// <summary>The name that the passkey is for.</summary>
    public string Domain { get; set; } = "panel.localhost";

    /// <summary>False for a device that did not ask for a finger or a PIN.</summary>
    public bool VerifiesOwner { get; set; } = true;

    /// <summary>The counter; 0 for a device that has none.</summary>
    public uint Count { get; set; }

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    public string Create(string options)
    {
        using var asked = JsonDocument.Parse(options);
        _owner = asked.RootElement.GetProperty("user").GetProperty("id").GetString();
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        // COSE: key type EC2, algorithm ES256, curve P-256, x, y.
        byte[] key = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data = [.. Head(0x40), .. new byte[16], 0, (byte)_id.Length, .. _id, .. key];
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": bytes }.
        byte[] attestation =
        [
            0xa3,
            .. Text("fmt"),
            .. Text("none"),
            .. Text("attStmt"),
            0xa0,
            .. Text("authData"),
            0x59,
            (byte)(data.Length >> 8),
            (byte)data.Length,
            .. data,
        ];
        return Credential(
            new Dictionary<string, object?>
            {
                ["clientDataJSON"] = Encode(Client("webauthn.create", asked)),
                ["attestationObject"] = Encode(attestation),
                ["transports"] = new[] { "internal" },
            }
        );
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    public string Get(string options)
    {
        using var asked = JsonDocument.Parse(options);
        var client = Client("webauthn.get", asked);
        var data = Head(0);
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        return Credential(
            new Dictionary<string, object?>
            {
                ["clientDataJSON"] = Encode(client),
                ["authenticatorData"] = Encode(data),
                ["signature"] = Encode(_key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
                ["userHandle"] = _owner,
            }
        );
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private byte[] Head(byte more) =>
        [
            .. SHA256.HashData(Encoding.UTF8.GetBytes(Domain)),
            (byte)(more | 0x01 | (VerifiesOwner ? 0x04 : 0)),
            (byte)(Count >> 24),
            (byte)(Count >> 16),
            (byte)(Count >> 8),
            (byte)Count,
        ];

    private byte[] Client(string type, JsonDocument asked) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object?>
            {
                ["type"] = type,
                ["challenge"] = asked.RootElement.GetProperty("challenge").GetString(),
                ["origin"] = Origin,
                ["crossOrigin"] = false,
            }
        );

    private string Credential(Dictionary<string, object?> response) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["id"] = Encode(_id),
                ["rawId"] = Encode(_id),
                ["type"] = "public-key",
                ["authenticatorAttachment"] = "platform",
                ["clientExtensionResults"] = new Dictionary<string, object?>(),
                ["response"] = response,
            }
        );

    private static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
