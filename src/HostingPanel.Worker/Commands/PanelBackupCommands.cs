using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;

namespace HostingPanel.Worker.Commands;

/// <summary>What <c>./panel status</c> and <c>doctor</c> say of the panel's own backups.</summary>
internal sealed class PanelBackupCommands(PanelBackupService panel, TimeProvider time)
{
    private static readonly TimeSpan Old = TimeSpan.FromHours(50);

    /// <summary>Lines “fine: …” and “wrong: …”.</summary>
    public async Task<int> TellStateAsync(CancellationToken cancellationToken)
    {
        var state = (await panel.GetStateAsync(Actor.Panel, cancellationToken)).Value;
        if (state.LastGood is not { TakenAt: { } takenAt } good)
        {
            Say("wrong", "the panel itself was never backed up. Run: hp panel-backups take");
        }
        else
        {
            var age = time.GetUtcNow() - takenAt;
            var where = string.Join(", ", good.Copies.Where(copy => copy.ReadBackAt is not null).Select(copy => copy.Target));
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"the panel itself was last backed up {takenAt:yyyy-MM-dd HH:mm} UTC ({where})"
            );
            Say(age > Old ? "wrong" : "fine", age > Old ? $"{text}, {age.TotalDays:0} days ago." : text);
        }

        if (state.Fault is { } fault)
        {
            Say("wrong", $"its last backup failed: {fault}");
        }

        Say(
            state.KitIsCurrent ? "fine" : "wrong",
            state switch
            {
                { KitNumber: null } =>
                    "there is no recovery kit: without one nothing comes back when this machine is lost. Run: ./panel recovery-kit",
                { KitIsCurrent: false } =>
                    $"the recovery kit {state.KitNumber} is stale: targets or settings have changed since. Run: ./panel recovery-kit",
                _ => string.Create(
                    CultureInfo.InvariantCulture,
                    $"the recovery kit {state.KitNumber} of {state.KitWrittenAt:yyyy-MM-dd} is current"
                ),
            }
        );
        return 0;
    }

    private static void Say(string how, string what) => Console.WriteLine($"{how}: {what}");
}
