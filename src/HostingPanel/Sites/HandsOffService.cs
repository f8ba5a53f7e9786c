using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites;

/// <summary>Keeps the panel from mending a site by itself while somebody works on it. It ends by itself.</summary>
public sealed class HandsOffService
{
    /// <summary>The longest reason.</summary>
    public const int MaxReasonLength = SiteRules.MaxHandsOffReasonLength;

    /// <summary>So long at most at a time: a site that nobody watches over must not be forgotten.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly SiteManager _sites;
    private readonly TimeProvider _time;

    internal HandsOffService(IDbContextFactory<PanelDbContext> contexts, SiteManager sites, TimeProvider time) =>
        (_contexts, _sites, _time) = (contexts, sites, time);

    /// <summary>Leaves a site alone until then; said again, it takes the place of what was said before.</summary>
    /// <param name="actor">Who works on it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="reason">Why, for the others.</param>
    /// <param name="until">Until when, at most <see cref="Longest"/> from now.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<SiteView>> BeginAsync(
        Actor actor,
        string slug,
        string? reason,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        await using (var context = await _contexts.CreateDbContextAsync(cancellationToken))
        {
            if ((await context.FindSiteAsync(actor, Permission.MaintainSites, slug, cancellationToken)).Problem is { } refused)
            {
                return refused;
            }
        }

        var now = _time.GetUtcNow();
        var errors = new FieldErrors();
        errors.Add("reason", SiteRules.TextFault(reason, "A reason", MaxReasonLength));
        errors.Add(
            "until",
            until is null ? "Say until when the site is to be left alone."
                : until <= now ? "This is past."
                : until > now + Longest ? $"At most {Longest.TotalDays:0} days from now; it can be said again then."
                : null
        );
        return errors.ToProblem() is { } invalid
            ? invalid
            : await SetAsync(actor, slug, reason!.Trim(), until!.Value.ToStored(), cancellationToken);
    }

    /// <summary>Lets the panel mend it again; nothing happens where it does already.</summary>
    public Task<Outcome<SiteView>> EndAsync(Actor actor, string slug, CancellationToken cancellationToken) =>
        SetAsync(actor, slug, reason: null, until: null, cancellationToken);

    private async Task<Outcome<SiteView>> SetAsync(
        Actor actor,
        string slug,
        string? reason,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.MaintainSites, slug, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        var id = known.Id;

        var by = until is null ? null : actor.Name;
        var now = _time.GetStoredNow();
        await context
            .Sites.Where(site => site.Id == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(site => site.HandsOffUntil, until)
                        .SetProperty(site => site.HandsOffReason, reason)
                        .SetProperty(site => site.HandsOffBy, by)
                        // Prolonged, it has still been so since it was first said.
                        .SetProperty(
                            site => site.HandsOffSince,
                            site =>
                                until == null ? null
                                : site.HandsOffUntil > now ? site.HandsOffSince
                                : now
                        ),
                cancellationToken
            );
        if (until is null)
        {
            // What was left alone until now is mended now, and not when the reconciler would look by the clock.
            await context.Database.ExecuteSqlAsync($"SELECT pg_notify('hp_changes', {$"look:{Guid.Empty}"})", cancellationToken);
        }

        AuditTrail.Add(
            context,
            actor,
            until is null ? AuditActs.HandsOffEnd : AuditActs.HandsOffBegin,
            AuditTarget.Site(id, slug),
            until is { } end ? string.Create(CultureInfo.InvariantCulture, $"Until {end:u}") : null
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await _sites.GetAsync(actor, slug, cancellationToken);
    }
}
