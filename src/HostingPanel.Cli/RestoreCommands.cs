using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp backups restore …</c> and what belongs to it.</summary>
internal static class RestoreCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };
    private static readonly Option<string?> From = new("--from") { Description = "The target to restore from; else the nearest" };
    private static readonly Option<bool> WithoutSafetyPoint = new("--without-safety-point")
    {
        Description = "In place: take no safety restore point first, where the site is too wrecked for one",
    };

    public static IEnumerable<Command> Build(HpCommand hp) => [Restore(hp), Plan(hp), Undo(hp), List(hp)];

    private static Argument<string> Site() => new("site") { Description = "The site" };

    private static Argument<Guid> Id() => new("id") { Description = "The restore point" };

    private static Command Restore(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var slug = new Option<string?>("--as") { Description = "Make a new site of this slug out of it; the old one is not touched" };
        var inPlace = new Option<bool>("--in-place")
        {
            Description = "Give the site itself the data of then; what it has now goes to the trash",
        };
        var command = new Command("restore", "Restore a restore point: as a new site, or in place")
        {
            site,
            id,
            slug,
            inPlace,
            WithoutSafetyPoint,
            From,
            Wait,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(inPlace) == result.GetValue(slug) is not null)
            {
                result.AddError("Say either --as SLUG, for a new site, or --in-place.");
            }
        });
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.RestoreAsync(
                        parsed.GetValue(site)!,
                        parsed.GetValue(id),
                        new RestoreRequest(
                            parsed.GetValue(inPlace) ? "in-place" : "new-site",
                            parsed.GetValue(slug),
                            parsed.GetValue(From),
                            parsed.GetValue(WithoutSafetyPoint) ? true : null
                        ),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Plan(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var command = new Command("restore-plan", "What restoring in place would do; changes nothing")
        {
            site,
            id,
            WithoutSafetyPoint,
            From,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var plan = await session.Panel.Backups.PlanRestoreAsync(
                    parsed.GetValue(site)!,
                    parsed.GetValue(id),
                    parsed.GetValue(From),
                    parsed.GetValue(WithoutSafetyPoint),
                    cancellationToken
                );
                session.Output.Write(plan, Fields);
                return plan.Refusal is null;
            }
        );
        return command;
    }

    private static Command Undo(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var command = new Command("undo-restore", "Give a site back what it had before this restore point was restored in place")
        {
            site,
            id,
            Wait,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.UndoRestoreAsync(
                        parsed.GetValue(site)!,
                        parsed.GetValue(id),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command List(HpCommand hp)
    {
        var site = Site();
        var command = new Command("restores", "A site's restores in place, the newest first") { site };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Backups.ListRestoresAsync(parsed.GetValue(site)!, 200, cursor, cancellationToken)
                );
                session.Output.WriteTable(
                    all,
                    ["RESTORE POINT", "RESTORED", "UNDONE", "KEPT UNTIL", "TOOK", "CAN BE UNDONE", "BY"],
                    restore =>
                        [
                            restore.RestorePoint.ToString(),
                            Output.Time(restore.SwappedAt) ?? "under way",
                            Output.Time(restore.UndoneAt),
                            Output.Time(restore.KeptUntil),
                            Seconds(restore.Seconds),
                            restore.UndoRefusal?.Code ?? "yes",
                            restore.RequestedBy,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static IEnumerable<(string, string?)> Fields(RestorePlan plan) =>
        [
            ("restore point", plan.RestorePoint.ToString()),
            ("taken", Output.Time(plan.TakenAt)),
            ("refused", plan.Refusal?.Message),
            .. plan.Steps.Select((step, index) => (string.Create(CultureInfo.InvariantCulture, $"step {index + 1}"), (string?)step)),
            .. plan.Databases.Select(database =>
                (
                    "database",
                    (string?)
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{database.Name}: {database.Tables} tables, {database.Rows} rows ({Output.Bytes(database.Bytes)})"
                        )
                )
            ),
            .. plan.Volumes.Select(volume =>
                (
                    "volume",
                    (string?)
                        $"{volume.Name}: {Output.Bytes(volume.Bytes) ?? "not measured"} now, {(volume.TakenBytes is null ? "a new one" : Output.Bytes(volume.TakenBytes))} afterwards"
                )
            ),
            .. plan.Stays.Select(what => ("stays", (string?)what)),
            .. plan.Lost.Select(what => ("lost", (string?)what)),
            ("took last time", Seconds(plan.Took?.Seconds)),
            ("can be undone until", Output.Time(plan.UndoableUntil)),
        ];

    private static string? Seconds(double? seconds) =>
        seconds is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0} s") : null;
}
