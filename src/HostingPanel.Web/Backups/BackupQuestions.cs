using System.Globalization;
using HostingPanel.Backups;
using HostingPanel.Backups.Browsing;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Backups;

/// <summary>What is asked before something is done with backups.</summary>
internal static class BackupQuestions
{
    public static Confirmation Retire(BackupTargetView target) =>
        target.Repositories == 0 && target.Kind != TargetKind.Local
            ? new Confirmation(
                $"Remove {target.Name}?",
                "No site's restore points lie there. The panel forgets the target and what it needs to be let in.",
                "Remove"
            )
            : new Confirmation($"Keep nothing new at {target.Name}?", "The next restore points have no copy there.", "Retire")
            {
                Consequences =
                [
                    "What lies there is not touched, and can be restored further on.",
                    "It is checked and tidied up no more.",
                    "You can use it again at any time.",
                ],
            };

    public static Confirmation RemoveSetAside(SetAsideView item) =>
        new(
            $"Remove this repository of {item.Site}?",
            $"Everything that lies in it at {item.Target} goes, and does not come back.",
            "Remove for good"
        )
        {
            IsDanger = true,
            TypedWord = item.Site,
            Consequences =
            [
                item.Whole == 0
                    ? "No restore point in it is whole."
                    : $"{Phrases.Count(item.Whole, "restore point")} in it {(item.Whole == 1 ? "is" : "are")} whole all the same, and can’t be restored from there any more.",
                "Whatever nobody could get out of it yet, nobody ever will: its key is forgotten.",
                item.IsSiteThere
                    ? "The site, and what is kept of it elsewhere, stay as they are."
                    : "What is kept of the site elsewhere stays as it is.",
            ],
        };

    public static Confirmation Delete(string slug, RestorePointView point, bool isSiteThere = true) =>
        new("Delete this restore point?", "It goes at every target, and does not come back.", "Delete for good")
        {
            IsDanger = true,
            TypedWord = slug,
            Consequences =
            [
                $"The site can't be restored to this moment any more: {(point.TakenAt ?? point.StartedAt).UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC.",
                isSiteThere
                    ? "The site itself, and all other restore points, stay as they are."
                    : "The site was purged: where this is its last whole restore point, everything of it at that target goes. Without any other, it can’t be made again.",
                "Room that nothing else needs is made free, and what is left at the target is checked.",
            ],
        };

    public static Confirmation Drop(DownloadView download) =>
        new($"Delete {download.FileName}?", "What it was made of stays where it is: it can be fetched again.", "Delete")
        {
            IsDanger = true,
        };

    public static Confirmation Undo(string slug) =>
        new($"Give {slug} back what it had before?", "Visitors see the maintenance page for a moment.", "Undo the restore")
        {
            IsDanger = true,
            Consequences =
            [
                "The site has its databases and files of before the restore again.",
                "What was restored, and what changed since, goes to the trash and is kept there for some days.",
            ],
        };
}
