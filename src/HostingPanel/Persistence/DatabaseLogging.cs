using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Persistence;

/// <summary>
/// What EF Core logs, the same in web and worker. It logs every refused statement as an error before it throws, also those that a use case
/// expects and answers, such as a slug that somebody else took a moment earlier. Those events are for debugging only: what is not
/// expected is an exception, and whoever lets it go logs it, with the statement's failure in it. All else that EF Core has to say stays.
/// </summary>
internal static class DatabaseLogging
{
    private const string Category = "Microsoft.EntityFrameworkCore";

    /// <summary>Turns down the events that an exception follows in any case.</summary>
    public static void Configure(WarningsConfigurationBuilder warnings) =>
        warnings.Log(
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.TransactionError, LogLevel.Debug),
            (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug),
            // Scratch sites are left out of what is read of sites; what belongs to one is read by its own identity.
            (CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning, LogLevel.Debug)
        );

    /// <summary>Leaves out what is no warning: every statement would be a line. Settings (<c>Logging:LogLevel</c>) go before this.</summary>
    public static void AddDatabaseLogging(this IServiceCollection services) =>
        services.Configure<LoggerFilterOptions>(options =>
            options.Rules.Insert(0, new LoggerFilterRule(providerName: null, Category, LogLevel.Warning, filter: null))
        );
}
