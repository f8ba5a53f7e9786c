using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Sites;

namespace HostingPanel.Worker.Commands;

/// <summary>What <c>./panel status</c>, <c>doctor</c> and <c>recover</c> say of the panel's own backups.</summary>
internal sealed class PanelBackupCommands(PanelBackupService panel, SiteManager sites, BackupService backups, TimeProvider time)
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

    /// <summary>Every site with what it can be brought back from.</summary>
    public async Task<int> TellSitesAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = (
                await sites.ListAsync(Actor.Panel, new SiteFilter(), new PageRequest(PageRequest.MaxLimit, cursor), cancellationToken)
            ).Value;
            foreach (var site in page.Items)
            {
                var points = (
                    await backups.ListAsync(Actor.Panel, site.Slug, new PageRequest(PageRequest.MaxLimit), cancellationToken)
                ).Value;
                var good = points.Items.FirstOrDefault(point => point.State == RestorePointState.Good);
                Console.WriteLine(
                    good is null
                        ? $"{site.Slug}\t-\t-"
                        : string.Create(CultureInfo.InvariantCulture, $"{site.Slug}\t{good.Id}\t{good.TakenAt:yyyy-MM-dd HH:mm} UTC")
                );
            }

            cursor = page.NextCursor;
        } while (cursor is not null);
        return 0;
    }

    private static void Say(string how, string what) => Console.WriteLine($"{how}: {what}");
}
