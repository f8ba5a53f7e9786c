using System.Collections.Concurrent;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Simulation;

/// <summary>What is in an engine and a gateway that exist only in memory. It outlives the workers that act on it.</summary>
internal sealed class MemoryEngine
{
    public ConcurrentDictionary<string, ServiceDefinition> Services { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, NetworkDefinition> Networks { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, SecretDefinition> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>By name; the value counts what was unpacked into it.</summary>
    public ConcurrentDictionary<string, FakeVolume> Volumes { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of jobs that ran to their end, once for each time.</summary>
    public ConcurrentQueue<string> Jobs { get; } = [];

    /// <summary>What they ran: programs with their arguments.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Commands { get; } = [];

    /// <summary>Jobs that have not ended, by name.</summary>
    public ConcurrentDictionary<string, JobDefinition> RunningJobs { get; } = new(StringComparer.Ordinal);

    /// <summary>How often the container of a service was removed behind its back, by the service's name.</summary>
    public ConcurrentDictionary<string, int> Removals { get; } = new(StringComparer.Ordinal);

    /// <summary>Services that do not answer any more once their container has been removed.</summary>
    public ConcurrentDictionary<string, bool> Fragile { get; } = new(StringComparer.Ordinal);

    /// <summary>What each container of a service writes outside of its volumes before it is removed.</summary>
    public ConcurrentDictionary<string, string> Written { get; } = new(StringComparer.Ordinal);

    /// <summary>Repositories of restore points by their addresses.</summary>
    public ConcurrentDictionary<string, FakeRepository> Repositories { get; } = new(StringComparer.Ordinal);

    /// <summary>Sites by the operations that have put something into them beside what was there.</summary>
    public ConcurrentDictionary<Guid, Guid> Beside { get; } = new();

    /// <summary>How jobs end that are to fail, by the first two words of their commands.</summary>
    public ConcurrentDictionary<string, JobResult> ToolFaults { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Route> Routes { get; set; } = [];

    /// <summary>By what its visitors trust the gateway.</summary>
    public GatewayTrust Trust { get; set; } = GatewayTrust.Own;

    /// <summary>Calls that fail with this, by what they do; e.g. <c>job</c>.</summary>
    public ConcurrentDictionary<string, Exception> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Everything of one site, in words in which two sites that are alike say the same. Secrets by name only, for each site makes its own.
    /// </summary>
    public IReadOnlyList<string> Describe(Guid siteId, string slug, string shortId) =>
        [
            .. Services
                .Values.Where(service => service.Container.Owner.SiteId == siteId)
                .Select(service =>
                    $"service {service.Name} ×{service.Replicas} of generation {service.Generation}, {Removals.GetValueOrDefault(service.Name)} removals, called {service.Container.Environment.GetValueOrDefault("HP_SITE_DOMAINS")}"
                )
                .Concat(RunningJobs.Values.Where(job => job.Container.Owner.SiteId == siteId).Select(job => $"job {job.Name}"))
                .Concat(Networks.Values.Where(network => network.Owner.SiteId == siteId).Select(network => $"network {network.Name}"))
                .Concat(Secrets.Values.Where(secret => secret.Owner.SiteId == siteId).Select(secret => $"secret {secret.Name}"))
                .Concat(
                    Volumes
                        .Where(volume => volume.Key.Contains(shortId, StringComparison.Ordinal))
                        .Select(volume => $"volume {volume.Key} with {volume.Value.Fillings.Length} bytes")
                )
                .Append($"{Beside.Values.Count(site => site == siteId)} times something was put beside")
                .Concat(
                    Routes
                        .Where(route => route.Slug == slug)
                        .Select(route =>
                            $"route {string.Join(',', route.Hosts.Select(host => $"{host.Name}{host.RedirectTo}"))} {route.Mode}"
                        )
                )
                .Select(text => text.Replace(slug, "SLUG", StringComparison.Ordinal).Replace(shortId, "ID", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Everything that says that it is of this site, by kind: for one that should have left nothing.</summary>
    public IReadOnlyList<string> Left(Guid siteId) =>
        [
            .. Services.Values.Where(service => service.Container.Owner.SiteId == siteId).Select(_ => "service"),
            .. RunningJobs.Values.Where(job => job.Container.Owner.SiteId == siteId).Select(_ => "job"),
            .. Networks.Values.Where(network => network.Owner.SiteId == siteId).Select(_ => "network"),
            .. Secrets.Values.Where(secret => secret.Owner.SiteId == siteId).Select(_ => "secret"),
            .. Volumes.Values.Where(volume => volume.SiteId == siteId).Select(_ => "volume"),
        ];

    /// <summary>Somebody removes everything of a site but its volumes.</summary>
    public void Lose(Guid siteId)
    {
        foreach (var service in Services.Values.Where(service => service.Container.Owner.SiteId == siteId))
        {
            Services.TryRemove(service.Name, out _);
        }

        foreach (var network in Networks.Values.Where(network => network.Owner.SiteId == siteId))
        {
            Networks.TryRemove(network.Name, out _);
        }

        foreach (var secret in Secrets.Values.Where(secret => secret.Owner.SiteId == siteId))
        {
            Secrets.TryRemove(secret.Name, out _);
        }
    }

    public void ThrowIfAsked(string call)
    {
        if (Failures.TryGetValue(call, out var failure))
        {
            throw failure;
        }
    }
}

/// <summary>A volume in memory.</summary>
/// <param name="Identity">What its marker says.</param>
/// <param name="Fillings">What was last unpacked into it.</param>
internal sealed record FakeVolume(Guid Identity, byte[] Fillings)
{
    /// <summary>True for one that nobody has made for a site.</summary>
    public bool IsFound { get; init; }

    /// <summary>The site that it was made for.</summary>
    public Guid? SiteId { get; init; }
}

/// <summary>A repository in memory.</summary>
internal sealed record FakeRepository(string Key)
{
    public List<SavedSnapshot> Snapshots { get; } = [];
}

/// <summary>A snapshot in memory: what was in each path.</summary>
internal sealed record SavedSnapshot(string Id, string Tag, IReadOnlyDictionary<string, byte[]> Paths);
