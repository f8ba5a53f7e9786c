using System.Collections.Concurrent;
using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;

namespace HostingPanel.Web.Security;

/// <summary>
/// Says what the account behind a principal may now, whatever it was at sign-in. Asks the database at most every <see cref="Interval"/> per
/// account: a page load is many requests.
/// </summary>
internal sealed class AccountCheck(AccountService accounts, TimeProvider time)
{
    /// <summary>How long an answer is trusted. An open page asks as often, so that power outlives its removal by twice that at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private const int TidyAbove = 1000;
    private readonly ConcurrentDictionary<(Guid Id, Guid Stamp), (AccountView Account, DateTimeOffset Until)> _known = new();

    /// <summary>True while the principal's session is good.</summary>
    public async Task<bool> IsGoodAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        await FindAsync(principal, cancellationToken) is not null;

    /// <summary>The principal's account as it is now; null when its session is void.</summary>
    public Task<AccountView?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        principal.FindAccount() is { } key ? FindAsync(key, cancellationToken) : Task.FromResult<AccountView?>(null);

    /// <summary>Who the principal is to the use cases, with the powers of now; nobody when its session is void.</summary>
    public async Task<Actor> ActorAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        principal.FindAccount() is { } key ? await ActorAsync(key, cancellationToken) : Actor.Nobody;

    private async Task<Actor> ActorAsync((Guid Id, Guid Stamp) key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } account
            ? account.ToActor() with
            {
                Refresh = later => ActorAsync(key, later),
            }
            : Actor.Nobody;

    private async Task<AccountView?> FindAsync((Guid Id, Guid Stamp) key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(key, out var known) && now < known.Until)
        {
            return Current(known.Account, now);
        }

        if (await accounts.FindAsync(key.Id, key.Stamp, cancellationToken) is not { } account)
        {
            _known.TryRemove(key, out _);
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

        _known[key] = (account, now + Interval);
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
