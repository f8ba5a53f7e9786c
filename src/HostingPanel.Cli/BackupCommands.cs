using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp backups …</c>.</summary>
internal static class BackupCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp)
    {
        var command = new Command("backups", "Restore points of sites") { List(hp), Take(hp), Show(hp), Manifest(hp) };
        foreach (var restoring in RestoreCommands.Build(hp))
        {
            command.Subcommands.Add(restoring);
        }

        command.Subcommands.Add(RestoreDrillCommands.Drill(hp));
        command.Subcommands.Add(TargetCommands.Build(hp));
        command.Subcommands.Add(PolicyCommands.Build(hp));
        command.Subcommands.Add(PolicyCommands.Retention(hp));
        command.Subcommands.Add(UpkeepCommands.Health(hp));
        command.Subcommands.Add(UpkeepCommands.Check(hp));
        command.Subcommands.Add(UpkeepCommands.Delete(hp));
        BackupContentsCommands.Build(hp).ToList().ForEach(command.Add);
        return command;
    }

    private static Argument<string> Site() => new("site") { Description = "The site" };

    private static Argument<Guid> Id() => new("id") { Description = "The restore point" };

    private static Command List(HpCommand hp)
    {
        var site = Site();
        var command = new Command("list", "A site's restore points, the newest first; also of a site that was purged") { site };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Backups.ListAsync(parsed.GetValue(site)!, 200, cursor, cancellationToken)
                );
                session.Output.WriteTable(
                    all,
                    ["ID", "TAKEN", "STATE", "PROVED", "DATABASES", "FILES", "COPIES", "BY"],
                    point =>
                        [
                            point.Id.ToString(),
                            Output.Time(point.TakenAt ?? point.StartedAt),
                            Output.Word(point.State),
                            Output.Time(point.ProvedAt) ?? "never",
                            Output.Bytes(point.DatabaseBytes),
                            Output.Bytes(point.FileBytes),
                            string.Join(' ', point.Copies.Select(DescribeShort)),
                            point.RequestedBy,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Take(HpCommand hp)
    {
        var site = Site();
        var gently = new Option<bool>("--gently")
        {
            Description = "As slowly as the schedule takes them, so that the site's visitors do not notice",
        };
        var command = new Command("take", "Take a restore point of a site now") { site, gently, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.TakeAsync(
                        parsed.GetValue(site)!,
                        new TakeBackupRequest(parsed.GetValue(gently)),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Show(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var command = new Command("show", "One restore point") { site, id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var point = await session.Panel.Backups.GetAsync(parsed.GetValue(site)!, parsed.GetValue(id), cancellationToken);
                session.Output.Write(point, Fields);
                return point.State != RestorePointState.Failed;
            }
        );
        return command;
    }

    private static Command Manifest(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var command = new Command("manifest", "What a restore point says of itself") { site, id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var manifest = await session.Panel.Backups.GetManifestAsync(parsed.GetValue(site)!, parsed.GetValue(id), cancellationToken);
                foreach (var line in manifest.Json.TrimEnd('\n').Split('\n'))
                {
                    session.Output.Line(line);
                }

                return true;
            }
        );
        return command;
    }

    private static IEnumerable<(string, string?)> Fields(RestorePoint point) =>
        [
            ("id", point.Id.ToString()),
            ("site", point.Site),
            ("state", Output.Word(point.State)),
            ("fault", point.Fault?.Message),
            ("suspicious", point.Suspicion?.Message),
            ("reason", Output.Word(point.Reason)),
            ("by", point.RequestedBy),
            ("taken", Output.Time(point.TakenAt)),
            ("proved", Output.Time(point.ProvedAt) ?? "never"),
            ("restoring took", point.ProofSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s") : null),
            ("databases", $"{string.Join(' ', point.Databases)} ({Output.Bytes(point.DatabaseBytes)})"),
            ("files", string.Create(CultureInfo.InvariantCulture, $"{point.Files} ({Output.Bytes(point.FileBytes)})")),
            .. point.Copies.Select(copy => ("copy", (string?)Describe(copy))),
        ];

    private static string DescribeShort(RestorePointCopy copy) => copy.ReadBackAt is null ? $"({copy.Target})" : copy.Target;

    private static string Describe(RestorePointCopy copy) =>
        copy.Fault is { } fault ? $"{copy.Target}: {fault.Message}"
        : copy.ReadBackAt is null ? $"{copy.Target}: not read back"
        : $"{copy.Target}: read back {Output.Time(copy.ReadBackAt)}, {(copy.RefutedAt is { } refuted ? $"a drill failed {Output.Time(refuted)}" : $"proved {Output.Time(copy.ProvedAt) ?? "never"}")}, {Output.Bytes(copy.AddedBytes)} added, snapshot {copy.Snapshot}";
}
