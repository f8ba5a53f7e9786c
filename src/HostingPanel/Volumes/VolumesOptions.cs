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
}
