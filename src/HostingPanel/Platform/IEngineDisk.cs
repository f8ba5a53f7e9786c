namespace HostingPanel.Platform;

/// <summary>The disk on which the engine keeps its volumes: that of the node on which the worker runs, and of no other.</summary>
public interface IEngineDisk
{
    /// <summary>Free bytes, or null when that can't be told from here.</summary>
    long? FreeBytes();

    /// <summary>
    /// How long all files in each volume are together, by the volume's name; a sparse file counts with its holes. The engine walks every
    /// volume for it: moments on a small machine, minutes on a large one.
    /// </summary>
    /// <exception cref="PlatformException">The engine does not answer, or refuses.</exception>
    Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken cancellationToken);
}
