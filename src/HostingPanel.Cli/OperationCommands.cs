using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp operations …</c>.</summary>
internal static class OperationCommands
{
    public static Command Build(HpCommand hp) =>
        new("operations", "The long actions")
        {
            List(hp),
            On(hp, "show", "One operation with its steps", ShowAsync),
            On(hp, "watch", "Show each step and return when it has ended", FollowAsync),
            On(hp, "log", "What its steps wrote", LogAsync),
            On(hp, "cancel", "Ask an operation to stop and undo", CancelAsync),
        };

    /// <summary>Prints each step as it ends, until the operation has ended; false when it did not succeed.</summary>
    public static async Task<bool> FollowAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        var last = await WaitAsync(session, id, cancellationToken);
        session.Output.Write(last, Fields);
        return last.State == OperationState.Succeeded;
    }

    /// <summary>Prints each step as it ends, until the operation has ended, and gives it.</summary>
    public static async Task<Operation> WaitAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        var printed = new Dictionary<string, StepState>(StringComparer.Ordinal);
        Operation? last = null;
        await foreach (var operation in session.Panel.Operations.WatchAsync(id, cancellationToken))
        {
            last = operation;
            if (!session.Output.IsJson)
            {
                PrintNews(session.Output, operation, printed);
            }
        }

        return last!;
    }

    /// <summary>Shows an operation that was accepted, or follows it to its end; false when it did not succeed.</summary>
    public static async Task<bool> FinishAsync(Session session, Accepted accepted, bool wait, CancellationToken cancellationToken)
    {
        if (wait)
        {
            return await FollowAsync(session, accepted.Operation.Id, cancellationToken);
        }

        session.Output.Write(accepted.Operation, Fields);
        return true;
    }

    /// <summary>An operation in short.</summary>
    public static IEnumerable<(string, string?)> Fields(Operation operation) =>
        [
            ("operation", operation.Id.ToString()),
            ("does", $"{operation.Title} {operation.Target}"),
            ("state", Output.Word(operation.State) + (operation is { Undoing: true, IsFinished: false } ? ", undoing" : string.Empty)),
            ("took", Took(operation.StartedAt, operation.FinishedAt)),
            ("error", operation.Error is { } error ? $"{error.Message} ({error.Code})" : null),
        ];

    private static void PrintNews(Output output, Operation operation, Dictionary<string, StepState> printed)
    {
        foreach (var step in operation.Steps)
        {
            if (step.State is StepState.Pending || (printed.TryGetValue(step.Name, out var before) && before == step.State))
            {
                continue;
            }

            printed[step.Name] = step.State;
            if (step.State is not StepState.Running)
            {
                var took = Took(step.StartedAt, step.FinishedAt) is { } time ? $" ({time})" : string.Empty;
                var why = step.State is StepState.Failed && step.Message is { } message ? $": {message}" : string.Empty;
                output.Line($"  {Output.Word(step.State), -8} {step.Title}{took}{why}");
            }
        }
    }

    private static Command List(HpCommand hp)
    {
        var site = new Option<string?>("--site") { Description = "Only those of this site" };
        var active = new Option<bool>("--active") { Description = "Only those that have not ended" };
        var kind = new Option<string?>("--kind") { Description = "Only those of this kind, such as run-cron, which are left out else" };
        var limit = new Option<int>("--limit") { Description = "How many at most", DefaultValueFactory = static _ => 20 };
        var command = new Command("list", "Operations, the newest first") { site, active, kind, limit };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var page = await session.Panel.Operations.ListAsync(
                    parsed.GetValue(site),
                    parsed.GetValue(active),
                    parsed.GetValue(limit),
                    kind: parsed.GetValue(kind),
                    cancellationToken: cancellationToken
                );
                session.Output.WriteTable(
                    page.Items,
                    ["OPERATION", "DOES", "STATE", "ASKED FOR", "TOOK"],
                    operation =>
                        [
                            operation.Id.ToString(),
                            $"{operation.Title} {operation.Target}",
                            Output.Word(operation.State),
                            Output.Time(operation.CreatedAt),
                            Took(operation.StartedAt, operation.FinishedAt),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static async Task<bool> ShowAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        var operation = await session.Panel.Operations.GetAsync(id, cancellationToken);
        session.Output.Write(operation, Fields);
        if (!session.Output.IsJson && operation.Steps.Count > 0)
        {
            session.Output.WriteTable(
                operation.Steps,
                ["STEP", "STATE", "TOOK", "MESSAGE"],
                step => [step.Title, Output.Word(step.State), Took(step.StartedAt, step.FinishedAt), step.Message]
            );
        }

        return true;
    }

    private static async Task<bool> LogAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        var log = await session.Panel.Operations.ReadLogAsync(id, cancellationToken: cancellationToken);
        if (session.Output.IsJson)
        {
            session.Output.Write(log, _ => []);
            return true;
        }

        foreach (var line in log.Lines)
        {
            session.Output.Line($"{Output.Time(line.At)} {(line.Step is { } step ? $"{step}: " : string.Empty)}{line.Text}");
        }

        return true;
    }

    private static async Task<bool> CancelAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        session.Output.Write(await session.Panel.Operations.CancelAsync(id, cancellationToken: cancellationToken), Fields);
        return true;
    }

    private static Command On(HpCommand hp, string name, string description, Func<Session, Guid, CancellationToken, Task<bool>> run)
    {
        var id = new Argument<Guid>("id") { Description = "The operation" };
        var command = new Command(name, description) { id };
        hp.OnRun(command, (parsed, session, cancellationToken) => run(session, parsed.GetValue(id), cancellationToken));
        return command;
    }

    private static string? Took(DateTimeOffset? start, DateTimeOffset? end) =>
        start is { } from && end is { } to ? (to - from).TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture) : null;
}
