using System.Globalization;
using HostingPanel.Volumes;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Volumes;

/// <summary>What is asked before something is done with a volume.</summary>
internal static class VolumeQuestions
{
    public static Confirmation Trash(VolumeView volume, int graceDays) =>
        new($"Move {volume.Name} to the trash?", "Nothing mounts this volume, so no site notices.", "Move to trash")
        {
            IsDanger = true,
            Consequences =
            [
                "What is in it is kept: nothing is deleted.",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It is kept there for {graceDays} days for sure. The panel purges nothing by itself, not after them either."
                ),
                "It still takes its place on the disk, and counts towards its organisation's plan.",
            ],
        };

    public static Confirmation Untrash(VolumeView volume) =>
        new($"Take {volume.Name} out of the trash?", $"It belongs to {volume.Site} again, as it was.", "Take out");

    public static Confirmation Purge(PurgePreview preview) =>
        new($"Purge {preview.Volume.Name}?", "This deletes, for good, exactly the following. It can't be taken back.", "Purge for good")
        {
            IsDanger = true,
            TypedWord = preview.Volume.Name,
            Consequences =
            [
                .. preview.Goes.Select(thing => thing.Text),
                preview.Volume.Coverage.LastCoveredAt is { } at
                    ? $"Restore points have it as it was until {at.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC. What changed after that is gone."
                    : "No restore point has it: what is purged is gone.",
            ],
        };

    public static Confirmation Include(string name) =>
        new(
            $"Let backups take {name} again?",
            "The reason why no backup had to is forgotten. The next restore point has it.",
            "Take it back"
        );
}
