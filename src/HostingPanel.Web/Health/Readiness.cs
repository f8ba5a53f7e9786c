using System.Globalization;
using HostingPanel.Client;
using Npgsql;

namespace HostingPanel.Web.Health;

/// <summary>Whether the panel can do its work. Says what is missing, and nothing that a stranger could use.</summary>
internal sealed class Readiness(NpgsqlDataSource database)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    /// <summary>A worker writes every five seconds, and an operation that starts may hold it up for some.</summary>
    private static readonly TimeSpan HeartbeatWithin = TimeSpan.FromSeconds(30);

    public async Task<Client.Health> CheckAsync(CancellationToken cancellationToken)
    {
        var checks = new List<HealthCheck>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AnswerWithin);
        try
        {
            await CheckAsync(checks, patience.Token);
        }
        catch (Exception failure)
            when (failure is NpgsqlException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            checks.Clear();
            checks.Add(new HealthCheck("database", false, "PostgreSQL does not answer."));
        }

        return new Client.Health(checks.TrueForAll(check => check.Ok) ? "ok" : "degraded", checks);
    }

    private async Task CheckAsync(List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        await using var schema = database.CreateCommand(
            "SELECT to_regclass('operations') IS NOT NULL AND to_regclass('worker_heartbeats') IS NOT NULL"
        );
        var hasSchema = (bool)(await schema.ExecuteScalarAsync(cancellationToken))!;
        checks.Add(new HealthCheck("database", true));
        if (!hasSchema)
        {
            checks.Add(new HealthCheck("schema", false, "The worker has not set up the database yet."));
            checks.Add(WorkerCheck(null));
            return;
        }

        checks.Add(new HealthCheck("schema", true));
        // Both times are the database's, so no clock of ours can make a worker look alive or dead.
        await using var heartbeat = database.CreateCommand("SELECT now() - looked_at FROM worker_heartbeats");
        checks.Add(WorkerCheck((TimeSpan?)await heartbeat.ExecuteScalarAsync(cancellationToken)));
    }

    private static HealthCheck WorkerCheck(TimeSpan? age) =>
        age switch
        {
            null => new HealthCheck("worker", false, "No worker has looked for work yet."),
            { } known when known > HeartbeatWithin => new HealthCheck(
                "worker",
                false,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The worker last looked for work {known.TotalSeconds:0} seconds ago; what is asked of the panel waits until it does again."
                )
            ),
            // Whether it lives can't be told; the next heartbeat will be right.
            { } known when known < -HeartbeatWithin => new HealthCheck("worker", false, "The clock of the database was set back."),
            _ => new HealthCheck("worker", true),
        };
}
