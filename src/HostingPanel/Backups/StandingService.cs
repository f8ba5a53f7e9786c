using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>How every site stands with its backups. A handful of queries, however many sites there are.</summary>
public sealed class StandingService
{
    private const StringComparison Ignore = StringComparison.OrdinalIgnoreCase;
    private readonly IDbContextFactory<PanelDbContext> _contexts;

    internal StandingService(IDbContextFactory<PanelDbContext> contexts) => _contexts = contexts;

    /// <summary>Every site that is not in the trash.</summary>
    public async Task<Outcome<SiteStandings>> GetAsync(
        Actor actor,
        StandingFilter filter,
        StandingSort sort,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ReadBackups) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var sites = await SitesAsync(context, actor, filter, cancellationToken);
        Guid[] ids = [.. sites.Select(site => site.Id)];
        var good = await context
            .Database.SqlQuery<GoodRow>(
                $"""
                SELECT DISTINCT ON (site_id) site_id AS "SiteId", id AS "Id", taken_at AS "TakenAt", database_bytes + file_bytes AS "Bytes", files AS "Files"
                FROM restore_points WHERE state = 'Good' AND taken_at IS NOT NULL AND site_id = ANY({ids}) ORDER BY site_id, taken_at DESC
                """
            )
            .ToDictionaryAsync(row => row.SiteId, cancellationToken);
        var proved = await context
            .Database.SqlQuery<ProofRow>(
                $"""
                SELECT DISTINCT ON (site_id) site_id AS "SiteId", proved_at AS "At", proof_seconds AS "Seconds"
                FROM restore_points WHERE proved_at IS NOT NULL AND site_id = ANY({ids}) ORDER BY site_id, proved_at DESC
                """
            )
            .ToDictionaryAsync(row => row.SiteId, cancellationToken);
        var last = await context
            .Database.SqlQuery<LastRow>(
                $"""
                SELECT DISTINCT ON (site_id) site_id AS "SiteId", state AS "State", fault AS "Fault", finished_at AS "At"
                FROM restore_points WHERE site_id = ANY({ids}) ORDER BY site_id, id DESC
                """
            )
            .ToDictionaryAsync(row => row.SiteId, cancellationToken);
        var items = sites
            .Select(site => Item(site, good.GetValueOrDefault(site.Id), proved.GetValueOrDefault(site.Id), last.GetValueOrDefault(site.Id)))
            .ToList();
        return new SiteStandings(
            Sort(items.Where(item => filter.Standing is null || item.Standing == filter.Standing), sort),
            items.CountBy(item => item.Standing).ToDictionary()
        );
    }

    /// <summary>How long the last restore of a site that was found right took; null when there was none.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="slug">The site; of one that was purged, the slug that it had.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<RestoreProof?>> GetLastProofAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (
            !(await BackupService.OfSiteAsync(context, actor, Permission.ReadBackups, slug, cancellationToken)).TryGet(
                out var points,
                out var refused
            )
        )
        {
            return refused;
        }

        var proof = await points
            .Where(point => point.ProvedAt != null && point.ProofSeconds != null)
            .OrderByDescending(point => point.ProvedAt)
            .Select(point => new { point.ProvedAt, point.ProofSeconds })
            .FirstOrDefaultAsync(cancellationToken);
        return proof is null
            ? default(RestoreProof)
            : new RestoreProof(proof.ProvedAt!.Value, TimeSpan.FromSeconds(proof.ProofSeconds!.Value));
    }

    /// <summary>Sites that were purged and can be made again, those with the newest restore points first.</summary>
    public async Task<Outcome<IReadOnlyList<PurgedSiteBackups>>> ListPurgedAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ReadBackups) is { } forbidden)
        {
            return forbidden;
        }

        var reach = AccessPolicy.ReachOf(actor, Permission.ReadBackups);
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Database.SqlQuery<PurgedSiteBackups>(
                $"""
                SELECT point.site_slug AS "Site", max(point.site_title) AS "Title", max(organisation.name) AS "OrganisationName",
                       EXISTS (SELECT FROM sites WHERE slug = point.site_slug) AS "IsSlugTaken", count(*)::int AS "Points",
                       max(point.taken_at) AS "LastTakenAt", max(point.proved_at) AS "ProvedAt"
                FROM restore_points point LEFT JOIN organisations organisation ON organisation.id = point.organisation_id
                WHERE point.state = 'Good' AND point.taken_at IS NOT NULL AND NOT EXISTS (SELECT FROM sites WHERE id = point.site_id)
                  AND ({reach.IsEverywhere} OR point.organisation_id = ANY({reach.Organisations}) OR point.site_id = ANY({reach.Sites}))
                GROUP BY point.site_id, point.site_slug ORDER BY max(point.taken_at) DESC
                """
            )
            .ToListAsync(cancellationToken);
    }

    private static async Task<List<SiteRow>> SitesAsync(
        PanelDbContext context,
        Actor actor,
        StandingFilter filter,
        CancellationToken cancellationToken
    )
    {
        var query = context.Sites.AsNoTracking().VisibleTo(actor, Permission.ReadBackups).Where(site => site.State != SiteState.Trashed);
        if (filter.Organisation is { } organisation)
        {
            query = query.Where(site => site.Organisation!.Slug == organisation);
        }

        var found = await query
            .Select(site => new SiteRow(site.Id, site.Slug, site.Title, site.Organisation!.Slug, site.Organisation.Name, site.State))
            .ToListAsync(cancellationToken);
        return filter.Search?.Trim() is { Length: > 0 } text
            ? [.. found.Where(site => site.Slug.Contains(text, Ignore) || site.Title.Contains(text, Ignore))]
            : found;
    }

    private static SiteStanding Item(SiteRow site, GoodRow? good, ProofRow? proved, LastRow? last)
    {
        var isFailing = last?.State == nameof(RestorePointState.Failed);
        return new SiteStanding(
            site.Slug,
            site.Title,
            site.Organisation,
            site.OrganisationName,
            site.State,
            good is null ? BackupStanding.Never
                : isFailing ? BackupStanding.Failing
                : proved is null ? BackupStanding.Unproved
                : BackupStanding.Proved,
            good is null ? null : new NewestPoint(good.Id, good.TakenAt, good.Bytes, good.Files),
            proved?.At,
            proved?.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            isFailing ? last!.Fault : null,
            isFailing ? last!.At : null,
            last?.State == nameof(RestorePointState.Taking)
        );
    }

    private static List<SiteStanding> Sort(IEnumerable<SiteStanding> items, StandingSort sort)
    {
        var bySlug = items.OrderBy(item => item.Site, StringComparer.Ordinal);
        IEnumerable<SiteStanding> sorted = sort.By switch
        {
            StandingOrder.Site => bySlug,
            StandingOrder.Standing => bySlug.OrderBy(item => item.Standing),
            StandingOrder.Taken => bySlug.OrderBy(item => item.LastGood?.TakenAt ?? DateTimeOffset.MinValue),
            StandingOrder.Proved => bySlug.OrderBy(item => item.ProvedAt ?? DateTimeOffset.MinValue),
            StandingOrder.Size => bySlug.OrderBy(item => item.LastGood?.Bytes ?? -1),
            _ => throw new InvalidOperationException($"The order {sort.By} is not written down."),
        };
        return [.. sort.IsDescending ? sorted.Reverse() : sorted];
    }

    private sealed record SiteRow(Guid Id, string Slug, string Title, string Organisation, string OrganisationName, SiteState State);

    private sealed record GoodRow(Guid SiteId, Guid Id, DateTimeOffset TakenAt, long Bytes, long Files);

    private sealed record ProofRow(Guid SiteId, DateTimeOffset At, double? Seconds);

    private sealed record LastRow(Guid SiteId, string State, string? Fault, DateTimeOffset? At);
}
