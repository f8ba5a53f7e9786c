using System.Data.Common;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Operations;

/// <summary>Tells whether this worker does its work.</summary>
public interface IWorkerHealth
{
    /// <summary>What is wrong, or null.</summary>
    Task<string?> FaultAsync(CancellationToken cancellationToken);
}

/// <inheritdoc />
internal sealed class WorkerHealth(IDbContextFactory<PanelDbContext> contexts, OperationRunner runner, TimeProvider time) : IWorkerHealth
{
    /// <summary>The runner turns every two seconds; a turn may wait for the database.</summary>
    private static readonly TimeSpan MaxTurn = TimeSpan.FromSeconds(60);

    public async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            if (!await context.Database.CanConnectAsync(cancellationToken))
            {
                return "The database does not answer.";
            }
        }
        catch (DbException failure)
        {
            return $"The database does not answer: {failure.Message}";
        }

        return time.GetUtcNow() - runner.LastTurn > MaxTurn ? "The runner has stopped turning." : null;
    }
}
