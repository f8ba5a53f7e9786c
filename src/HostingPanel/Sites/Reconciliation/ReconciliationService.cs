using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites.Operations;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>What the reconciler found, for people, and what they can do about it.</summary>
public sealed class ReconciliationService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly OperationQueue _queue;

    private readonly FreeSpace _space;
    private readonly VolumesOptions _volumes;

    internal ReconciliationService(
        IDbContextFactory<PanelDbContext> contexts,
        OperationQueue queue,
        FreeSpace space,
        IOptions<VolumesOptions> volumes
    ) => (_contexts, _queue, _space, _volumes) = (contexts, queue, space, volumes.Value);

    /// <summary>How the last look at the engine went.</summary>
    public async Task<Outcome<EngineView>> GetEngineAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadEngine) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var pass = await context.ReconcilerPasses.AsNoTracking().SingleAsync(cancellationToken);
        return new EngineView(
            pass.LookedAt,
            pass.Milliseconds,
            pass.EngineCalls,
            pass.Sites,
            pass.ProblemCode is { } code ? new EngineReason(code, pass.ProblemMessage ?? code) : null,
            pass.ProblemSince,
            Disk()
        );
    }

    private DiskView? Disk() => _space.FreeBytes is { } free ? new DiskView(free, _volumes.DangerBytes) : null;

    /// <summary>What is nobody's, the newest first.</summary>
    public async Task<Outcome<Page<UnownedView>>> ListUnownedAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        if ((AccessPolicy.Check(actor, Permission.ReadEngine) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var query = context.UnownedThings.AsNoTracking();
        if (page.Cursor is not null)
        {
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(thing => thing.Id < before);
        }

        var found = await query
            .OrderByDescending(thing => thing.Id)
            .Take(page.Limit + 1)
            .Select(thing => new UnownedView(
                thing.Id,
                thing.Kind,
                thing.Name,
                thing.EngineId,
                thing.SiteId,
                context.Sites.Where(site => site.Id == thing.SiteId).Select(site => site.Slug).FirstOrDefault(),
                thing.Message,
                thing.Kind != EngineKind.Volume,
                thing.FirstSeenAt,
                thing.LastSeenAt
            ))
            .ToListAsync(cancellationToken);
        return Page<UnownedView>.From(found, page.Limit, view => view.Id.ToString());
    }

    /// <summary>
    /// Queues the removal of something that is nobody's; it is looked at once more before. Refused: <c>unowned-not-found</c>,
    /// <c>volume-not-removed</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">Its place in the list.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> RemoveUnownedAsync(
        Actor actor,
        Guid id,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageEngine) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf("remove-unowned", id);
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var known = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (known.Problem is { } reused)
        {
            return reused;
        }

        if (known.Value is { } same)
        {
            return OperationView.From(same);
        }

        var thing = await context.UnownedThings.AsNoTracking().SingleOrDefaultAsync(thing => thing.Id == id, cancellationToken);
        if (thing is null)
        {
            return new Problem(
                ProblemKind.NotFound,
                "unowned-not-found",
                "There is no such thing (any more): it has gone, or has an owner."
            );
        }

        if (thing.Kind == EngineKind.Volume)
        {
            return new Problem(
                ProblemKind.Conflict,
                "volume-not-removed",
                $"{thing.Name} is a volume, and a volume is never removed because nobody seems to own it. Let a site adopt it; then it can be looked at and be deleted by its identity."
            );
        }

        var operation = _queue.Add(
            context,
            actor,
            new OperationRequest(OperationKinds.RemoveUnowned, SiteId: null, thing.Name[..Math.Min(thing.Name.Length, 120)])
            {
                Arguments = new RemoveUnownedArguments(id),
                TargetId = id,
            }
        );
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }
}
