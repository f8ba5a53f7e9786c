namespace HostingPanel.Volumes;

/// <summary>How what an organisation's volumes take stands to what its plan allows.</summary>
public enum DiskState
{
    /// <summary>Below 80 %.</summary>
    Within,

    /// <summary>From 80 % on.</summary>
    Near,

    /// <summary>From 100 % on. Nothing is stopped for it while the disk has room; see <see cref="VolumesOptions.DangerMegabytes"/>.</summary>
    Over,
}

/// <summary>The soft limit of the disk: it warns. Only a disk that runs full stops a site that runs (<see cref="DiskGuard"/>).</summary>
internal static class DiskQuota
{
    private const int NearPercent = 80;

    public static DiskState StateOf(long used, long allowed) =>
        used >= allowed ? DiskState.Over
        : (decimal)used * 100 >= (decimal)allowed * NearPercent ? DiskState.Near
        : DiskState.Within;
}
