using System.Text.Json;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Operations;

/// <summary>What is wanted.</summary>
/// <param name="Kind">One of <see cref="OperationKinds"/>.</param>
/// <param name="SiteId">The site it acts on, alone; null where it acts on none.</param>
/// <param name="Target">What it acts on, for people.</param>
/// <param name="Priority">Who goes first.</param>
/// <param name="Node">The node whose budget it uses.</param>
/// <param name="Arguments">What the kind needs to know beside, a record; never a secret.</param>
internal sealed record OperationRequest(
    string Kind,
    Guid? SiteId,
    string Target,
    OperationPriority Priority = OperationPriority.Person,
    string? Node = null,
    object? Arguments = null
)
{
    /// <summary>What it acts on when that is not its site, for the audit: a volume, a target.</summary>
    public Guid? TargetId { get; init; }

    /// <summary>The site that it is about when it acts on none, or on another; see <see cref="Operation.AboutSiteId"/>.</summary>
    public Guid? AboutSiteId { get; init; }

    /// <summary>Whose it is, where the database can't tell by the site; see <see cref="Operation.OrganisationId"/>.</summary>
    public Guid? OrganisationId { get; init; }
}

/// <summary>Puts operations into the queue, in the transaction of the use case that wants them.</summary>
internal sealed class OperationQueue(TimeProvider time)
{
    /// <summary>Adds an operation that a person asked for; the caller saves.</summary>
    public Operation Add(PanelDbContext context, Actor actor, string kind, Guid? siteId, string target) =>
        Add(context, actor, new OperationRequest(kind, siteId, target));

    /// <summary>Adds an operation; the caller saves. It waits while another acts on its site.</summary>
    public Operation Add(PanelDbContext context, Actor actor, OperationRequest request)
    {
        var operation = new Operation
        {
            Id = Ids.New(time),
            Kind = request.Kind,
            SiteId = request.SiteId,
            AboutSiteId = request.AboutSiteId ?? request.SiteId,
            OrganisationId = request.OrganisationId,
            Target = request.Target,
            RequestedById = actor.Id,
            RequestedByName = actor.Name,
            Priority = request.Priority,
            Node = request.Node,
            Arguments = request.Arguments is { } arguments ? JsonSerializer.Serialize(arguments, arguments.GetType()) : null,
            State = OperationState.Queued,
            CreatedAt = time.GetStoredNow(),
        };
        context.Operations.Add(operation);
        AuditTrail.Add(context, actor, operation, request.TargetId);
        return operation;
    }

    /// <summary>The operation that this key already stands for, as <see cref="Idempotency.FindAsync"/> finds it.</summary>
    public static async Task<Outcome<Operation?>> FindAsync(
        PanelDbContext context,
        Actor actor,
        string? key,
        byte[] requestHash,
        CancellationToken cancellationToken
    )
    {
        if (!(await Idempotency.FindAsync(context, actor, key, requestHash, cancellationToken)).TryGet(out var id, out var problem))
        {
            return problem;
        }

        if (id is not { } known)
        {
            return default(Outcome<Operation?>);
        }

        var operation = await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .SingleAsync(operation => operation.Id == known, cancellationToken);
        // They may have lost since what they could then.
        return AccessPolicy.Check(actor, OperationAccess.PermissionFor(operation.Kind), AccessScope.Of(operation)) is { } refused
            ? refused
            : operation;
    }

    /// <summary>Remembers what a key stands for; the caller saves.</summary>
    public void Remember(PanelDbContext context, Actor actor, string? key, byte[] requestHash, Operation operation) =>
        Idempotency.Remember(context, actor, key, requestHash, operation.Id, time);

    /// <summary>The refusal that names what is in the way.</summary>
    public static async Task<Problem> SiteBusyAsync(PanelDbContext context, Guid siteId, string slug, CancellationToken cancellationToken)
    {
        var active = await context
            .Operations.AsNoTracking()
            .Where(operation =>
                operation.SiteId == siteId && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
            )
            .Where(operation => operation.Priority == OperationPriority.Person)
            .OrderByDescending(operation => operation.State == OperationState.Running)
            .Select(operation => new
            {
                operation.Id,
                operation.Kind,
                operation.State,
            })
            .FirstOrDefaultAsync(cancellationToken);
        return new Problem(
            ProblemKind.Conflict,
            "site-busy",
            active is null
                ? $"Something else was being done to {slug}. Try again."
                : $"“{OperationKinds.TitleOf(active.Kind)}” is being done to {slug}. Wait for it to end{(OperationKinds.CanBeCancelled(active.Kind, active.State) ? ", or cancel it" : "")}."
        )
        {
            OperationId = active?.Id,
        };
    }
}
