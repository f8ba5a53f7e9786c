using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Audit;

/// <summary>
/// The hash of an entry: SHA-256 of the hash before it followed by the entry's text. The database makes it (<c>hp_audit_text</c>); this
/// second way of the same lets the chain be checked without trusting the first.
/// </summary>
internal static class AuditHash
{
    /// <summary>What the first entry follows.</summary>
    public static byte[] Start { get; } = SHA256.HashData("HostingPanel audit"u8);

    /// <summary>The hash that the entry has to have after this one.</summary>
    public static byte[] Of(AuditEntry entry, byte[] previous)
    {
        byte[] bytes = [.. previous, .. Encoding.UTF8.GetBytes(TextOf(entry))];
        return SHA256.HashData(bytes);
    }

    /// <summary>Each field as its length in bytes, a colon and its text, <c>-</c> for one that is not there: no two entries have the same.</summary>
    private static string TextOf(AuditEntry entry)
    {
        string?[] fields =
        [
            Number(entry.Sequence),
            Number((entry.At - DateTimeOffset.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond),
            entry.ActorKind.ToString(),
            entry.ActorId?.ToString(),
            entry.ActorName,
            entry.ActorRole,
            entry.Address,
            entry.Act,
            entry.Outcome.ToString(),
            entry.Code,
            entry.TargetKind,
            entry.TargetId?.ToString(),
            entry.TargetName,
            entry.SiteId?.ToString(),
            entry.OrganisationId?.ToString(),
            entry.Organisation,
            entry.OperationId?.ToString(),
            entry.Detail,
            Number(entry.Times),
        ];
        return string.Join(',', fields.Select(field => field is null ? "-" : $"{Number(Encoding.UTF8.GetByteCount(field))}:{field}"));
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
