using System.Collections.Concurrent;
using System.Security.Claims;
using HostingPanel.Accounts;

namespace HostingPanel.Web.Security;

/// <summary>
/// Says whether the account behind a principal still stands as it was at sign-in. Asks the database at most every
/// <see cref="Interval"/> per account: a page load is many requests.
/// </summary>
internal sealed class AccountCheck(AccountService accounts, TimeProvider time)
{
    /// <summary>How long an answer is trusted, and so how long power may outlive its removal.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private const int TidyAbove = 1000;
    private readonly ConcurrentDictionary<(Guid Id, Guid Stamp), DateTimeOffset> _goodUntil = new();

    /// <summary>True while the principal's session is good.</summary>
    public async Task<bool> IsGoodAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.FindAccount() is not { } key)
        {
            return false;
        }

        var now = time.GetUtcNow();
        if (_goodUntil.TryGetValue(key, out var until) && now < until)
        {
            return true;
        }

        if (await accounts.FindAsync(key.Id, key.Stamp, cancellationToken) is null)
        {
            _goodUntil.TryRemove(key, out _);
            return false;
        }

        if (_goodUntil.Count > TidyAbove)
        {
            foreach (var (old, end) in _goodUntil)
            {
                if (end <= now)
                {
                    _goodUntil.TryRemove(old, out _);
                }
            }
        }

        _goodUntil[key] = now + Interval;
        return true;
    }
}
