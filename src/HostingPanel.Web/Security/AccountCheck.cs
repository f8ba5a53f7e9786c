using System.Collections.Concurrent;
using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;

namespace HostingPanel.Web.Security;

/// <summary>
/// Says what the account behind a principal may now, whatever it was at sign-in. Asks the database at most every <see cref="Interval"/> per
/// session: a page load is many requests.
/// </summary>
internal sealed class AccountCheck(SessionService sessions, TimeProvider time)
{
    /// <summary>How long an answer is trusted. An open page asks as often, so that power outlives its removal by twice that at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private const int TidyAbove = 1000;
    private readonly ConcurrentDictionary<Guid, (AccountView Account, DateTimeOffset Until)> _known = new();

    /// <summary>True while the principal's session is good.</summary>
    public async Task<bool> IsGoodAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        await FindAsync(principal, address: null, cancellationToken) is not null;

    /// <summary>The principal's account as it is now; null when its session is over.</summary>
    /// <param name="principal">Whose.</param>
    /// <param name="address">Where the session is used; null leaves what is known.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<AccountView?> FindAsync(ClaimsPrincipal principal, string? address, CancellationToken cancellationToken) =>
        principal.FindSession() is { } session ? FindAsync(session, address, cancellationToken) : Task.FromResult<AccountView?>(null);

    /// <summary>Who the principal is to the use cases, with the powers of now; nobody when its session is over.</summary>
    public async Task<Actor> ActorAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        principal.FindSession() is { } session ? await ActorAsync(session, cancellationToken) : Actor.Nobody;

    /// <summary>Forgets what is known of a session, so that it is asked for anew: here, its end counts at once.</summary>
    public void Forget(Guid? session)
    {
        if (session is { } id)
        {
            _known.TryRemove(id, out _);
        }
    }

    private async Task<Actor> ActorAsync(Guid session, CancellationToken cancellationToken) =>
        await FindAsync(session, address: null, cancellationToken) is { } account
            ? account.ToActor() with
            {
                SessionId = session,
                Refresh = later => ActorAsync(session, later),
            }
            : Actor.Nobody;

    private async Task<AccountView?> FindAsync(Guid session, string? address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(session, out var known) && now < known.Until)
        {
            return Current(known.Account, now);
        }

        if (await sessions.FindAsync(session, address, cancellationToken) is not { } account)
        {
            _known.TryRemove(session, out _);
            return null;
        }

        if (_known.Count > TidyAbove)
        {
            foreach (var (old, entry) in _known)
            {
                if (entry.Until <= now)
                {
                    _known.TryRemove(old, out _);
                }
            }
        }

        _known[session] = (account, now + Interval);
        return Current(account, now);
    }

    /// <summary>What ends at a moment ends at that moment.</summary>
    private static AccountView Current(AccountView account, DateTimeOffset now) =>
        account.Sites.All(power => power.Until > now)
            ? account
            : account with
            {
                Sites = [.. account.Sites.Where(power => power.Until > now)],
            };
}
