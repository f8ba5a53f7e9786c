using System.ComponentModel.DataAnnotations;

namespace HostingPanel.Volumes;

/// <summary>How volumes are looked after. Configuration section <c>Volumes</c>.</summary>
public sealed class VolumesOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Volumes";

    /// <summary>How often the volumes of a site are measured, in hours.</summary>
    [Range(1, 24 * 31, ErrorMessage = "Volumes:MeasureEveryHours must be from 1 to 744.")]
    public int MeasureEveryHours { get; set; } = 24;

    /// <summary>For how many months measurements are kept, for the charts.</summary>
    [Range(1, 120, ErrorMessage = "Volumes:KeepMeasurementsMonths must be from 1 to 120.")]
    public int KeepMeasurementsMonths { get; set; } = 13;

    /// <summary>How often the worker looks for volumes that nobody owns, in seconds.</summary>
    [Range(1, 3600, ErrorMessage = "Volumes:ObserveEverySeconds must be from 1 to 3600.")]
    public int ObserveEverySeconds { get; set; } = 30;

    /// <summary>How often the worker looks how much is free on the engine's disk, in seconds.</summary>
    [Range(1, 60, ErrorMessage = "Volumes:GuardEverySeconds must be from 1 to 60.")]
    public int GuardEverySeconds { get; set; } = 5;

    /// <summary>
    /// With less free on the engine's disk it is in danger: while still more goes, the worker stops the site whose doing that is, if its
    /// organisation is over its plan. At least <c>Panel:MinFreeMegabytes</c>.
    /// </summary>
    [Range(0, int.MaxValue, ErrorMessage = "Volumes:DangerMegabytes must be from 0 to 2147483647.")]
    public long DangerMegabytes { get; set; } = 5120;

    /// <summary>The same in bytes.</summary>
    internal long DangerBytes => DangerMegabytes << 20;
}
