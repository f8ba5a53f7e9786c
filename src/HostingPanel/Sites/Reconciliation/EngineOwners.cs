using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>Tells what in the engine is whose. Pure.</summary>
/// <param name="sites">All sites, with their services and secrets.</param>
/// <param name="volumes">All volumes by their names in the engine, with the identity that the label must name; null for any.</param>
/// <param name="operations">The operations that have not ended.</param>
/// <param name="names">How things are called.</param>
internal sealed class EngineOwners(
    IReadOnlyCollection<Site> sites,
    IReadOnlyDictionary<string, Guid?> volumes,
    IReadOnlyCollection<UnfinishedOperation> operations,
    SiteNames names
)
{
    /// <summary>Whatever was made a moment ago may have an owner that was read too early.</summary>
    public static readonly TimeSpan Youth = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, Site> _sites = sites.ToDictionary(site => site.Id);
    private readonly HashSet<Guid> _operations = [.. operations.Select(operation => operation.Id)];
    private readonly HashSet<Guid> _busySites = [.. operations.Select(operation => operation.SiteId).OfType<Guid>()];

    /// <summary>Why the thing is nobody's; null when it is somebody's, or too young to tell, or the panel's own.</summary>
    public string? WhyUnowned(EngineThing thing, DateTimeOffset now)
    {
        var isPanels = thing is { SiteId: null, OperationId: null };
        var isYoung = thing.CreatedAt > now - Youth;
        var isWorkedOn =
            thing.OperationId is { } operation && _operations.Contains(operation) || thing.SiteId is { } site && _busySites.Contains(site);
        return isPanels || isYoung || isWorkedOn ? null : Why(thing);
    }

    private string? Why(EngineThing thing)
    {
        if (thing.Kind == EngineKind.Volume)
        {
            return volumes.TryGetValue(thing.Name, out var identity) && (identity is null || identity == thing.VolumeId)
                ? null
                : "No site has a volume of this identity. It is never removed from here; look at what is in it, and let a site adopt it.";
        }

        if (thing.Kind is EngineKind.Job or EngineKind.Container)
        {
            return "The operation that made it has ended and left it behind.";
        }

        if (thing.SiteId is not { } id || !_sites.TryGetValue(id, out var site))
        {
            return "The site that its label names does not exist any more.";
        }

        if (!SiteComparison.IsInEngine(site.State))
        {
            return site.State == SiteState.Trashed
                ? $"Its site, {site.Slug}, is in the trash: nothing of it but its volumes should be here."
                : $"Its site, {site.Slug}, was never provisioned.";
        }

        return NamesOf(site, thing.Kind).Contains(thing.Name, StringComparer.Ordinal)
            ? null
            : $"Its site, {site.Slug}, has no {thing.Kind.ToString().ToLowerInvariant()} of this name (any more).";
    }

    private IEnumerable<string> NamesOf(Site site, EngineKind kind) =>
        kind switch
        {
            EngineKind.Service => site.Services.Select(service => names.Service(site.Slug, service.Name)),
            EngineKind.Secret => site.Secrets.Select(secret => names.Secret(site.ShortId, secret.Name, secret.Version)),
            EngineKind.Network => [names.Network(site.Slug)],
            _ => throw new InvalidOperationException($"What names a {kind} may have is not written down."),
        };
}

/// <summary>An operation that has not ended.</summary>
internal sealed record UnfinishedOperation(Guid Id, Guid? SiteId, bool IsRunning, OperationPriority Priority)
{
    /// <summary>True for one of <see cref="OperationKinds.Passive"/>.</summary>
    public bool IsPassive { get; init; }
}
