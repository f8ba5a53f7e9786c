using HostingPanel.Persistence;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace HostingPanel.Web.Shell;

/// <summary>Asks again and again whether the account behind an open page is still what it was, for a circuit has no further requests.</summary>
internal sealed partial class CircuitAuthentication(ILoggerFactory loggers, AccountCheck check)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<CircuitAuthentication>();

    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => AccountCheck.Interval;

    /// <inheritdoc />
    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await check.IsGoodAsync(authenticationState.User, cancellationToken);
        }
        catch (Exception failure) when (DatabaseAway.Is(failure))
        {
            // Without the database nobody can do anything; a short outage must not throw everybody out.
            LogPostponed(failure.Message);
            return true;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "An open page's account could not be checked ({Reason}); asked again at the next turn.")]
    private partial void LogPostponed(string reason);
}
