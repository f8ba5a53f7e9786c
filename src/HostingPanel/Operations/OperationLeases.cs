using HostingPanel.Persistence;
using HostingPanel.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Operations;

/// <summary>Gives out operations to work on, so that no two workers ever have the same one.</summary>
internal sealed class OperationLeases(
    IDbContextFactory<PanelDbContext> contexts,
    IEnumerable<IOperationKind> kinds,
    TimeProvider time,
    OperationEnds? ends = null
)
{
    /// <summary>Taken by whoever chooses, so that two can't both see the last free place of a budget.</summary>
    private const long ChoosingLock = 0x4850_4f50_4552;
    private readonly string[] _kinds = [.. kinds.Select(kind => kind.Kind)];
    private readonly int[] _budgets = [.. kinds.Select(kind => kind.Budget)];
    private readonly string[] _shared = [.. kinds.Select(kind => kind.BudgetOf)];

    /// <summary>
    /// Takes the next operation: first those whose worker has gone, then by priority and age. One waits while another acts on its site, or
    /// while the budget of its kind, or of those that its kind shares it with, is used up on its node. Null when there is none.
    /// </summary>
    public async Task<OperationLease?> TakeAsync(string owner, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({ChoosingLock})", cancellationToken);
        var taken = await context
            .Database.SqlQuery<TakenRow>(
                $"""
                WITH running AS MATERIALIZED (SELECT site_id, kind, node FROM operations WHERE state = 'Running'),
                budgets AS MATERIALIZED (SELECT * FROM unnest({_kinds}, {_budgets}, {_shared}) AS b(kind, n, shared)),
                used AS MATERIALIZED (SELECT coalesce(b.shared, r.kind) AS shared, coalesce(r.node, '') AS node, count(*) AS n
                    FROM running r LEFT JOIN budgets b ON b.kind = r.kind GROUP BY 1, 2)
                UPDATE operations SET state = 'Running', lease_owner = {owner}, lease_token = lease_token + 1,
                    lease_until = now() + {OperationLease.Length}, started_at = coalesce(started_at, now())
                WHERE id = (
                    SELECT o.id FROM operations o
                    LEFT JOIN budgets ON budgets.kind = o.kind
                    LEFT JOIN used ON used.shared = coalesce(budgets.shared, o.kind) AND used.node = coalesce(o.node, '')
                    WHERE (o.state = 'Running' AND (o.lease_until IS NULL OR o.lease_until < now()))
                        OR (o.state = 'Queued' AND coalesce(used.n, 0) < coalesce(budgets.n, 1)
                            AND NOT EXISTS (SELECT FROM running WHERE running.site_id = o.site_id))
                    ORDER BY o.state = 'Queued', o.priority DESC, o.created_at, o.id
                    FOR UPDATE OF o SKIP LOCKED LIMIT 1)
                RETURNING id, lease_token AS token
                """
            )
            .ToListAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return taken is [var row] ? new OperationLease(contexts, row.id, row.token, time, ends) : null;
    }

#pragma warning disable IDE1006 // The names of the columns.
    private sealed record TakenRow(Guid id, long token);
#pragma warning restore IDE1006
}
