using System.Globalization;

namespace HostingPanel.Backups.Browsing;

/// <summary>What is not as it was in what was fetched, for people.</summary>
internal static class FetchNotes
{
    public static IReadOnlyList<string> Of(long leftOut, long setId) =>
        [
            .. leftOut > 0
                ? [string.Create(CultureInfo.InvariantCulture, $"{leftOut} devices, pipes and sockets were left out.")]
                : Array.Empty<string>(),
            .. setId > 0
                ?
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{setId} programs do not run as their owner any more (set-user-id, set-group-id)."
                    ),
                ]
                : Array.Empty<string>(),
        ];
}
