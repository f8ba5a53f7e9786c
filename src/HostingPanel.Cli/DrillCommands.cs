using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites drill</c> and <c>hp sites drills</c>.</summary>
internal static class DrillCommands
{
    public static Command Drill(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site; it must run" };
        var wait = new Option<bool>("--wait") { Description = "Show each step, then the result; 1 when something was lost" };
        var command = new Command("drill", "Remove every container of a site and see what comes back: visitors wait for some seconds")
        {
            slug,
            wait,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var site = parsed.GetValue(slug)!;
                var accepted = await session.Panel.Sites.DrillAsync(site, Keys.New(), cancellationToken);
                if (!parsed.GetValue(wait))
                {
                    return await OperationCommands.FinishAsync(session, accepted, wait: false, cancellationToken);
                }

                await OperationCommands.WaitAsync(session, accepted.Operation.Id, cancellationToken);
                var drills = await session.Panel.Sites.ListDrillsAsync(site, cancellationToken: cancellationToken);
                if (drills.Items.FirstOrDefault(drill => drill.Id == accepted.Operation.Id) is not { } result)
                {
                    // It ended before it had begun.
                    var operation = await session.Panel.Operations.GetAsync(accepted.Operation.Id, cancellationToken);
                    session.Output.Write(operation, OperationCommands.Fields);
                    return false;
                }

                session.Output.Write(result, Fields);
                return result.Verdict == DrillVerdict.NothingLost;
            }
        );
        return command;
    }

    public static Command List(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var command = new Command("drills", "What a site's disposability drills have shown, the newest first") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Sites.ListDrillsAsync(parsed.GetValue(slug)!, 200, cursor, cancellationToken)
                );
                session.Output.WriteTable(
                    all,
                    ["STARTED", "RESULT", "RECOVERED IN", "LOST", "CHANGED", "BY"],
                    drill =>
                        [
                            Output.Time(drill.StartedAt),
                            ResultOf(drill),
                            Recovery(drill),
                            drill.LostTotal.ToString(CultureInfo.InvariantCulture),
                            drill.ChangedTotal.ToString(CultureInfo.InvariantCulture),
                            drill.RequestedBy,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static IEnumerable<(string, string?)> Fields(DisposabilityDrill drill) =>
        [
            ("result", ResultOf(drill)),
            ("reason", drill.Reason),
            ("recovered in", Recovery(drill)),
            ("containers", drill.Containers.ToString(CultureInfo.InvariantCulture)),
            .. drill.Lost.Select(lost => ("lost", (string?)Describe(lost))),
            .. drill.Changed.Select(changed => ("changed", (string?)Describe(changed))),
            .. drill.NotCompared.Select(left => ("not compared", (string?)left)),
        ];

    private static string ResultOf(DisposabilityDrill drill) => drill.Verdict is { } verdict ? Output.Word(verdict) : "under way";

    private static string? Recovery(DisposabilityDrill drill) =>
        drill.RecoverySeconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"{(drill.Interrupted ? "at most " : string.Empty)}{seconds:0.0} s")
            : null;

    private static string Describe(DrillFinding finding) =>
        string.Join(' ', new[] { Output.Word(finding.Subject), finding.Where, finding.What }.Where(part => part.Length > 0))
        + $": {finding.Text}{(finding.Hint is { } hint ? $" ({hint})" : string.Empty)}";
}
