using System.Data.Common;
using HostingPanel.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace HostingPanel.Tests.Simulation;

/// <summary>The process has been killed: nothing that it still tries has any effect.</summary>
internal sealed class KilledException() : OperationCanceledException("The process was killed.");

/// <summary>
/// Kills a simulated worker before its n-th effect: a call of the engine or the gateway, or a commit. (After one effect is before the next.)
/// From then on every further effect fails, as after <c>kill -9</c>: handlers and undos of the dead process change nothing.
/// </summary>
/// <param name="killAt">Before which one of its places it dies, from 1; null for never.</param>
/// <param name="onlyAtSteps">Only where a step begins or ends is a place; else every effect is one.</param>
internal sealed class Crasher(int? killAt, bool onlyAtSteps = false)
{
    private readonly Lock _lock = new();
    private readonly HashSet<DbContext> _atStep = [];

    /// <summary>How many places it has come through.</summary>
    public int Passed { get; private set; }

    /// <summary>True once it is dead.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Where it died.</summary>
    public string? Where { get; private set; }

    /// <summary>What this context commits next is that a step begins or ends.</summary>
    public void ComeToStep(DbContext context)
    {
        lock (_lock)
        {
            _atStep.Add(context);
        }
    }

    /// <summary>A commit, before which it may die.</summary>
    public void PassCommit(DbContext context)
    {
        bool atStep;
        lock (_lock)
        {
            atStep = _atStep.Remove(context);
        }

        Pass(atStep ? "a step's commit" : "a commit", atStep);
    }

    /// <summary>A place where it may die.</summary>
    public void Pass(string place, bool atStep = false)
    {
        lock (_lock)
        {
            if (!IsDead && (atStep || !onlyAtSteps) && ++Passed == killAt)
            {
                (IsDead, Where) = (true, place);
            }

            if (IsDead)
            {
                throw new KilledException();
            }
        }
    }

    /// <summary>Something outside that the process does.</summary>
    public async Task<T> EffectAsync<T>(string name, Func<Task<T>> effect)
    {
        Pass(name);
        var result = await effect();
        Look();
        return result;
    }

    /// <summary>Something that only looks; a dead process sees nothing.</summary>
    public void Look()
    {
        if (IsDead)
        {
            throw new KilledException();
        }
    }
}

/// <summary>The places where a process may die around its commits.</summary>
internal sealed class CrashingTransactions(Crasher crasher) : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        crasher.PassCommit(eventData.Context!);
        return ValueTask.FromResult(result);
    }
}

/// <summary>A dead process sends no statements either.</summary>
internal sealed class CrashingCommands(Crasher crasher) : DbCommandInterceptor
{
    private static readonly string[] Ended =
    [
        nameof(StepState.Done),
        nameof(StepState.Failed),
        nameof(StepState.Undone),
        nameof(StepState.Skipped),
    ];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        crasher.Look();
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        crasher.Look();
        if (IsOfStep(command))
        {
            crasher.ComeToStep(eventData.Context!);
        }

        return ValueTask.FromResult(result);
    }

    /// <summary>Written is that a step begins or ends, not what it is at meanwhile.</summary>
    private static bool IsOfStep(DbCommand command) =>
        command.CommandText.StartsWith("UPDATE operation_steps", StringComparison.Ordinal)
        && (
            command.CommandText.Contains("attempts = ", StringComparison.Ordinal)
            || command.Parameters.Cast<DbParameter>().Any(parameter => parameter.Value is string value && Ended.Contains(value))
        );
}
