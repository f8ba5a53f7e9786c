namespace HostingPanel.Backups.Panel;

/// <summary>How the panel's own repositories are told from those of sites.</summary>
internal static class PanelRepository
{
    /// <summary>Stands for the site in names.</summary>
    public const string ShortId = "panel";

    /// <summary>Stands for the site in the repositories' rows. (The empty one stands for what tests of targets keep.)</summary>
    public static readonly Guid SiteId = new("00000000-0000-0000-0000-000000000001");
}
