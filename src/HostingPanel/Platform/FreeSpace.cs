using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Platform;

/// <summary>
/// Whether the engine's disk has room for something new, so that it is refused beforehand and not half made. Told by the directory of
/// uploads, a volume of the engine's that web and worker share.
/// </summary>
internal sealed class FreeSpace(IOptions<PanelOptions> panel, IOptions<UploadOptions> uploads)
{
    /// <summary>Free bytes; null while nothing is there to tell by.</summary>
    public long? FreeBytes => Directory.Exists(uploads.Value.Directory) ? new DriveInfo(uploads.Value.Directory).AvailableFreeSpace : null;

    /// <summary>The refusal <c>no-disk-space</c>, or null while there is room.</summary>
    /// <param name="neededBytes">How much the new thing takes, where that is known.</param>
    public Problem? Fault(long neededBytes = 0) =>
        FreeBytes is { } free ? Fault(free >> 20, panel.Value.MinFreeMegabytes, neededBytes >> 20) : null;

    private static Problem? Fault(long free, long kept, long needed) =>
        free - needed < kept
            ? new Problem(
                ProblemKind.LimitReached,
                "no-disk-space",
                $"Only {free} MB are free on the panel's disk, and {kept} MB are kept back{(needed > 0 ? $"; this needs {needed} MB" : string.Empty)}. Nothing was made. Make room first, then try again."
            )
            : null;
}
