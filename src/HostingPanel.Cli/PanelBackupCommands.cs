using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp panel-backups …</c>.</summary>
internal static class PanelBackupCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp) => new("panel-backups", "Backups of the panel itself") { List(hp), Take(hp), State(hp) };

    private static Command List(HpCommand hp)
    {
        var command = new Command("list", "The newest first");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor => session.Panel.PanelBackups.ListAsync(200, cursor, cancellationToken));
                session.Output.WriteTable(
                    all,
                    ["ID", "TAKEN", "STATE", "SIZE", "COPIES", "BY", "FAULT"],
                    backup =>
                        [
                            backup.Id.ToString(),
                            Output.Time(backup.TakenAt ?? backup.StartedAt),
                            Output.Word(backup.State),
                            Output.Bytes(backup.Bytes),
                            string.Join(' ', backup.Copies.Where(copy => copy.ForgottenAt is null).Select(DescribeShort)),
                            backup.RequestedBy,
                            backup.Fault?.Message,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Take(HpCommand hp)
    {
        var target = new Option<string?>("--target") { Description = "Keep it at this target only; else at every one" };
        var command = new Command("take", "Back the panel up now; each day it is done anyway") { target, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.PanelBackups.TakeAsync(
                        new PanelBackupRequest(parsed.GetValue(target)),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command State(HpCommand hp)
    {
        var command = new Command("state", "When the panel was last backed up, and whether its recovery kit is current");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var state = await session.Panel.PanelBackups.GetStateAsync(cancellationToken);
                session.Output.Write(state, Fields);
                return state is { LastGood: not null, Kit.IsCurrent: true };
            }
        );
        return command;
    }

    private static IEnumerable<(string, string?)> Fields(PanelBackupState state) =>
        [
            ("last good", Output.Time(state.LastGood?.TakenAt) ?? "never"),
            ("failed since", state.Fault),
            (
                "recovery kit",
                state.Kit switch
                {
                    null => "none: ./panel recovery-kit writes one",
                    { IsCurrent: true } kit => $"number {kit.Number} of {Output.Time(kit.WrittenAt)}",
                    var kit => $"number {kit.Number} of {Output.Time(kit.WrittenAt)} is stale: ./panel recovery-kit writes a new one",
                }
            ),
        ];

    private static string DescribeShort(PanelBackupCopy copy) => copy.ReadBackAt is null ? $"({copy.Target})" : copy.Target;
}
