using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Audit;

/// <summary>Shows the audit and checks it. Nothing here changes it.</summary>
public sealed class AuditService(IDbContextFactory<PanelDbContext> contexts)
{
    /// <summary>Entries that fit, the newest first.</summary>
    public async Task<Outcome<Page<AuditEntryView>>> ListAsync(
        Actor actor,
        AuditFilter filter,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadAudit) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var query = Filtered(context, actor, filter);
        if (page.Cursor is not null)
        {
            if (!long.TryParse(page.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(entry => entry.Sequence < before);
        }

        var found = await query.OrderByDescending(entry => entry.Sequence).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return Page<AuditEntryView>.From(
            [.. found.Select(AuditEntryView.From)],
            page.Limit,
            view => view.Sequence.ToString(CultureInfo.InvariantCulture)
        );
    }

    /// <summary>All entries that fit, the oldest first, read as they are wanted: they are never all in memory.</summary>
    public Outcome<AuditExport> Export(Actor actor, AuditFilter filter) =>
        AccessPolicy.CheckAnywhere(actor, Permission.ReadAudit) is { } problem ? problem : new AuditExport(ReadAsync(actor, filter));

    /// <summary>
    /// Computes every hash anew and names the first entry that is not as it was written, that is missing, or that was put in. What was cut
    /// off at the end together with its trace is found only by a note of an earlier end.
    /// </summary>
    /// <param name="actor">Who wants to know.</param>
    /// <param name="anchor">An end of the chain that was noted earlier; null for none.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<AuditVerification>> VerifyAsync(Actor actor, AuditAnchor? anchor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadAudit) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        // One picture of both tables, whatever is written meanwhile.
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var head = await context.AuditHeads.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        var check = new AuditChainCheck(anchor);
        await foreach (
            var entry in context
                .AuditEntries.AsNoTracking()
                .OrderBy(entry => entry.Sequence)
                .AsAsyncEnumerable()
                .WithCancellation(cancellationToken)
        )
        {
            if (!check.Next(entry))
            {
                break;
            }
        }

        return check.End(head);
    }

    private async IAsyncEnumerable<AuditEntryView> ReadAsync(
        Actor actor,
        AuditFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await foreach (
            var entry in Filtered(context, actor, filter)
                .OrderBy(entry => entry.Sequence)
                .AsAsyncEnumerable()
                .WithCancellation(cancellationToken)
        )
        {
            yield return AuditEntryView.From(entry);
        }
    }

    private static IQueryable<AuditEntry> Filtered(PanelDbContext context, Actor actor, AuditFilter filter)
    {
        var query = context.AuditEntries.AsNoTracking().VisibleTo(actor, Permission.ReadAudit).Where(entry => entry.Sequence != null);
        if (Wanted(filter.Actor) is { } who)
        {
            query = Guid.TryParse(who, out var id)
                ? query.Where(entry => entry.ActorId == id)
                : query.Where(entry => EF.Functions.ILike(entry.ActorName, LikePattern.Containing(who)));
        }

        if (Wanted(filter.Act) is { } act)
        {
            query = act.Contains('.', StringComparison.Ordinal)
                ? query.Where(entry => entry.Act == act)
                : query.Where(entry => entry.Act.StartsWith(act + "."));
        }

        if (Wanted(filter.Target) is { } target)
        {
            query = Guid.TryParse(target, out var id)
                ? query.Where(entry => entry.TargetId == id || entry.SiteId == id)
                : query.Where(entry => EF.Functions.ILike(entry.TargetName!, LikePattern.Containing(target)));
        }

        if (Wanted(filter.Organisation) is { } organisation)
        {
            query = query.Where(entry => entry.Organisation == organisation);
        }

        if (filter.Outcome is { } outcome)
        {
            query = query.Where(entry => entry.Outcome == outcome);
        }

        if (filter.From is { } from)
        {
            query = query.Where(entry => entry.At >= from.ToUniversalTime());
        }

        if (filter.To is { } to)
        {
            query = query.Where(entry => entry.At < to.ToUniversalTime());
        }

        return filter.Operation is { } operation ? query.Where(entry => entry.OperationId == operation) : query;
    }

    private static string? Wanted(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Replace("\0", "", StringComparison.Ordinal).Trim();
}

/// <summary>What is to be exported.</summary>
/// <param name="Entries">The entries, read while they are taken.</param>
public sealed record AuditExport(IAsyncEnumerable<AuditEntryView> Entries);
