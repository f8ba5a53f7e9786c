using HostingPanel.Platform;

namespace HostingPanel.Operations;

/// <summary>A resumable part of an operation: it observes before it acts, and doing it twice is doing it once.</summary>
/// <param name="Name">A stable word, unique in its operation.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Step(string Name, string Title, Func<StepProgress, CancellationToken, Task> RunAsync)
{
    /// <summary>The steps that must be done before it starts; those that wait for nothing of each other run side by side.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Takes it back, from whatever point it came to; null where nothing has to be.</summary>
    public Func<CancellationToken, Task>? UndoAsync { get; init; }

    /// <summary>How long it may take, all attempts together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// After which failures it is tried again, with back-off, until its time is up. As delivered: only when the engine could not be reached,
    /// for a restart of the engine is no reason to undo an hour's work.
    /// </summary>
    public Func<Exception, bool> MayRetry { get; init; } = static failure => failure is PlatformException { IsPassing: true };
}

/// <summary>Says how far a step is.</summary>
internal abstract class StepProgress
{
    /// <summary>Shows a message beside the step; the last one stays.</summary>
    /// <param name="message">What it is at.</param>
    /// <param name="share">Which share of it is done, from 0 to 1; null when it can't tell.</param>
    public abstract Task ReportAsync(string message, double? share = null);

    /// <summary>Adds lines to the operation's log. Whoever may read the site reads them: never a secret.</summary>
    public abstract Task LogAsync(IReadOnlyCollection<string> lines, bool areErrors = false);
}

/// <summary>A kind of operation: what its steps are for one operation of it.</summary>
internal interface IOperationKind
{
    /// <summary>One of <see cref="OperationKinds"/>.</summary>
    string Kind { get; }

    /// <summary>How many of this kind may run at once on a node. Most of an operation is waiting for the engine.</summary>
    int Budget => 4;

    /// <summary>
    /// Kinds that name the same share one budget: what reads or writes whole sites in the background is <see cref="Helpers"/>, so that a night
    /// of backups, checks and drills is no more for a node than one of them.
    /// </summary>
    string BudgetOf => Kind;

    /// <summary>The helpers of backups that nobody waits for.</summary>
    const string Helpers = "helpers";

    /// <summary>
    /// The steps, in an order in which they could run one by one. Asked again when an operation is resumed: the same names must come out,
    /// whatever the first run has done. It may refuse with a <see cref="StepFailedException"/> what is no longer possible.
    /// </summary>
    Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken);

    /// <summary>Settles what it acted on after a failure or a cancel, when every step has been undone.</summary>
    Task AbandonAsync(Operation operation, CancellationToken cancellationToken);

    /// <summary>What people must know, beside the reason, of one that failed and could not take everything back; null for nothing.</summary>
    Task<string?> TellLeftAsync(Operation operation, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}

/// <summary>A step can't do its work, for a reason that a person can understand and mend.</summary>
public sealed class StepFailedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">A stable, kebab-case word.</param>
    /// <param name="message">What is wrong, with the mend.</param>
    public StepFailedException(string code, string message)
        : base(message) => Code = code;

    /// <summary>A stable, kebab-case word.</summary>
    public string Code { get; }
}
