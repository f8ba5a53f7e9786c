using System.Globalization;
using System.Runtime.CompilerServices;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Operations;

/// <summary>Which operations are wanted.</summary>
/// <param name="SiteSlug">Only those of this site.</param>
/// <param name="Active">Only those that have not ended.</param>
/// <param name="Kind">Only those of this kind; null for all but the runs of scheduled tasks (<c>run-cron</c>), which would drown the rest.</param>
public sealed record OperationFilter(string? SiteSlug = null, bool Active = false, string? Kind = null);

/// <summary>Shows, watches and cancels operations.</summary>
public sealed class OperationService(IDbContextFactory<PanelDbContext> contexts, IChangeFeed changes, TimeProvider time)
{
    /// <summary>How long a watcher trusts the notifications alone; one that got lost is noticed after this.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>As many lines of a log as are read at once.</summary>
    public const int MaxLogLines = 1000;

    /// <summary>Operations, the newest first.</summary>
    public async Task<Outcome<Page<OperationView>>> ListAsync(
        Actor actor,
        OperationFilter filter,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadOperations) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        if (filter.Kind is not null && !OperationKinds.IsKnown(filter.Kind))
        {
            return Problem.Invalid(
                "kind",
                "There is no kind of operation of this name. A kind is a word such as provision-site or run-cron."
            );
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var query = context
            .Operations.AsNoTracking()
            .VisibleTo(actor, Permission.ReadOperations)
            .Include(operation => operation.Steps)
            .AsQueryable();
        query = filter.Kind is null
            ? query.Where(operation => !OperationKinds.Unlisted.Contains(operation.Kind))
            : query.Where(operation => operation.Kind == filter.Kind);
        if (filter.SiteSlug is not null)
        {
            query = query.Where(operation => context.Sites.Any(site => site.Id == operation.SiteId && site.Slug == filter.SiteSlug));
        }

        if (filter.Active)
        {
            query = query.Where(operation => operation.State == OperationState.Queued || operation.State == OperationState.Running);
        }

        if (page.Cursor is not null)
        {
            // Ids are time-ordered, so an id is a place in the list.
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(operation => operation.Id < before);
        }

        var found = await query.OrderByDescending(operation => operation.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return Page<OperationView>.From([.. found.Select(OperationView.From)], page.Limit, view => view.Id.ToString());
    }

    /// <summary>One operation.</summary>
    public async Task<Outcome<OperationView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckSeen(actor, Permission.ReadOperations) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var operation = await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .SingleOrDefaultAsync(operation => operation.Id == id, cancellationToken);
        return operation is null ? Problem.NotFound("operation", id.ToString())
            : AccessPolicy.Check(actor, Permission.ReadOperations, AccessScope.Of(operation)) is { } refused ? refused
            : OperationView.From(operation);
    }

    /// <summary>The operation now and after each change, until it has ended. Ends at once when there is none the actor may see.</summary>
    public async IAsyncEnumerable<OperationView> WatchAsync(
        Actor actor,
        Guid id,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Subscribed before the first look: a change between the two is seen, not lost.
        using var subscription = changes.Subscribe(change => change.Topic == ChangeTopic.Operation && change.Id == id);
        OperationView? last = null;
        while (true)
        {
            // With the powers of now: a stream may go on for hours after somebody lost theirs.
            if (!(await GetAsync(await actor.NowAsync(cancellationToken), id, cancellationToken)).TryGet(out var current, out _))
            {
                yield break;
            }

            if (last is null || !Same(last, current))
            {
                yield return last = current;
            }

            if (current.IsFinished)
            {
                yield break;
            }

            await subscription.WaitAsync(PollInterval, cancellationToken);
        }
    }

    /// <summary>Lines of the log of an operation, the oldest first; at most <see cref="MaxLogLines"/>.</summary>
    /// <param name="actor">Who wants them.</param>
    /// <param name="id">The operation.</param>
    /// <param name="after">Only lines after this one; 0 for all.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<IReadOnlyList<OperationLogView>>> ReadLogAsync(
        Actor actor,
        Guid id,
        long after,
        CancellationToken cancellationToken
    )
    {
        if ((await GetAsync(actor, id, cancellationToken)).Problem is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .OperationLog.AsNoTracking()
            .Where(line => line.OperationId == id && line.Id > after)
            .OrderBy(line => line.Id)
            .Take(MaxLogLines)
            .Select(line => new OperationLogView(line.Id, line.At, line.Step, line.IsError, line.Text))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The log of an operation, line by line as it is written, until the operation has ended.</summary>
    public async IAsyncEnumerable<OperationLogView> FollowLogAsync(
        Actor actor,
        Guid id,
        long after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var subscription = changes.Subscribe(change => change.Topic == ChangeTopic.Operation && change.Id == id);
        var last = after;
        while (true)
        {
            // Asked before the lines are: what is written until its end is read once more after it.
            if (!(await GetAsync(await actor.NowAsync(cancellationToken), id, cancellationToken)).TryGet(out var operation, out _))
            {
                yield break;
            }

            IReadOnlyList<OperationLogView>? lines;
            do
            {
                if (!(await ReadLogAsync(actor, id, last, cancellationToken)).TryGet(out lines, out _))
                {
                    yield break;
                }

                foreach (var line in lines)
                {
                    last = line.Id;
                    yield return line;
                }
            } while (lines.Count == MaxLogLines);

            if (operation.IsFinished)
            {
                yield break;
            }

            await subscription.WaitAsync(PollInterval, cancellationToken);
        }
    }

    /// <summary>
    /// Asks a running operation to stop and undo, and takes a queued one out of the queue. Refused: <c>operation-finished</c>;
    /// <c>not-cancellable</c> for one that deletes for good and has begun.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">The operation.</param>
    /// <param name="idempotencyKey">Same key and same operation: not refused when it has ended since.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> CancelAsync(Actor actor, Guid id, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckSeen(actor, Permission.ReadOperations) is { } problem)
        {
            return problem;
        }

        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            if (await context.Operations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } operation)
            {
                return Problem.NotFound("operation", id.ToString());
            }

            if (OperationCancelling.FaultOf(actor, operation) is { } forbidden)
            {
                return forbidden;
            }

            var hash = Idempotency.HashOf("cancel-operation", id);
            if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out problem))
            {
                return problem;
            }

            if (known is null)
            {
                if (await OperationCancelling.AskAsync(context, id, time, cancellationToken) is { } refused)
                {
                    return refused;
                }

                AuditTrail.Add(
                    context,
                    actor,
                    AuditActs.OperationCancel,
                    new AuditTarget("operation", id, operation.Target)
                    {
                        SiteId = operation.AboutSiteId,
                        OrganisationId = operation.OrganisationId,
                    },
                    AuditActs.OfOperation(operation.Kind)
                );

                Idempotency.Remember(context, actor, idempotencyKey, hash, id, time);
                await context.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }

        return await GetAsync(actor, id, cancellationToken);
    }

    private static bool Same(OperationView left, OperationView right) =>
        left with { Steps = [] } == right with { Steps = [] } && left.Steps.SequenceEqual(right.Steps);
}
