using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Operations;

/// <summary>Tells whether this process is the one that works.</summary>
public interface IWorkerLease
{
    /// <summary>True while this worker has the right to act; a second one, started by mistake, has not.</summary>
    bool IsHeld { get; }
}

/// <summary>
/// The right to be the worker. A second worker that is started by mistake stands by, says so, and takes over when the first has gone.
/// Whoever renews it writes the heartbeat by which the web tells a panel that takes orders from one that also does them.
/// </summary>
internal sealed partial class WorkerLease(IDbContextFactory<PanelDbContext> contexts, TimeProvider time, ILogger<WorkerLease> logger)
    : IWorkerLease
{
    /// <summary>A killed worker is missed after this.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);
    private string? _other;
    private bool _held;
    private long _renewedAt;

    /// <summary>This worker's name, unique for each start.</summary>
    public string Owner { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Ids.Short()}";

    public bool IsHeld => Volatile.Read(ref _held) && time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < Length;

    /// <summary>Takes or renews it; false while another worker has it.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        // Measured from before the question: the database counts from later.
        var asked = time.GetTimestamp();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var held = await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO worker_heartbeats AS w (id, looked_at, owner, lease_until) VALUES ({WorkerHeartbeat.TheOne}, now(), {Owner}, now() + {Length})
            ON CONFLICT (id) DO UPDATE SET looked_at = now(), owner = excluded.owner, lease_until = excluded.lease_until
            WHERE w.owner = excluded.owner OR w.lease_until IS NULL OR w.lease_until < now()
            """,
            cancellationToken
        );
        Volatile.Write(ref _renewedAt, asked);
        Volatile.Write(ref _held, held == 1);
        if (held == 1)
        {
            _other = null;
            return true;
        }

        var other = await context.WorkerHeartbeats.Select(heartbeat => heartbeat.Owner).SingleAsync(cancellationToken);
        if (other != _other)
        {
            LogStandsBy(_other = other);
        }

        return false;
    }

    /// <summary>Gives it back, so that the next worker need not wait.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _held, false);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .WorkerHeartbeats.Where(heartbeat => heartbeat.Owner == Owner)
            .ExecuteUpdateAsync(set => set.SetProperty(heartbeat => heartbeat.LeaseUntil, (DateTimeOffset?)null), cancellationToken);
    }

    [LoggerMessage(16, LogLevel.Warning, "Another worker ({Owner}) is at work; this one stands by until that one has gone")]
    private partial void LogStandsBy(string? owner);
}
