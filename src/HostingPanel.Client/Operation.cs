using System.Text.Json.Serialization;

namespace HostingPanel.Client;

/// <summary>Where an operation is. States only move forward.</summary>
public enum OperationState
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>Done whole.</summary>
    Succeeded,

    /// <summary>It failed; what can be undone is undone.</summary>
    Failed,

    /// <summary>Somebody stopped it; what can be undone is undone.</summary>
    Cancelled,
}

/// <summary>Where a step is.</summary>
public enum StepState
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Started.</summary>
    Running,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Failed; the message says why.</summary>
    Failed,

    /// <summary>Undone after a later step failed.</summary>
    Undone,

    /// <summary>Never run, because an earlier one failed.</summary>
    Skipped,
}

/// <summary>A durable long action.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">What it does, a stable word such as <c>provision-site</c>.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="Target">What it acts on.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="State">Where it is.</param>
/// <param name="Undoing">True while it takes back what it had made.</param>
/// <param name="CancelRequested">True once somebody asked to stop it.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When a worker took it.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Steps">Its steps in order; empty until a worker took it.</param>
public sealed record Operation(
    Guid Id,
    string Kind,
    string Title,
    string Target,
    string RequestedBy,
    OperationState State,
    bool Undoing,
    bool CancelRequested,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    OperationError? Error,
    IReadOnlyList<OperationStep> Steps
)
{
    /// <summary>True when nothing will change any more.</summary>
    [JsonIgnore]
    public bool IsFinished => State is OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled;
}

/// <summary>Why an operation failed.</summary>
/// <param name="Code">A stable word for scripts.</param>
/// <param name="Message">What happened and the mend, for people.</param>
public sealed record OperationError(string Code, string Message);

/// <summary>A resumable part of an operation.</summary>
/// <param name="Name">A stable word, unique in its operation.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="State">Where it is.</param>
/// <param name="Progress">Which share of it is done, from 0 to 1; null when it can't tell.</param>
/// <param name="Message">What it is at, or why it failed.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record OperationStep(
    string Name,
    string Title,
    StepState State,
    double? Progress,
    string? Message,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt
);

/// <summary>Lines of an operation's log.</summary>
/// <param name="Lines">The oldest first.</param>
public sealed record OperationLog(IReadOnlyList<OperationLogLine> Lines);

/// <summary>A line of an operation's log.</summary>
/// <param name="Id">Its place in the log; raised with each line.</param>
/// <param name="At">When it was written.</param>
/// <param name="Step">The step that wrote it; null for the runner itself.</param>
/// <param name="IsError">True for what went wrong.</param>
/// <param name="Text">What it says.</param>
public sealed record OperationLogLine(long Id, DateTimeOffset At, string? Step, bool IsError, string Text);

/// <summary>A long action was accepted (202); its operation tells how it goes.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Site">The site that was made; only after a site's creation.</param>
/// <param name="Volume">The volume that is being made; only for clones and for those that are taken in.</param>
public sealed record Accepted(
    Operation Operation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Site? Site = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Volume? Volume = null
);
