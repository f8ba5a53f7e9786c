using System.Globalization;
using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/audit</c>.</summary>
public sealed class AuditClient
{
    private readonly ApiTransport _transport;

    internal AuditClient(ApiTransport transport) => _transport = transport;

    /// <summary>Entries, the newest first.</summary>
    public Task<Page<AuditEntry>> ListAsync(
        AuditQuery? query = null,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) => _transport.GetAsync<Page<AuditEntry>>("audit" + QueryOf(query, ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>All entries, the oldest first, as a file that is read while it comes.</summary>
    /// <param name="format"><c>csv</c> or <c>jsonl</c>.</param>
    /// <param name="query">Which.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task ExportAsync(string format, AuditQuery? query, Stream destination, CancellationToken cancellationToken = default) =>
        _transport.CopyAsync("audit/export" + QueryOf(query, ("format", format)), destination, cancellationToken);

    /// <summary>Computes every hash anew and names the first entry that is not as it was written.</summary>
    /// <param name="sequence">The place of an end of the chain that was noted before.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<AuditVerification> VerifyAsync(long? sequence = null, string? hash = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<AuditVerification>("audit/verification" + Query(("sequence", sequence), ("hash", hash)), cancellationToken);

    private static string QueryOf(AuditQuery? query, params (string, object?)[] others) =>
        Query([
            ("actor", query?.Actor),
            ("act", query?.Act),
            ("target", query?.Target),
            ("organisation", query?.Organisation),
            ("outcome", Word(query?.Outcome)),
            ("from", query?.From?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("to", query?.To?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("operation", query?.Operation),
            .. others,
        ]);
}
