using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp drills …</c> and <c>hp backups drill</c>: restore points booted as sealed scratch sites.</summary>
internal static class RestoreDrillCommands
{
    public static Command Build(HpCommand hp) =>
        new("drills", "Drills of restore points: what was proved, with the evidence") { List(hp), Show(hp), Picture(hp), Recovery(hp) };

    public static Command Drill(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site" };
        var id = new Argument<Guid>("id") { Description = "The restore point" };
        var target = new Option<string?>("--from") { Description = "The target to restore from; else the one whose turn it is" };
        var wait = new Option<bool>("--wait") { Description = "Show each step, then the evidence; 1 when it is not proved" };
        var command = new Command("drill", "Prove a restore point: boot it as a sealed scratch site, check it, remove it")
        {
            site,
            id,
            target,
            wait,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var slug = parsed.GetValue(site)!;
                var accepted = await session.Panel.Drills.DrillAsync(
                    slug,
                    parsed.GetValue(id),
                    new DrillRequest(parsed.GetValue(target)),
                    Keys.New(),
                    cancellationToken
                );
                if (!parsed.GetValue(wait))
                {
                    return await OperationCommands.FinishAsync(session, accepted, wait: false, cancellationToken);
                }

                await OperationCommands.WaitAsync(session, accepted.Operation.Id, cancellationToken);
                return Tell(session, await session.Panel.Drills.GetAsync(slug, accepted.Operation.Id, cancellationToken));
            }
        );
        return command;
    }

    private static Command List(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site; also one that was purged" };
        var point = new Option<Guid?>("--backup") { Description = "Only those of this restore point" };
        var command = new Command("list", "Drills of a site's restore points, the newest first") { site, point };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Drills.ListAsync(parsed.GetValue(site)!, parsed.GetValue(point), 200, cursor, cancellationToken)
                );
                session.Output.WriteTable(
                    all,
                    ["ID", "ASKED FOR", "RESULT", "RECOVERED IN", "CHECKS", "FROM", "WHY", "BY"],
                    drill =>
                        [
                            drill.Id.ToString(),
                            Output.Time(drill.CreatedAt),
                            ResultOf(drill),
                            Seconds(drill.RecoverySeconds),
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{drill.ChecksPassed}{(drill.ChecksFailed > 0 ? $", {drill.ChecksFailed} failed" : string.Empty)}"
                            ),
                            drill.Target,
                            Output.Word(drill.Reason),
                            drill.RequestedBy,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Show(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site" };
        var id = new Argument<Guid>("id") { Description = "The drill" };
        var command = new Command("show", "A drill with its evidence; 1 when it has not passed") { site, id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                Tell(session, await session.Panel.Drills.GetAsync(parsed.GetValue(site)!, parsed.GetValue(id), cancellationToken))
        );
        return command;
    }

    private static Command Picture(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site" };
        var id = new Argument<Guid>("id") { Description = "The drill" };
        var file = new Option<FileInfo>("--to") { Description = "The file to write, PNG or WebP; it must not be there", Required = true };
        var command = new Command("picture", "Take the picture of a drill's front page") { site, id, file };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await NewFile.SaveAsync(
                    session,
                    parsed.GetValue(file)!,
                    () => session.Panel.Drills.OpenPictureAsync(parsed.GetValue(site)!, parsed.GetValue(id), cancellationToken),
                    cancellationToken
                );
                return true;
            }
        );
        return command;
    }

    private static Command Recovery(HpCommand hp)
    {
        var command = new Command("recovery", "What each site could be brought back to, and how fast");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = (await session.Panel.Drills.ListRecoveryAsync(cancellationToken)).Items;
                session.Output.WriteTable(
                    all,
                    ["SITE", "LAST TAKEN", "LAST PROVED", "RECOVERS IN", "TYPICALLY", "ALERT"],
                    site =>
                        [
                            site.Site,
                            Output.Time(site.LastTakenAt) ?? "never",
                            Output.Time(site.LastProvedAt) ?? "never",
                            Seconds(site.LastRecoverySeconds),
                            Seconds(site.TypicalRecoverySeconds),
                            site.HasAlert ? "yes" : null,
                        ]
                );
                return !all.Any(site => site.HasAlert);
            }
        );
        return command;
    }

    private static bool Tell(Session session, RestoreDrillEvidence evidence)
    {
        session.Output.Write(evidence, Fields);
        return evidence.Drill.Verdict is null or RestoreDrillVerdict.Passed;
    }

    private static IEnumerable<(string, string?)> Fields(RestoreDrillEvidence evidence) =>
        [
            ("result", ResultOf(evidence.Drill)),
            ("fault", evidence.Drill.Fault?.Message),
            ("restore point", evidence.Drill.RestorePoint.ToString()),
            ("from", evidence.Drill.Target),
            ("recovered in", Seconds(evidence.Drill.RecoverySeconds)),
            (
                "picture",
                evidence.Picture is { } picture
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{picture.MediaType}, {picture.Width} × {picture.Height}, {Output.Bytes(picture.Bytes)}; hp drills picture"
                    )
                    : evidence.PictureGone
            ),
            .. evidence.Checks.Select(check => (Output.Word(check.Outcome), (string?)$"{check.Title}: {check.Text}")),
            .. evidence.Phases.Select(phase => ("took", (string?)$"{Seconds(phase.Seconds)}  {phase.Title}")),
        ];

    private static string ResultOf(RestoreDrill drill) =>
        drill.Verdict is { } verdict ? Output.Word(verdict)
        : drill.StartedAt is null ? "waiting"
        : "under way";

    private static string? Seconds(double? seconds) =>
        seconds is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.0} s") : null;
}
