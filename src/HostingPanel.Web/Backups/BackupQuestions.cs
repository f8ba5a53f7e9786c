using HostingPanel.Backups;
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
