using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Traffic;

/// <summary>What is stored of sites' visitors, for whoever hands it to the gateway.</summary>
internal sealed class TrafficStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    private const int LongestFault = 1000;

    /// <summary>The rows by their site.</summary>
    public async Task<IReadOnlyDictionary<Guid, TrafficSettings>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.TrafficSettings.AsNoTracking().ToDictionaryAsync(row => row.SiteId, cancellationToken);
    }

    /// <summary>
    /// What holds for a site. What can't be read must not become what the blueprint says: a password or a list of networks may be in it.
    /// </summary>
    /// <exception cref="PlatformException"><c>traffic-settings-broken</c>.</exception>
    public static SiteTraffic Of(TrafficSettings? row, BlueprintFront front, PanelOptions options)
    {
        var defaults = TrafficDefaults.Of(front, options);
        return row is null ? defaults : TrafficJson.Apply(row.Settings, defaults);
    }

    /// <summary>Writes down that the gateway does what these rows say, or why it does not; not where they have been changed meanwhile.</summary>
    public async Task ArrivedAsync(IReadOnlyList<TrafficSettings> rows, string? fault, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        DateTimeOffset? at = fault is null ? time.GetStoredNow() : null;
        var shown = fault is { Length: > LongestFault } ? fault[..LongestFault] : fault;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var row in rows)
        {
            await context
                .TrafficSettings.Where(stored => stored.SiteId == row.SiteId && stored.ChangedAt == row.ChangedAt)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(stored => stored.AppliedAt, at).SetProperty(stored => stored.Fault, shown),
                    cancellationToken
                );
        }
    }
}
