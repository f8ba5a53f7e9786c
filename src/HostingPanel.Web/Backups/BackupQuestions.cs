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
}
