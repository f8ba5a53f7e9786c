using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Audit;

/// <summary>What was acted on.</summary>
/// <param name="Kind">A noun, such as <c>site</c>.</param>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name for people, as it was then; never a secret.</param>
internal sealed record AuditTarget(string Kind, Guid? Id, string? Name)
{
    /// <summary>The site that it is or belongs to; its organisation is the entry's.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>The organisation that it is or belongs to, where no site says so.</summary>
    public Guid? OrganisationId { get; init; }

    public static AuditTarget Site(Guid id, string slug) => new("site", id, slug) { SiteId = id };

    public static AuditTarget Organisation(Guid id, string slug) => new("organisation", id, slug) { OrganisationId = id };
}

/// <summary>
/// Writes acts down in the transaction that does them: an act without its entry does not exist. Operations are written down where they are
/// queued and where they end; every other use case that changes something says so itself, and <c>AuditedUseCaseTests</c> find one that
/// does not.
/// </summary>
internal static class AuditTrail
{
    /// <summary>Writes down what was done at once; the caller saves.</summary>
    /// <param name="context">In the transaction of the act.</param>
    /// <param name="actor">Who.</param>
    /// <param name="act">One of <see cref="AuditActs"/>.</param>
    /// <param name="target">To what.</param>
    /// <param name="detail">More for people; never a value that somebody typed, which may be a secret.</param>
    public static void Add(PanelDbContext context, Actor actor, string act, AuditTarget? target, string? detail = null) =>
        context.AuditEntries.Add(Entry(actor, act, AuditOutcome.Done, target, detail: detail));

    /// <summary>Says which fields a request changes: their names, for a value may be a secret.</summary>
    public static string Changed(params (string Name, object? Value)[] fields) =>
        $"Changed: {string.Join(", ", fields.Where(field => field.Value is not null).Select(field => field.Name))}";

    /// <summary>
    /// Writes down that an operation was queued; the caller saves. What the panel does by itself all day and what changes nothing of a site
    /// (scheduled tasks, measuring) is nobody's act: it would bury the acts of people.
    /// </summary>
    public static void Add(PanelDbContext context, Actor actor, Operation operation, Guid? targetId)
    {
        if (IsRoutine(operation))
        {
            return;
        }

        context.AuditEntries.Add(
            Entry(
                actor,
                AuditActs.OfOperation(operation.Kind),
                AuditOutcome.Accepted,
                TargetOf(operation, targetId),
                operationId: operation.Id
            )
        );
    }

    /// <summary>Writes down how an operation ended; the caller saves.</summary>
    public static async Task AddEndAsync(
        PanelDbContext context,
        Guid operationId,
        OperationState state,
        CancellationToken cancellationToken
    )
    {
        var operation = await context.Operations.AsNoTracking().SingleAsync(row => row.Id == operationId, cancellationToken);
        if (IsRoutine(operation))
        {
            return;
        }

        var begun = await context
            .AuditEntries.AsNoTracking()
            .Where(entry => entry.OperationId == operationId && entry.Outcome == AuditOutcome.Accepted)
            .OrderBy(entry => entry.Id)
            .FirstOrDefaultAsync(cancellationToken);
        var target = begun is { TargetKind: { } kind }
            ? new AuditTarget(kind, begun.TargetId, begun.TargetName) { SiteId = begun.SiteId, OrganisationId = begun.OrganisationId }
            : TargetOf(operation, targetId: null);
        var outcome = state switch
        {
            OperationState.Succeeded => AuditOutcome.Done,
            OperationState.Failed => AuditOutcome.Failed,
            OperationState.Cancelled => AuditOutcome.Cancelled,
            _ => throw new InvalidOperationException($"An operation that is {state} has not ended."),
        };
        context.AuditEntries.Add(
            Entry(
                Actor.Panel,
                AuditActs.OfOperation(operation.Kind),
                outcome,
                target,
                state == OperationState.Failed ? operation.ErrorCode : null,
                operationId
            )
        );
    }

    private static bool IsRoutine(Operation operation) =>
        OperationKinds.Passive.Contains(operation.Kind, StringComparer.Ordinal)
        && operation.RequestedById == Actor.Panel.Id
        && operation.RequestedByName == Actor.Panel.Name;

    /// <summary>An entry that is cut to the columns' sizes.</summary>
    public static AuditEntry Entry(
        Actor actor,
        string act,
        AuditOutcome outcome,
        AuditTarget? target,
        string? code = null,
        Guid? operationId = null,
        string? detail = null,
        int times = 1
    ) =>
        new()
        {
            ActorKind = actor.Kind,
            ActorId = actor.Id == Guid.Empty ? null : actor.Id,
            ActorName = Fit(actor.Name, AuditEntry.MaxNameLength)!,
            ActorRole = actor.RoleFor(target?.OrganisationId, target?.SiteId),
            Address = Fit(actor.Address, 64),
            Act = act,
            Outcome = outcome,
            Code = Fit(code, 80),
            TargetKind = target?.Kind,
            TargetId = target?.Id,
            TargetName = Fit(target?.Name, AuditEntry.MaxNameLength),
            SiteId = target?.SiteId,
            OrganisationId = target?.OrganisationId,
            OperationId = operationId,
            Detail = Fit(detail, AuditEntry.MaxDetailLength),
            Times = times,
        };

    private static AuditTarget TargetOf(Operation operation, Guid? targetId)
    {
        var noun = AuditActs.OfOperation(operation.Kind).Split('.')[0];
        return targetId is { } id
                ? new AuditTarget(noun, id, operation.Target) { SiteId = operation.AboutSiteId, OrganisationId = operation.OrganisationId }
            : operation.AboutSiteId is { } site
                ? AuditTarget.Site(site, operation.Target) with
                {
                    OrganisationId = operation.OrganisationId,
                }
            : new AuditTarget(noun, null, operation.Target) { OrganisationId = operation.OrganisationId };
    }

    /// <summary>PostgreSQL's text has no place for NUL, its columns have an end, and a character has two halves sometimes.</summary>
    private static string? Fit(string? text, int length)
    {
        if (text is null)
        {
            return null;
        }

        var clean = text.Replace('\0', '\uFFFD');
        if (clean.Length <= length)
        {
            return clean;
        }

        return clean[..(char.IsHighSurrogate(clean[length - 1]) ? length - 1 : length)];
    }
}
