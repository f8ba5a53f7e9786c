using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites cron</c> and <c>hp sites run-cron</c>.</summary>
internal static class CronCommands
{
    public static Command List(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var on = new Option<bool>("--on") { Description = "Let them run by their schedules" };
        var off = new Option<bool>("--off") { Description = "Let none run by its schedule" };
        var command = new Command("cron", "A site's scheduled tasks, with their last and next runs") { slug, on, off };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var (isOn, isOff) = (parsed.GetValue(on), parsed.GetValue(off));
                if (isOn && isOff)
                {
                    throw new UsageException("--on or --off, not both.");
                }

                if (isOn || isOff)
                {
                    await session.Panel.Sites.UpdateAsync(parsed.GetValue(slug)!, new UpdateSiteRequest(RunsCron: isOn), cancellationToken);
                }

                var page = await session.Panel.Sites.ListCronAsync(parsed.GetValue(slug)!, cancellationToken);
                session.Output.WriteTable(
                    page.Items,
                    ["TASK", "SCHEDULE", "LAST RUN", "RESULT", "TOOK", "FAILURES", "NEXT RUN"],
                    entry =>
                        [
                            entry.Name,
                            entry.Words is { } words ? $"{entry.Schedule} ({words})" : entry.Schedule,
                            Output.Time(entry.Last?.FinishedAt),
                            ResultOf(entry.Last),
                            entry.Last is { } last ? Seconds(last.FinishedAt - last.StartedAt) : null,
                            entry.Failures.ToString(CultureInfo.InvariantCulture),
                            entry.ActiveOperation is not null
                                ? "now"
                                : Output.Time(entry.NextAt) ?? (entry.Paused is null ? null : "paused"),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    public static Command Run(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site; it must run" };
        var name = new Argument<string>("task") { Description = "The task, such as wp-cron" };
        var wait = new Option<bool>("--wait") { Description = "Return when it has ended; 1 when it failed" };
        var command = new Command("run-cron", "Run a scheduled task of a site now") { slug, name, wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Sites.RunCronAsync(parsed.GetValue(slug)!, parsed.GetValue(name)!, Keys.New(), cancellationToken),
                    parsed.GetValue(wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static string? ResultOf(CronRun? run) =>
        run is null ? null
        : run.ExitCode is > 0 and var code ? string.Create(CultureInfo.InvariantCulture, $"{Output.Word(run.Result)} ({code})")
        : Output.Word(run.Result);

    private static string Seconds(TimeSpan took) => took.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);
}
