using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>Everything in the database that the reconciler compares with the engine: a fixed number of queries, however many sites.</summary>
internal sealed class SitesAtOnce
{
    /// <summary>When the reading began: what changed after that may be missing here.</summary>
    public required DateTimeOffset ReadAt { get; init; }
    public required IReadOnlyList<Site> Sites { get; init; }
    public required IReadOnlyDictionary<Guid, SiteTrouble> Troubles { get; init; }
    public required IReadOnlyList<UnfinishedOperation> Operations { get; init; }

    /// <summary>All volumes by their names in the engine, with the identity that the label there must name; null where it names none.</summary>
    public required IReadOnlyDictionary<string, Guid?> Volumes { get; init; }
    public required IReadOnlyList<UnownedThing> Unowned { get; init; }

    /// <summary>Reads it. Sites and their parts are not tracked, everything else is.</summary>
    public static async Task<SitesAtOnce> ReadAsync(PanelDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var operations = await context
            .Operations.Where(operation => operation.State == OperationState.Queued || operation.State == OperationState.Running)
            .Select(operation => new UnfinishedOperation(
                operation.Id,
                operation.SiteId,
                operation.State == OperationState.Running,
                operation.Priority
            )
            {
                IsPassive = OperationKinds.Passive.Contains(operation.Kind),
            })
            .ToListAsync(cancellationToken);
        var sites = await context
            .Sites.WithDrills()
            .AsNoTracking()
            .AsSplitQuery()
            .Include(site => site.Services)
            .Include(site => site.Secrets)
            .Include(site => site.Volumes)
            .Include(site => site.Domains)
            .Include(site => site.Organisation)
                .ThenInclude(organisation => organisation!.Plan)
            .OrderBy(site => site.Id)
            .ToListAsync(cancellationToken);
        // One that was found and taken in keeps the label of its former life, if it has one: only its marker says whose it is by now.
        var volumes = await context
            .Volumes.Select(volume => new { volume.EngineName, Label = volume.IsAdopted ? null : (Guid?)volume.Id })
            .ToListAsync(cancellationToken);
        return new SitesAtOnce
        {
            ReadAt = now,
            Sites = sites,
            Operations = operations,
            Volumes = volumes.ToDictionary(volume => volume.EngineName, volume => volume.Label, StringComparer.Ordinal),
            Troubles = await context.SiteTroubles.ToDictionaryAsync(trouble => trouble.SiteId, cancellationToken),
            Unowned = await context.UnownedThings.ToListAsync(cancellationToken),
        };
    }

    /// <summary>
    /// Sites whose present looks say nothing: something is being done to them, or a person's wish or a repair is about to be. What the panel
    /// does on the side and has only queued yet is no reason to leave a site down, and neither is what makes way for a repair.
    /// </summary>
    public IReadOnlySet<Guid> BusySites() =>
        Operations
            .Where(operation => (operation.IsRunning && !operation.IsPassive) || operation.Priority >= OperationPriority.Repair)
            .Select(operation => operation.SiteId)
            .OfType<Guid>()
            .ToHashSet();
}
