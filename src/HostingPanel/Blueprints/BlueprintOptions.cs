using System.ComponentModel.DataAnnotations;

namespace HostingPanel.Blueprints;

/// <summary>Where the blueprints are; section <c>Blueprints</c> of the configuration.</summary>
public sealed record BlueprintOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Blueprints";

    /// <summary>The folder with the <c>*.yaml</c> files; relative to the program's own folder.</summary>
    [Required]
    public string Directory { get; init; } = "blueprints";
}
