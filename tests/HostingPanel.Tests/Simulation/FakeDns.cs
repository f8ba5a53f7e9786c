using System.Collections.Concurrent;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Simulation;

/// <summary>Name servers that say what a test wants; of everything else there is nothing.</summary>
internal sealed class FakeDns : IDnsLookup
{
    public ConcurrentDictionary<string, DnsFinding> Addresses { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, DnsFinding> Texts { get; } = new(StringComparer.Ordinal);

    public Task<DnsFinding> FindAddressesAsync(string host, CancellationToken cancellationToken) =>
        Task.FromResult(Addresses.GetValueOrDefault(host) ?? new DnsFinding([]));

    /// <summary>Zones whose name servers answer here.</summary>
    public ConcurrentDictionary<string, bool> Zones { get; } = new(StringComparer.Ordinal);

    public Task<bool> CanSeeZoneAsync(string zone, CancellationToken cancellationToken) => Task.FromResult(Zones.GetValueOrDefault(zone));

    public Task<DnsFinding> FindTextsAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(Texts.GetValueOrDefault(name) ?? new DnsFinding([]));
}
