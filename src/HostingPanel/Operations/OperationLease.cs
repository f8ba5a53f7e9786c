using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace HostingPanel.Operations;

/// <summary>Another worker has taken the operation over; this one must not touch anything of it any more.</summary>
internal sealed class LeaseLostException(Guid operationId)
    : Exception($"The lease of operation {operationId} has passed to another worker.");

/// <summary>The right to act on one operation, with every write that goes with it. Times are the database's.</summary>
internal sealed class OperationLease(
    IDbContextFactory<PanelDbContext> contexts,
    Guid operationId,
    long token,
    TimeProvider time,
    OperationEnds? ends = null
)
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(3);

    public Guid OperationId => operationId;

    /// <summary>The fencing token: how many leases this operation has had.</summary>
    public long Token => token;

    /// <summary>Prolongs the lease; one of an operation that has just ended stays ended. Returns whether somebody asked to cancel.</summary>
    /// <exception cref="LeaseLostException">It has passed to another worker.</exception>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var renewed = await context
            .Database.SqlQuery<bool>(
                $"""
                UPDATE operations SET lease_until = CASE WHEN finished_at IS NULL THEN now() + {Length} END
                WHERE id = {operationId} AND lease_token = {token}
                RETURNING cancel_requested_at IS NOT NULL AS "Value"
                """
            )
            .ToListAsync(cancellationToken);
        return renewed is [var cancel] ? cancel : throw new LeaseLostException(operationId);
    }

    /// <summary>Gives it back unfinished, so that another worker need not wait for its end.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"UPDATE operations SET lease_until = NULL, lease_owner = NULL WHERE id = {operationId} AND lease_token = {token}",
            cancellationToken
        );
    }

    /// <summary>The operation with its steps as they are now.</summary>
    public async Task<Operation> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .SingleAsync(operation => operation.Id == operationId, cancellationToken);
    }

    /// <summary>Writes down the steps that are not written down yet.</summary>
    public Task PlanAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken) =>
        WriteAsync(
            async context =>
            {
                var known = await context
                    .OperationSteps.Where(step => step.OperationId == operationId)
                    .Select(step => step.Name)
                    .ToListAsync(cancellationToken);
                var next = known.Count;
                foreach (var step in steps.Where(step => !known.Contains(step.Name)))
                {
                    context.OperationSteps.Add(
                        new OperationStep
                        {
                            OperationId = operationId,
                            Ordinal = next++,
                            Name = step.Name,
                            Title = step.Title,
                        }
                    );
                }

                await context.SaveChangesAsync(cancellationToken);
            },
            cancellationToken
        );

    /// <summary>Moves a step on.</summary>
    /// <param name="name">Which.</param>
    /// <param name="state">Where to.</param>
    /// <param name="message">What it is at; null leaves what is there.</param>
    /// <param name="share">Which share is done, from 0 to 1; null leaves what is there.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task SetStepAsync(string name, StepState state, string? message, double? share, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ended = state is StepState.Done or StepState.Failed or StepState.Undone or StepState.Skipped;
        double? progress =
            state == StepState.Done ? 1
            : share is { } told ? Math.Clamp(told, 0, 1)
            : null;
        return SetStepAsync(
            name,
            state,
            set =>
                set.SetProperty(step => step.State, state)
                    .SetProperty(step => step.Message, step => message ?? step.Message)
                    .SetProperty(step => step.Progress, step => progress ?? step.Progress)
                    .SetProperty(step => step.StartedAt, step => step.StartedAt ?? (state == StepState.Skipped ? null : now))
                    .SetProperty(step => step.FinishedAt, ended ? now : null),
            cancellationToken
        );
    }

    /// <summary>Writes down that a step is begun, for the first time or once more.</summary>
    public Task BeginStepAsync(string name, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return SetStepAsync(
            name,
            StepState.Running,
            set =>
                set.SetProperty(step => step.State, StepState.Running)
                    .SetProperty(step => step.Attempts, step => step.Attempts + 1)
                    .SetProperty(step => step.StartedAt, step => step.StartedAt ?? now),
            cancellationToken
        );
    }

    /// <summary>A step has failed: in the same moment the operation turns round. The first failure is the cause that it keeps.</summary>
    public Task FailStepAsync(string name, string code, string message, CancellationToken cancellationToken) =>
        WriteAsync(
            async context =>
            {
                var now = time.GetUtcNow();
                await MoveStepAsync(
                    context,
                    name,
                    StepState.Failed,
                    set =>
                        set.SetProperty(step => step.State, StepState.Failed)
                            .SetProperty(step => step.Message, message)
                            .SetProperty(step => step.FinishedAt, now),
                    cancellationToken
                );
                await TurnRoundAsync(context, code, message, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>From here on the operation only takes back. The first cause stays.</summary>
    public Task StartUndoAsync(string code, string message, CancellationToken cancellationToken) =>
        WriteAsync(context => TurnRoundAsync(context, code, message, cancellationToken), cancellationToken);

    private Task TurnRoundAsync(PanelDbContext context, string code, string message, CancellationToken cancellationToken) =>
        MoveAsync(
            context,
            OperationState.Running,
            set =>
                set.SetProperty(operation => operation.Undoing, true)
                    .SetProperty(operation => operation.ErrorCode, operation => operation.Undoing ? operation.ErrorCode : code)
                    .SetProperty(operation => operation.ErrorMessage, operation => operation.Undoing ? operation.ErrorMessage : message),
            cancellationToken
        );

    /// <summary>Ends the operation, and counts that it has ended.</summary>
    /// <param name="state">How.</param>
    /// <param name="left">What people must know beside the reason; null for nothing.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task FinishAsync(OperationState state, string? left, CancellationToken cancellationToken)
    {
        await WriteAsync(
            async context =>
            {
                var now = time.GetUtcNow();
                await MoveAsync(
                    context,
                    state,
                    set =>
                        set.SetProperty(operation => operation.State, state)
                            .SetProperty(operation => operation.FinishedAt, now)
                            .SetProperty(
                                operation => operation.ErrorMessage,
                                operation => left == null ? operation.ErrorMessage : operation.ErrorMessage + " " + left
                            )
                            .SetProperty(operation => operation.LeaseOwner, (string?)null)
                            .SetProperty(operation => operation.LeaseUntil, (DateTimeOffset?)null),
                    cancellationToken
                );
                await AuditTrail.AddEndAsync(context, operationId, state, cancellationToken);
                await context.SaveChangesAsync(cancellationToken);
            },
            cancellationToken
        );
        if (ends is not null)
        {
            await ends.CountAsync(operationId);
        }
    }

    /// <summary>Adds lines to the log.</summary>
    /// <param name="step">The step that writes; null for the runner itself.</param>
    /// <param name="lines">What it says.</param>
    /// <param name="areErrors">True for what went wrong.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task LogAsync(string? step, IReadOnlyCollection<string> lines, bool areErrors, CancellationToken cancellationToken) =>
        WriteAsync(
            context =>
            {
                var now = time.GetUtcNow();
                context.OperationLog.AddRange(
                    lines.Select(line => new OperationLogLine
                    {
                        OperationId = operationId,
                        At = now,
                        Step = step,
                        IsError = areErrors,
                        // PostgreSQL's text has no place for NUL, and a line has an end.
                        Text =
                            line.Replace("\0", "␀", StringComparison.Ordinal) is var text && text.Length > OperationLogLine.MaxTextLength
                                ? text[..OperationLogLine.MaxTextLength]
                                : text,
                    })
                );
                return context.SaveChangesAsync(cancellationToken);
            },
            cancellationToken
        );

    private Task SetStepAsync(
        string name,
        StepState state,
        Action<UpdateSettersBuilder<OperationStep>> set,
        CancellationToken cancellationToken
    ) => WriteAsync(context => MoveStepAsync(context, name, state, set, cancellationToken), cancellationToken);

    private async Task MoveStepAsync(
        PanelDbContext context,
        string name,
        StepState state,
        Action<UpdateSettersBuilder<OperationStep>> set,
        CancellationToken cancellationToken
    )
    {
        var before = OperationTransitions.Before(state);
        var moved = await context
            .OperationSteps.Where(step => step.OperationId == operationId && step.Name == name && before.Contains(step.State))
            .ExecuteUpdateAsync(set, cancellationToken);
        MustHaveMoved(moved, $"Step {name} of operation {operationId}", state);
    }

    private async Task MoveAsync(
        PanelDbContext context,
        OperationState state,
        Action<UpdateSettersBuilder<Operation>> set,
        CancellationToken cancellationToken
    )
    {
        var before = OperationTransitions.Before(state);
        var moved = await context
            .Operations.Where(operation => operation.Id == operationId && before.Contains(operation.State))
            .ExecuteUpdateAsync(set, cancellationToken);
        MustHaveMoved(moved, $"Operation {operationId}", state);
    }

    private static void MustHaveMoved<T>(int moved, string what, T state)
        where T : struct, Enum
    {
        if (moved != 1)
        {
            throw new InvalidOperationException($"{what} can't become {state} from where it is; states only move forward.");
        }
    }

    /// <summary>Writes under a lock on the operation's row, after making sure that it is still ours: no late write passes a newer lease.</summary>
    private async Task WriteAsync(Func<PanelDbContext, Task> write, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var held = await context
            .Database.SqlQuery<long>($"SELECT lease_token AS \"Value\" FROM operations WHERE id = {operationId} FOR UPDATE")
            .ToListAsync(cancellationToken);
        if (held is not [var current] || current != token)
        {
            throw new LeaseLostException(operationId);
        }

        await write(context);
        await transaction.CommitAsync(cancellationToken);
    }
}
