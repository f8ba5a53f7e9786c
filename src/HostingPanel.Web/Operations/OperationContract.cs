using HostingPanel.Operations;
using HostingPanel.Web.Api;

namespace HostingPanel.Web.Operations;

/// <summary>Operations in the words of the REST contract.</summary>
internal static class OperationContract
{
    public static Client.Operation ToContract(this OperationView view) =>
        new(
            view.Id,
            view.Kind,
            view.Title,
            view.Target,
            view.RequestedBy,
            ToContract(view.State),
            view.IsUndoing,
            view.IsCancelRequested,
            view.CreatedAt,
            view.StartedAt,
            view.FinishedAt,
            view.ErrorCode is { } code ? new Client.OperationError(code, view.ErrorMessage ?? code) : null,
            [.. view.Steps.Select(ToContract)]
        );

    /// <summary>202 with the operation's address, as every long action answers.</summary>
    public static IResult Accepted(OperationView operation, Client.Site? site = null, Client.Volume? volume = null) =>
        Results.Accepted($"{PanelApi.Base}/operations/{operation.Id}", new Client.Accepted(operation.ToContract(), site, volume));

    public static Client.OperationLogLine ToContract(this OperationLogView line) =>
        new(line.Id, line.At, line.Step, line.IsError, line.Text);

    private static Client.OperationStep ToContract(StepView step) =>
        new(step.Name, step.Title, ToContract(step.State), ProgressOf(step), step.Message, step.StartedAt, step.FinishedAt);

    private static double? ProgressOf(StepView step) =>
        step.State switch
        {
            StepState.Pending or StepState.Skipped => 0,
            StepState.Done => 1,
            _ => step.Progress,
        };

    private static Client.OperationState ToContract(OperationState state) =>
        state switch
        {
            OperationState.Queued => Client.OperationState.Queued,
            OperationState.Running => Client.OperationState.Running,
            OperationState.Succeeded => Client.OperationState.Succeeded,
            OperationState.Failed => Client.OperationState.Failed,
            OperationState.Cancelled => Client.OperationState.Cancelled,
            _ => throw new InvalidOperationException($"The contract has no word for an operation that is {state}."),
        };

    private static Client.StepState ToContract(StepState state) =>
        state switch
        {
            StepState.Pending => Client.StepState.Pending,
            StepState.Running => Client.StepState.Running,
            StepState.Done => Client.StepState.Done,
            StepState.Failed => Client.StepState.Failed,
            StepState.Undone => Client.StepState.Undone,
            StepState.Skipped => Client.StepState.Skipped,
            _ => throw new InvalidOperationException($"The contract has no word for a step that is {state}."),
        };
}
