namespace HostingPanel.Operations;

/// <summary>Which states follow which. They only move forward; a write that would move one back is a fault of ours and is refused.</summary>
internal static class OperationTransitions
{
    /// <summary>The states from which an operation may come to this one.</summary>
    public static IReadOnlyList<OperationState> Before(OperationState state) =>
        state switch
        {
            OperationState.Queued => [],
            // Again by the worker that resumes it.
            OperationState.Running => [OperationState.Queued, OperationState.Running],
            OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled => [OperationState.Running],
            _ => throw new InvalidOperationException($"State {state} is not written down."),
        };

    /// <summary>The states from which a step may come to this one.</summary>
    public static IReadOnlyList<StepState> Before(StepState state) =>
        state switch
        {
            StepState.Pending => [],
            StepState.Running => [StepState.Pending, StepState.Running],
            StepState.Done => [StepState.Running],
            // Also one that was done and could not be taken back.
            StepState.Failed => [StepState.Running, StepState.Done, StepState.Failed],
            StepState.Undone => [StepState.Running, StepState.Done],
            StepState.Skipped => [StepState.Pending],
            _ => throw new InvalidOperationException($"State {state} is not written down."),
        };
}
