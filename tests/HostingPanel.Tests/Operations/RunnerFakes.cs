using System.Collections.Concurrent;
using System.Threading.Channels;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Tests.Operations;

/// <summary>A clock that stands until the test moves it, and tells which waits were begun on it: nobody moves it before somebody waits.</summary>
internal sealed class SteppedTime() : FakeTimeProvider(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits for the next wait or time-out that somebody begins, which must be so long.</summary>
    public async Task ExpectAsync(TimeSpan wait) =>
        Assert.Equal(wait, await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken));

    /// <summary>Waits for the next wait that somebody begins, which must be so long, and lets it pass.</summary>
    public async Task PassAsync(TimeSpan wait)
    {
        await ExpectAsync(wait);
        Advance(wait);
    }
}

/// <summary>A kind whose steps a test makes up; it writes down what is asked of it.</summary>
internal sealed class FakeKind(params Step[] steps) : IOperationKind
{
    public const string Name = "fake";

    /// <summary>What happened, in order: steps of the test's own, <c>jobs</c> and <c>abandon</c>.</summary>
    public ConcurrentQueue<string> Events { get; } = new();

    public string Kind { get; init; } = Name;

    public int Budget { get; init; } = 100;

    /// <summary>Those that it shares its budget with; null for nobody.</summary>
    public string? Shared { get; init; }

    string IOperationKind.BudgetOf => Shared ?? Kind;

    /// <summary>Thrown instead of a plan.</summary>
    public Exception? Refusal { get; init; }

    /// <summary>What it tells of what could not be taken back.</summary>
    public string? Left { get; init; }

    public IReadOnlyList<Step> Steps { get; set; } = steps;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
        Refusal is null ? Task.FromResult(Steps) : Task.FromException<IReadOnlyList<Step>>(Refusal);

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        Events.Enqueue("abandon");
        return Task.CompletedTask;
    }

    public Task<string?> TellLeftAsync(Operation operation, CancellationToken cancellationToken) => Task.FromResult(Left);

    /// <summary>A step that does this and says so when it is undone.</summary>
    public Step Undoable(string name, Func<CancellationToken, Task> run, params string[] after) =>
        new(name, name, (_, token) => run(token))
        {
            After = after,
            UndoAsync = _ =>
            {
                Events.Enqueue($"undo {name}");
                return Task.CompletedTask;
            },
        };
}

/// <summary>Writes down that it was asked to remove the jobs.</summary>
internal sealed class FakeJobs(ConcurrentQueue<string> events) : IOperationJobs
{
    public Task RemoveJobsAsync(Guid operationId, CancellationToken cancellationToken)
    {
        events.Enqueue("jobs");
        return Task.CompletedTask;
    }
}

/// <summary>Its connection is down: every notification gets lost.</summary>
internal sealed class SilentFeed : IChangeFeed
{
    public ChangeSubscription Subscribe(Func<Change, bool> matches) => new(matches, _ => { });
}
