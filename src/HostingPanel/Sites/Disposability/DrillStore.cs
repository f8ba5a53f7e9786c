using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Disposability;

/// <summary>What the steps of a drill read and write of it. Worker side.</summary>
internal sealed class DrillStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>So many drills of a site are kept.</summary>
    public const int Kept = 20;

    /// <summary>The drill of an operation; null while nothing was recorded.</summary>
    public async Task<DisposabilityDrill?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DisposabilityDrills.AsNoTracking().SingleOrDefaultAsync(drill => drill.Id == id, cancellationToken);
    }

    /// <summary>The drill of an operation, whose first step has been done.</summary>
    public async Task<DisposabilityDrill> GetAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"The drill {id} was never begun.");

    /// <summary>Begins it with what the containers keep.</summary>
    public async Task BeginAsync(Operation operation, IReadOnlyList<KeptPath> kept, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.DisposabilityDrills.Add(
            new DisposabilityDrill
            {
                Id = operation.Id,
                SiteId = operation.SiteId!.Value,
                RequestedByName = operation.RequestedByName,
                StartedAt = time.GetStoredNow(),
                Kept = StoredJson.Write(kept.Take(KeptPath.MaxStored)),
                KeptTotal = kept.Count,
            }
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Changes it as it is now, alone: a worker that was away too long meets what another has written. Gives what it is after that.</summary>
    public async Task<DisposabilityDrill> UpdateAsync(
        Guid id,
        Action<DisposabilityDrill, DateTimeOffset> change,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var drill = await context
            .DisposabilityDrills.FromSql($"SELECT * FROM disposability_drills WHERE id = {id} FOR UPDATE")
            .SingleAsync(cancellationToken);
        change(drill, time.GetStoredNow());
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return drill;
    }

    /// <summary>Forgets the drills of a site that newer ones have made old.</summary>
    public async Task ForgetOldAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var old = await context
            .DisposabilityDrills.Where(drill => drill.SiteId == siteId)
            .OrderByDescending(drill => drill.Id)
            .Skip(Kept)
            .Select(drill => drill.Id)
            .ToListAsync(cancellationToken);
        await context.DisposabilityDrills.Where(drill => old.Contains(drill.Id)).ExecuteDeleteAsync(cancellationToken);
    }
}
