using System.Security.Cryptography;
using System.Text;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>
/// Bounds guesses at an account, whatever factor they are at. Every attempt is counted before anything is compared, in one statement, so that
/// guesses that come at once are bounded like those that come one after another; only a whole sign-in takes the count back.
/// </summary>
/// <remarks>
/// Nobody can be kept out for good this way: who guesses from elsewhere slows down everybody elsewhere, never a browser that was in before,
/// never a passkey, and who resets the password by mail makes their browser a known one. A known browser that fails as often is known no more.
/// </remarks>
internal static class SignInGate
{
    /// <summary>So many may fail before it is waited.</summary>
    public const int Free = 10;

    /// <summary>The longest wait. The first is a minute; each further failure doubles it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>After so long without any, failures are forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(24);

    /// <summary>As many made-up accounts stand for all the addresses that have none: their rows must not fill a disk.</summary>
    private const int Nobodies = 4096;

    /// <summary>Counts an attempt; false when it has to wait, and then nothing may be compared.</summary>
    public static async Task<bool> TryEnterAsync(
        PanelDbContext context,
        Guid accountId,
        string place,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var forgotten = now - Memory;
        var longest = (int)LongestWait.TotalMinutes;
        var entered = await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sign_in_attempts AS known (account_id, place, count, last_at) VALUES ({accountId}, {place}, 1, {now})
            ON CONFLICT (account_id, place) DO UPDATE SET
                count = CASE WHEN known.last_at < {forgotten} THEN 1 ELSE known.count + 1 END,
                blocked_until = CASE
                    WHEN known.last_at >= {forgotten} AND known.count + 1 >= {Free}
                    THEN {now} + least({longest}, power(2, least(known.count + 1 - {Free}, 10))) * interval '1 minute'
                END,
                last_at = {now}
            WHERE known.blocked_until IS NULL OR known.blocked_until <= {now}
            """,
            cancellationToken
        );
        return entered == 1;
    }

    /// <summary>Where somebody is, as it counts for this account.</summary>
    public static async Task<string> PlaceOfAsync(PanelDbContext context, Guid accountId, Visit visit, CancellationToken cancellationToken)
    {
        var hash = HashOf(visit.BrowserKey ?? string.Empty);
        var place = $"browser {Convert.ToHexStringLower(hash)}";
        // Asked for unknown browsers and accounts, too: the answer takes as long.
        var isKnown = await context.KnownBrowsers.AnyAsync(
            browser =>
                browser.AccountId == accountId
                && browser.KeyHash == hash
                && !context.SignInAttempts.Any(attempt =>
                    attempt.AccountId == accountId && attempt.Place == place && attempt.Count >= Free
                ),
            cancellationToken
        );
        return isKnown ? place : SignInAttempt.Elsewhere;
    }

    /// <summary>What stands for an address without an account.</summary>
    public static Guid NobodyFor(string normalizedEmail)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(normalizedEmail));
        var bytes = new byte[16];
        var number = ((hash[0] << 8) | hash[1]) % Nobodies;
        (bytes[14], bytes[15]) = ((byte)(number >> 8), (byte)number);
        return new Guid(bytes);
    }

    /// <summary>A whole sign-in: what was counted in this place is forgotten, and the browser is known from now on. The caller saves.</summary>
    /// <returns>What the browser is to keep.</returns>
    public static async Task<string> LetInAsync(
        PanelDbContext context,
        Guid accountId,
        Visit visit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var place = await PlaceOfAsync(context, accountId, visit, cancellationToken);
        await context
            .SignInAttempts.Where(attempt => attempt.AccountId == accountId && attempt.Place == place)
            .ExecuteDeleteAsync(cancellationToken);
        return await RememberAsync(context, accountId, place == SignInAttempt.Elsewhere ? null : visit.BrowserKey, now, cancellationToken);
    }

    /// <summary>Makes a browser a known one. The key is a new one where it had none that counts.</summary>
    public static async Task<string> RememberAsync(
        PanelDbContext context,
        Guid accountId,
        string? key,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        key ??= LinkSecret.New();
        var hash = HashOf(key);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO known_browsers (account_id, key_hash, last_seen_at) VALUES ({accountId}, {hash}, {now})
            ON CONFLICT (account_id, key_hash) DO UPDATE SET last_seen_at = {now}
            """,
            cancellationToken
        );
        await context.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM known_browsers WHERE account_id = {accountId} AND key_hash NOT IN
                (SELECT key_hash FROM known_browsers WHERE account_id = {accountId} ORDER BY last_seen_at DESC LIMIT {KnownBrowser.MaxOfAccount})
            """,
            cancellationToken
        );
        return key;
    }

    private static byte[] HashOf(string key) => LinkSecret.HashOf(key);
}
