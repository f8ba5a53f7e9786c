using System.ComponentModel.DataAnnotations;

namespace HostingPanel.Backups.Panel;

/// <summary>How the panel backs itself up. Configuration section <c>PanelBackups</c>.</summary>
public sealed class PanelBackupOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "PanelBackups";

    /// <summary>How many hours lie between two of them.</summary>
    [Range(1, 168, ErrorMessage = "PanelBackups:EveryHours must be from 1 to 168.")]
    public int EveryHours { get; set; } = 24;

    /// <summary>Of how many days the last one is kept.</summary>
    [Range(1, 400, ErrorMessage = "PanelBackups:KeepDays must be from 1 to 400.")]
    public int KeepDays { get; set; } = 7;

    /// <summary>Of how many weeks the last one is kept.</summary>
    [Range(0, 400, ErrorMessage = "PanelBackups:KeepWeeks must be from 0 to 400.")]
    public int KeepWeeks { get; set; } = 4;

    /// <summary>The database server's name where the jobs are; null for the one that the panel itself uses.</summary>
    public string? DatabaseHost { get; set; }

    /// <summary>Its port there; null for the one that the panel itself uses.</summary>
    public int? DatabasePort { get; set; }
}
