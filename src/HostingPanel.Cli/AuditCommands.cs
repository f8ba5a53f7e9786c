using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp audit …</c>.</summary>
internal static class AuditCommands
{
    private static readonly Option<string?> Actor = new("--actor") { Description = "A part of the actor's name, or their id" };
    private static readonly Option<string?> Act = new("--act") { Description = "A word such as site.create, or its noun alone" };
    private static readonly Option<string?> Target = new("--target") { Description = "A part of the name of what was acted on, or its id" };
    private static readonly Option<string?> Organisation = new("--organisation") { Description = "Only what belongs to this organisation" };
    private static readonly Option<AuditOutcome?> Outcome = new("--outcome") { Description = "How it went" };
    private static readonly Option<DateTimeOffset?> From = new("--from") { Description = "Not before, such as 2026-03-14T12:00Z" };
    private static readonly Option<DateTimeOffset?> To = new("--to") { Description = "Before this" };
    private static readonly Option<Guid?> Operation = new("--operation") { Description = "Only what belongs to this operation" };

    public static Command Build(HpCommand hp) => new("audit", "Who did what") { List(hp), Export(hp), Verify(hp) };

    private static Command Filtered(string name, string description) =>
        new(name, description) { Actor, Act, Target, Organisation, Outcome, From, To, Operation };

    private static AuditQuery QueryOf(ParseResult parsed) =>
        new(
            parsed.GetValue(Actor),
            parsed.GetValue(Act),
            parsed.GetValue(Target),
            parsed.GetValue(Organisation),
            parsed.GetValue(Outcome),
            parsed.GetValue(From),
            parsed.GetValue(To),
            parsed.GetValue(Operation)
        );

    private static Command List(HpCommand hp)
    {
        var limit = new Option<int>("--limit") { Description = "How many at most", DefaultValueFactory = static _ => 50 };
        var command = Filtered("list", "What was done, the newest first");
        command.Options.Add(limit);
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var page = await session.Panel.Audit.ListAsync(
                    QueryOf(parsed),
                    parsed.GetValue(limit),
                    cancellationToken: cancellationToken
                );
                session.Output.WriteTable(
                    page.Items,
                    ["NUMBER", "WHEN", "WHO", "FROM", "ACT", "ON", "ORGANISATION", "OUTCOME"],
                    entry =>
                        [
                            entry.Sequence.ToString(CultureInfo.InvariantCulture),
                            Output.Time(entry.At),
                            entry.Actor.Name,
                            entry.Actor.Address,
                            entry.Act,
                            entry.Target?.Name ?? entry.Target?.Kind,
                            entry.Organisation,
                            Output.Word(entry.Outcome)
                                + (entry.Code is { } code ? $" ({code})" : string.Empty)
                                + (entry.Times > 1 ? string.Create(CultureInfo.InvariantCulture, $" {entry.Times} times") : string.Empty),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Export(HpCommand hp)
    {
        var format = new Option<string>("--format") { Description = "csv or jsonl", DefaultValueFactory = static _ => "jsonl" };
        format.AcceptOnlyFromAmong("csv", "jsonl");
        var file = new Argument<FileInfo>("file") { Description = "Where to; it must not exist yet" };
        var command = Filtered("export", "All that fits as a file, the oldest first");
        command.Arguments.Add(file);
        command.Options.Add(format);
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var path = parsed.GetValue(file)!.FullName;
                if (File.Exists(path))
                {
                    throw new UsageException($"There is a file {path} already.");
                }

                await using var content = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                await session.Panel.Audit.ExportAsync(parsed.GetValue(format)!, QueryOf(parsed), content, cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Command Verify(HpCommand hp)
    {
        var noted = new Option<string?>("--noted")
        {
            Description = "An end that an earlier check printed, NUMBER:HASH: whether the chain still goes through it",
        };
        var command = new Command("verify", "Compute every hash anew; names the first entry that is not as it was written") { noted };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var (sequence, hash) = Noted(parsed.GetValue(noted));
                var found = await session.Panel.Audit.VerifyAsync(sequence, hash, cancellationToken);
                session.Output.Write(
                    found,
                    found =>
                        [
                            ("entries as they were written", found.Entries.ToString(CultureInfo.InvariantCulture)),
                            ("end", string.Create(CultureInfo.InvariantCulture, $"{found.Entries}:{found.HeadHash}")),
                            ("first broken", found.FirstBroken?.ToString(CultureInfo.InvariantCulture)),
                            ("fault", found.Fault),
                        ]
                );
                return found.IsWhole;
            }
        );
        return command;
    }

    private static (long? Sequence, string? Hash) Noted(string? text) =>
        text is null ? (null, null)
        : text.Split(':') is [var number, { Length: 64 } hash]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? (sequence, hash)
        : throw new UsageException($"“{text}” is not the end of an audit; hp audit verify prints one, NUMBER:HASH.");
}
