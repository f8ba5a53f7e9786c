using HostingPanel.Blueprints;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Disposability;

/// <summary>Something that a container has written outside of its volumes, and that goes with it.</summary>
/// <param name="Service">The container's service.</param>
/// <param name="Path">Where in the container.</param>
/// <param name="Kind">How it differs from the image.</param>
/// <param name="Hint">Where it belongs.</param>
/// <param name="IsMadeAgain">True when the new container has made it again by itself; whether with the same contents is not known.</param>
internal sealed record KeptPath(string Service, string Path, LayerChangeKind Kind, string Hint, bool IsMadeAgain = false)
{
    /// <summary>More than these are counted, not listed.</summary>
    public const int MaxStored = 200;
}

/// <summary>Reads the writable layers of containers: what in them is state, and in which volume it would be safe.</summary>
internal static class WritableLayer
{
    /// <summary>
    /// What is in every container and nobody's state: the kernel's file systems; places that are temporary by name and emptied by any
    /// restart; what the engine itself puts into each container.
    /// </summary>
    private static readonly string[] Noise =
    [
        "/dev",
        "/proc",
        "/sys",
        "/run",
        "/var/run",
        "/tmp",
        "/.dockerenv",
        "/etc/hostname",
        "/etc/hosts",
        "/etc/mtab",
        "/etc/resolv.conf",
    ];

    /// <summary>A shorter common way than this (say <c>/var</c>) says nothing about where something belongs.</summary>
    private const int TellingFolders = 2;

    /// <summary>What the containers of a site keep, by service and path.</summary>
    public static IReadOnlyList<KeptPath> Read(Blueprint blueprint, IEnumerable<ContainerObservation> containers) =>
        [
            .. containers
                .SelectMany(container => StateIn(container).Select(change => (container.Service, Change: change)))
                .DistinctBy(found => (found.Service, found.Change.Path))
                .OrderBy(found => found.Service, StringComparer.Ordinal)
                .ThenBy(found => found.Change.Path, StringComparer.Ordinal)
                .Select(found => new KeptPath(
                    found.Service,
                    found.Change.Path,
                    found.Change.Kind,
                    HintFor(blueprint, found.Service, found.Change.Path)
                )),
        ];

    /// <summary>The changes that are state. A directory on the way to another change differs only by it, and is not told for itself.</summary>
    private static IEnumerable<LayerChange> StateIn(ContainerObservation container)
    {
        var onTheWay = container.Changes.SelectMany(change => FoldersOf(change.Path)).ToHashSet(StringComparer.Ordinal);
        return container.Changes.Where(change =>
            !onTheWay.Contains(change.Path) && !container.MountPaths.Concat(Noise).Any(place => IsAtOrBelow(change.Path, place))
        );
    }

    private static string HintFor(Blueprint blueprint, string service, string path)
    {
        var mounts = blueprint.Services.SelectMany(of => of.Mounts.Select(mount => (Service: of.Name, Mount: mount))).ToList();
        if (
            mounts.FirstOrDefault(place => place.Service != service && IsAtOrBelow(path, place.Mount.Path)) is
            { Mount: { } elsewhere } other
        )
        {
            return $"It belongs in the volume “{elsewhere.Volume}”, which {other.Service} has at {elsewhere.Path} and {service} has not.";
        }

        var nearest = mounts
            .Where(place => place.Service == service && !place.Mount.ReadOnly)
            .Select(place => (place.Mount, Shared: SharedFolders(path, place.Mount.Path)))
            .OrderByDescending(place => place.Shared)
            .FirstOrDefault();
        return nearest is { Mount: { } mount } && nearest.Shared >= TellingFolders
            ? $"It belongs in the volume “{mount.Volume}” ({WordOf(blueprint.Volume(mount.Volume).Kind)}), which is near by at {mount.Path}."
            : $"No volume of the blueprint covers it; it needs one at {Above(path)}.";
    }

    private static string WordOf(VolumeKind kind) => kind.ToString().ToLowerInvariant();

    private static string Above(string path) => FoldersOf(path).LastOrDefault() ?? path;

    private static int SharedFolders(string path, string mountPath) =>
        FoldersOf(path).Zip(FoldersOf($"{mountPath}/.")).TakeWhile(pair => pair.First == pair.Second).Count();

    /// <summary>The folders on the way to a path, the outermost first: of <c>/a/b/c</c> they are <c>/a</c> and <c>/a/b</c>.</summary>
    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

    private static bool IsAtOrBelow(string path, string place) =>
        path == place || (path.StartsWith(place, StringComparison.Ordinal) && path[place.Length] == '/');
}
