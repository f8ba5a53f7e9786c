using HostingPanel.Sites.Cron;

namespace HostingPanel.Web.Sites.Cron;

/// <summary>Scheduled tasks in the words of the REST contract.</summary>
internal static class CronContract
{
    public static Client.CronEntry ToContract(this CronEntryView view) =>
        new(
            view.Name,
            view.Schedule,
            view.Words,
            view.Command,
            view.Service,
            view.Timeout.TotalSeconds,
            view.NextAt,
            view.Paused,
            view.IsOff,
            view.Last is { } last
                ? new Client.CronRun(ToContract(last.Result), last.StartedAt, last.FinishedAt, last.ExitCode, last.Error, last.Operation)
                : null,
            view.Failures,
            view.IsBackingOff,
            view.SucceededAt,
            view.ActiveOperation
        );

    private static Client.CronResult ToContract(CronResult result) =>
        result switch
        {
            CronResult.Succeeded => Client.CronResult.Succeeded,
            CronResult.Failed => Client.CronResult.Failed,
            CronResult.MadeWay => Client.CronResult.MadeWay,
            CronResult.Cancelled => Client.CronResult.Cancelled,
            _ => throw new InvalidOperationException($"The contract has no word for a run that {result}."),
        };
}
