namespace HostingPanel.Operations;

/// <summary>An operation as it is shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">What it does, a stable word such as <c>provision-site</c>.</param>
/// <param name="Title">What it does, for people, such as “Provision”.</param>
/// <param name="Target">What it acts on.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="State">Where it is.</param>
/// <param name="IsUndoing">True while it takes back what it had made.</param>
/// <param name="IsCancelRequested">True once somebody asked to stop it.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When a worker took it.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="ErrorCode">Why it failed, a stable word.</param>
/// <param name="ErrorMessage">Why it failed, for people, with the mend.</param>
/// <param name="Steps">Its steps in order; empty until a worker took it.</param>
public sealed record OperationView(
    Guid Id,
    string Kind,
    string Title,
    string Target,
    string RequestedBy,
    OperationState State,
    bool IsUndoing,
    bool IsCancelRequested,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string? ErrorCode,
    string? ErrorMessage,
    IReadOnlyList<StepView> Steps
)
{
    /// <summary>True when nothing will change any more.</summary>
    public bool IsFinished => State is OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled;

    /// <summary>The slug of the site that it acts on; null for one that is about no site.</summary>
    public string? Site { get; private init; }

    /// <summary>False when it has ended or stops already, or when it deletes for good and has begun.</summary>
    public bool CanBeCancelled => !IsFinished && !IsCancelRequested && !IsUndoing && OperationKinds.CanBeCancelled(Kind, State);

    /// <summary>True when what it has done is taken back after a failure or a cancel; false when it stays as it is.</summary>
    public bool IsTakenBack => OperationKinds.IsTakenBack(Kind);

    internal static OperationView From(Operation operation) =>
        new(
            operation.Id,
            operation.Kind,
            OperationKinds.TitleOf(operation.Kind),
            operation.Target,
            operation.RequestedByName,
            operation.State,
            operation.Undoing && operation.FinishedAt is null,
            operation.CancelRequestedAt is not null,
            operation.CreatedAt,
            operation.StartedAt,
            operation.FinishedAt,
            operation.ErrorCode,
            operation.ErrorMessage,
            [.. operation.Steps.OrderBy(step => step.Ordinal).Select(StepView.From)]
        )
        {
            // What is done to a part of a site is called by both, such as food-bank/content.
            Site = operation.SiteId is null ? null : operation.Target.Split('/')[0],
        };
}

/// <summary>A step as it is shown.</summary>
/// <param name="Name">A stable word, unique in its operation.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="State">Where it is.</param>
/// <param name="Progress">Which share is done, from 0 to 1; null when it can't tell.</param>
/// <param name="Message">What it is at, or why it failed.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record StepView(
    string Name,
    string Title,
    StepState State,
    double? Progress,
    string? Message,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt
)
{
    internal static StepView From(OperationStep step) =>
        new(step.Name, step.Title, step.State, step.Progress, step.Message, step.StartedAt, step.FinishedAt);
}

/// <summary>A line of an operation's log as it is shown.</summary>
/// <param name="Id">Its place in the log; raised with each line.</param>
/// <param name="At">When it was written.</param>
/// <param name="Step">The step that wrote it; null for the runner itself.</param>
/// <param name="IsError">True for what went wrong.</param>
/// <param name="Text">What it says.</param>
public sealed record OperationLogView(long Id, DateTimeOffset At, string? Step, bool IsError, string Text);
