using HostingPanel.Blueprints;
using HostingPanel.Volumes;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Volumes;

/// <summary>What people read about volumes.</summary>
internal static class VolumeWords
{
    /// <summary>What a volume of this kind holds.</summary>
    public static string Of(VolumeKind kind) =>
        kind switch
        {
            VolumeKind.Code => "code",
            VolumeKind.Files => "files",
            VolumeKind.Private => "private files",
            VolumeKind.Database => "database",
            VolumeKind.Cache => "cache",
            _ => throw new InvalidOperationException($"Kind {kind} has no word."),
        };

    /// <summary>Whether a backup takes it, in a word or two.</summary>
    public static string Of(CoverageState state) =>
        state switch
        {
            CoverageState.Covered => "Covered",
            CoverageState.Excluded => "Not needed",
            CoverageState.Uncovered => "Not covered",
            _ => throw new InvalidOperationException($"Coverage {state} has no word."),
        };

    /// <summary>What its colour says.</summary>
    public static Tone ToneOf(CoverageState state) =>
        state switch
        {
            CoverageState.Covered => Tone.Ok,
            CoverageState.Excluded => Tone.Off,
            CoverageState.Uncovered => Tone.Warn,
            _ => throw new InvalidOperationException($"Coverage {state} has no tone."),
        };

    /// <summary>A size, or that there is none yet.</summary>
    public static string Size(long? bytes) => bytes is { } known ? Phrases.Bytes(known) : "not measured";
}
