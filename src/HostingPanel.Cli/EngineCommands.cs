using System.CommandLine;
using System.Globalization;

namespace HostingPanel.Cli;

/// <summary><c>hp engine …</c>.</summary>
internal static class EngineCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp) => new("engine", "The engine that everything runs on") { Show(hp), Unowned(hp), Remove(hp) };

    private static Command Show(HpCommand hp)
    {
        var command = new Command("show", "How the panel's last look at the engine went");
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var look = await session.Panel.Engine.GetAsync(cancellationToken);
                session.Output.Write(
                    look,
                    look =>
                        [
                            ("last look", Output.Time(look.LookedAt) ?? "none yet"),
                            ("it took", string.Create(CultureInfo.InvariantCulture, $"{look.Milliseconds:0} ms")),
                            ("calls of the engine", look.EngineCalls.ToString(CultureInfo.InvariantCulture)),
                            ("sites", look.Sites.ToString(CultureInfo.InvariantCulture)),
                            ("problem", look.Problem is { } problem ? $"{problem.Message} ({problem.Code})" : null),
                            ("since", Output.Time(look.ProblemSince)),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Unowned(HpCommand hp)
    {
        var command = new Command("unowned", "What carries the panel's label and is nobody's");
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor => session.Panel.Engine.ListUnownedAsync(200, cursor, cancellationToken));
                session.Output.WriteTable(
                    all,
                    ["ID", "KIND", "NAME", "SINCE", "WHY"],
                    thing => [thing.Id.ToString(), Output.Word(thing.Kind), thing.Name, Output.Time(thing.FirstSeenAt), thing.Message]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Remove(HpCommand hp)
    {
        var id = new Argument<Guid>("id") { Description = "Its id in the list of hp engine unowned" };
        var command = new Command("remove", "Remove something that is nobody's; never a volume") { id, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var accepted = await session.Panel.Engine.RemoveUnownedAsync(parsed.GetValue(id), Keys.New(), cancellationToken);
                return await OperationCommands.FinishAsync(session, accepted, parsed.GetValue(Wait), cancellationToken);
            }
        );
        return command;
    }
}
