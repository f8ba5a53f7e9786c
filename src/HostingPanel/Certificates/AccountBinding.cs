using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Backups;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>
/// An external account binding (RFC 8555, section 7.3.4): by it an authority that gives accounts only to its customers knows whose the panel's
/// account there is. It is told when the account is made, and never again.
/// </summary>
/// <param name="KeyId">What the authority calls the key by.</param>
/// <param name="Key">The key, as base64url. It is closed for the worker at once, and never shown again.</param>
public sealed record AccountBinding(string? KeyId, string? Key);

/// <summary>What may be said of a binding, and how it is kept.</summary>
internal static partial class AccountBindings
{
    public const int MaxKeyIdLength = 200;
    private const int MaxKeyLength = 2_000;

    /// <summary>The shortest that any known authority gives has 32 bytes; one of half of that is still none that is guessed.</summary>
    private const int MinKeyBytes = 16;

    /// <summary>The problems of an authority that a binding may mend.</summary>
    public static readonly IReadOnlyList<string> Codes = [AcmeProblems.BindingNeeded, AcmeProblems.BindingRefused];

    /// <summary>What is wrong with it, at its fields, which are below <paramref name="path"/>.</summary>
    public static void AddFaults(FieldErrors errors, AccountBinding binding, string path)
    {
        errors.Add($"{path}keyId", KeyIdFault(binding.KeyId));
        errors.Add($"{path}key", KeyFault(binding.Key));
    }

    /// <summary>Closes its key for the worker and keeps it with an authority. Refused: <c>worker-not-ready</c>.</summary>
    public static async Task<Problem?> SetAsync(
        PanelDbContext context,
        CertificateAuthority authority,
        AccountBinding binding,
        CancellationToken cancellationToken
    )
    {
        if (await context.SealingKeys.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } sealing)
        {
            return new Problem(
                ProblemKind.Unavailable,
                "worker-not-ready",
                "The worker has not started yet, so there is nobody to seal the key for. Try again in a moment."
            );
        }

        // Without the padding, which base64url does without (RFC 7515, section 2).
        var key = Encoding.ASCII.GetBytes(binding.Key!.TrimEnd('='));
        authority.BindingKeyId = binding.KeyId;
        authority.BindingKey = CredentialBox.Seal(sealing.PublicKey, key, CertificateAuthority.BindingContext(authority.Id));
        return null;
    }

    private static string? KeyIdFault(string? keyId) =>
        string.IsNullOrEmpty(keyId) ? "A key id is needed: key id and key belong together."
        : KeyIdPattern().IsMatch(keyId) ? null
        : $"A key id has at most {MaxKeyIdLength} letters, digits and signs of ASCII, and no blanks.";

    private static string? KeyFault(string? key) =>
        string.IsNullOrEmpty(key) ? "A key is needed: key id and key belong together."
        : key.Length > MaxKeyLength || !KeyPattern().IsMatch(key) || !Base64Url.IsValid(key.TrimEnd('='), out var bytes)
            ? "It is no key in base64url, which has letters, digits, - and _ alone. Copy it as the authority shows it."
        : bytes < MinKeyBytes ? "It is too short to be a key. Was all of it copied?"
        : null;

    [GeneratedRegex("^[!-~]{1,200}\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyIdPattern();

    [GeneratedRegex("^[A-Za-z0-9_-]+={0,2}\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyPattern();
}
