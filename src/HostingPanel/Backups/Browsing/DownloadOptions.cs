using System.ComponentModel.DataAnnotations;

namespace HostingPanel.Backups.Browsing;

/// <summary>What may be fetched out of restore points. Configuration section <c>Downloads</c>.</summary>
public sealed class DownloadOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Downloads";

    /// <summary>How much may be in one download before it is packed, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 50L << 30;

    /// <summary>How much all downloads that wait may take, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long MaxTotalBytes { get; set; } = 100L << 30;

    /// <summary>How many hours a download waits.</summary>
    [Range(1, 720)]
    public int Hours { get; set; } = 24;
}
