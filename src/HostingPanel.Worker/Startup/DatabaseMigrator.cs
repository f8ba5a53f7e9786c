using System.Data.Common;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Worker.Startup;

/// <summary>Brings the database's schema up to this program, before anything else asks it something.</summary>
internal sealed partial class DatabaseMigrator(
    IDbContextFactory<PanelDbContext> contexts,
    TimeProvider time,
    ILogger<DatabaseMigrator> logger
)
{
    /// <summary>PostgreSQL may start later than the worker: in a swarm nobody waits for anybody.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                // EF Core takes PostgreSQL's lock on its history table for the whole of it, so two workers can't migrate together.
                await context.Database.MigrateAsync(cancellationToken);
                return;
            }
            catch (Exception failure)
                when (failure is DbException or InvalidOperationException && IsAway(failure) && time.GetElapsedTime(started) < Patience)
            {
                LogWaiting(failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    /// <summary>Not there (yet), as opposed to there and refusing a statement.</summary>
    private static bool IsAway(Exception failure) =>
        failure is Npgsql.NpgsqlException { IsTransient: true } or Npgsql.PostgresException { SqlState: "57P03" }
        || failure.InnerException is not null && IsAway(failure.InnerException)
        || failure is System.Net.Sockets.SocketException;

    [LoggerMessage(50, LogLevel.Information, "Waiting for the database: {Reason}")]
    private partial void LogWaiting(string reason);
}
