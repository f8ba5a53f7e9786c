using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp backups health</c>, <c>check</c> and <c>delete</c>.</summary>
internal static class UpkeepCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    /// <summary>Ends with a failure when a promise is broken, so that a monitor can watch it.</summary>
    public static Command Health(HpCommand hp)
    {
        var command = new Command("health", "How the restore points of all sites are, the worst first; fails when a promise is broken");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var overview = await session.Panel.Backups.GetOverviewAsync(cancellationToken);
                session.Output.WriteTable(
                    overview.Items,
                    ["SITE", "STATE", "LAST GOOD", "PROVED", "NEXT", "POINTS", "SIZE", "WRONG"],
                    site =>
                        [
                            site.Site,
                            Output.Word(site.State),
                            Output.Time(site.LastGoodAt) ?? "never",
                            Output.Time(site.LastProvedAt) ?? "never",
                            Output.Time(site.NextAt),
                            site.Points.ToString(CultureInfo.InvariantCulture),
                            Output.Bytes(site.Bytes),
                            string.Join(' ', Wrong(site)),
                        ]
                );
                if (!overview.IsScheduling)
                {
                    session.Output.Line(
                        $"Nobody has looked at the schedules since {Output.Time(overview.ScheduledAt) ?? "the panel was made"}: nothing is taken by itself."
                    );
                }

                return overview.IsScheduling
                    && overview.Items.All(site =>
                        site.State is not (BackupHealthState.Late or BackupHealthState.Never)
                        && site.Targets.All(target => !target.IsLate && target.Fault is null)
                    );
            }
        );
        return command;
    }

    public static Command Check(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site" };
        var target = new Option<string?>("--target") { Description = "Only what is kept at this target" };
        var read = new Option<CheckReading>("--read") { Description = "How much of the data is read: part, all or none" };
        var command = new Command("check", "Check what is kept of a site") { site, target, read, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.CheckAsync(
                        parsed.GetValue(site)!,
                        new CheckRequest(parsed.GetValue(target), parsed.GetValue(read)),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    public static Command Delete(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site" };
        var id = new Argument<Guid>("id") { Description = "The restore point" };
        var yes = new Option<bool>("--for-good") { Description = "Yes: what is deleted does not come back" };
        var command = new Command("delete", "Delete a restore point for good, at every target") { site, id, yes, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                if (!parsed.GetValue(yes))
                {
                    throw new UsageException("What is deleted does not come back. Say --for-good.");
                }

                var name = parsed.GetValue(site)!;
                return await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.DeleteAsync(name, parsed.GetValue(id), name, Keys.New(), cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                );
            }
        );
        return command;
    }

    private static IEnumerable<string> Wrong(BackupHealth site) =>
        [
            .. site.Waiting is { } waiting ? [waiting.Message] : Array.Empty<string>(),
            .. site.LastFault is { } fault ? [fault.Message] : Array.Empty<string>(),
            .. site.Targets.Where(target => target.Fault is not null).Select(target => $"{target.Target}: {target.Fault!.Message}"),
            .. site.Targets.Where(target => target.IsLate && target.Fault is null).Select(target => $"{target.Target} has no young one."),
        ];
}
