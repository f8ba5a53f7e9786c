using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Volumes;

/// <summary>What holds data.</summary>
public enum CoveredThing
{
    /// <summary>A volume's files.</summary>
    Volume,

    /// <summary>A database, which is dumped.</summary>
    Database,
}

/// <summary>A volume or a database of a site, and whether a backup takes it.</summary>
/// <param name="Site">The site's slug.</param>
/// <param name="SiteTitle">The site's title.</param>
/// <param name="Organisation">The slug of the site's organisation.</param>
/// <param name="What">What it is.</param>
/// <param name="Name">Its name within the site.</param>
/// <param name="VolumeId">The volume's identity; null for a database.</param>
/// <param name="Kind">What the volume holds; null for a database.</param>
/// <param name="Coverage">Whether a backup takes it.</param>
/// <param name="LeftOut">The parts that the blueprint leaves out, each with its reason.</param>
public sealed record CoverageItem(
    string Site,
    string SiteTitle,
    string Organisation,
    CoveredThing What,
    string Name,
    Guid? VolumeId,
    VolumeKind? Kind,
    Coverage Coverage,
    IReadOnlyList<BackupOmission> LeftOut
);

/// <summary>How much is covered.</summary>
/// <param name="Covered">How many volumes and databases a policy takes.</param>
/// <param name="Excluded">How many need none, for a written reason.</param>
/// <param name="Uncovered">How many nobody has decided about.</param>
/// <param name="Note">What there is to know about all of them; null when there is nothing.</param>
public sealed record CoverageSummary(int Covered, int Excluded, int Uncovered, string? Note);

/// <summary>The coverage of everything that holds data.</summary>
/// <param name="Summary">How much is covered.</param>
/// <param name="Items">A part of the volumes and databases, by site and name.</param>
public sealed record CoverageReport(CoverageSummary Summary, Page<CoverageItem> Items);

/// <summary>Which part of the coverage is wanted.</summary>
/// <param name="Site">Only that of this site.</param>
/// <param name="Organisation">Only that of this organisation's sites.</param>
/// <param name="State">Only what is in this state; the summary counts the others, too.</param>
public sealed record CoverageFilter(string? Site = null, string? Organisation = null, CoverageState? State = null);

/// <summary>Shows whether backups take what sites hold, and keeps people's reasons why not.</summary>
public sealed class CoverageService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BlueprintCatalogue _blueprints;
    private readonly TimeProvider _time;

    internal CoverageService(IDbContextFactory<PanelDbContext> contexts, BlueprintCatalogue blueprints, TimeProvider time) =>
        (_contexts, _blueprints, _time) = (contexts, blueprints, time);

    /// <summary>The longest reason.</summary>
    public const int MaxReasonLength = CoverageRules.MaxReasonLength;

    /// <summary>Every volume and every database of every site that is not in the trash, by site and name.</summary>
    public async Task<Outcome<CoverageReport>> ListAsync(
        Actor actor,
        CoverageFilter filter,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadVolumes) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var sites = context.Sites.AsNoTracking().VisibleTo(actor, Permission.ReadVolumes).Where(site => site.State != SiteState.Trashed);
        if (filter.Site is { } slug)
        {
            sites = sites.Where(site => site.Slug == slug);
        }

        if (filter.Organisation is { } organisation)
        {
            sites = sites.Where(site => site.Organisation!.Slug == organisation);
        }

        var found = await sites
            .Include(site => site.Organisation)
            .Include(site => site.Volumes.Where(volume => volume.State == VolumeState.InUse))
            .ToListAsync(cancellationToken);
        var excluded = (await context.DatabaseExclusions.AsNoTracking().ToListAsync(cancellationToken)).ToDictionary(exclusion =>
            (exclusion.SiteId, exclusion.Database)
        );
        var covered = await CoveredThings.ReadAsync(context, [.. found.Select(site => site.Id)], cancellationToken);
        var all = found
            .SelectMany(site => ItemsOf(site, covered, database => excluded.GetValueOrDefault((site.Id, database))))
            .OrderBy(PlaceOf, StringComparer.Ordinal)
            .ToList();
        var rest = all.Where(item => filter.State is null || item.Coverage.State == filter.State)
            .Where(item => page.Cursor is null || string.CompareOrdinal(PlaceOf(item), page.Cursor) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return new CoverageReport(
            new CoverageSummary(
                all.Count(item => item.Coverage.State == CoverageState.Covered),
                all.Count(item => item.Coverage.State == CoverageState.Excluded),
                all.Count(item => item.Coverage.State == CoverageState.Uncovered),
                CoverageRules.OnlyWhenAsked
            ),
            Page<CoverageItem>.From(rest, page.Limit, PlaceOf)
        );
    }

    /// <summary>Writes down why no backup has to take a volume; a reason that is there is replaced.</summary>
    public Task<Outcome<Done>> ExcludeVolumeAsync(Actor actor, Guid id, string? reason, CancellationToken cancellationToken) =>
        SetVolumeAsync(actor, id, SiteRules.TextFault(reason, "A reason", MaxReasonLength), reason?.Trim(), cancellationToken);

    /// <summary>Takes a person's exclusion of a volume back; the blueprint's stay.</summary>
    public Task<Outcome<Done>> IncludeVolumeAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        SetVolumeAsync(actor, id, fault: null, reason: null, cancellationToken);

    /// <summary>Writes down why no backup has to take a database; a reason that is there is replaced.</summary>
    public async Task<Outcome<Done>> ExcludeDatabaseAsync(
        Actor actor,
        string slug,
        string database,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await FindDatabaseAsync(context, actor, slug, database, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        if (SiteRules.TextFault(reason, "A reason", MaxReasonLength) is { } fault)
        {
            return Problem.Invalid("reason", fault);
        }

        var now = _time.GetStoredNow();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO database_exclusions (site_id, database, reason, excluded_by, excluded_at)
            VALUES ({site}, {database}, {reason!.Trim()}, {actor.Name}, {now})
            ON CONFLICT (site_id, database) DO UPDATE
            SET reason = excluded.reason, excluded_by = excluded.excluded_by, excluded_at = excluded.excluded_at
            """,
            cancellationToken
        );
        AuditTrail.Add(context, actor, AuditActs.DatabaseExclude, TargetOf(site, slug, database));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return default(Done);
    }

    /// <summary>Takes the exclusion of a database back.</summary>
    public async Task<Outcome<Done>> IncludeDatabaseAsync(Actor actor, string slug, string database, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await FindDatabaseAsync(context, actor, slug, database, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context
            .DatabaseExclusions.Where(exclusion => exclusion.SiteId == site && exclusion.Database == database)
            .ExecuteDeleteAsync(cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.DatabaseInclude, TargetOf(site, slug, database));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return default(Done);
    }

    private static AuditTarget TargetOf(Guid site, string slug, string database) =>
        new("database", null, $"{slug}/{database}") { SiteId = site };

    private IEnumerable<CoverageItem> ItemsOf(Site site, CoveredThings covered, Func<string, DatabaseExclusion?> exclusionOf)
    {
        var blueprint = _blueprints.Get(site.Blueprint);
        var organisation = site.Organisation!.Slug;
        foreach (var volume in site.Volumes)
        {
            var recipe = volume.StandsAlone ? null : blueprint?.Volumes.FirstOrDefault(recipe => recipe.Name == volume.Name);
            yield return new CoverageItem(
                site.Slug,
                site.Title,
                organisation,
                CoveredThing.Volume,
                volume.Name,
                volume.Id,
                volume.Kind,
                CoverageRules.Of(volume, blueprint, covered.VolumeAt(volume.Id)),
                recipe?.LeftOut ?? []
            );
        }

        foreach (var database in blueprint?.Databases ?? [])
        {
            yield return new CoverageItem(
                site.Slug,
                site.Title,
                organisation,
                CoveredThing.Database,
                database.Name,
                null,
                null,
                CoverageRules.Of(exclusionOf(database.Name), covered.DatabaseAt(site.Id, database.Name)),
                database.LeftOut
            );
        }
    }

    private async Task<Outcome<Done>> SetVolumeAsync(
        Actor actor,
        Guid id,
        string? fault,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if ((await VolumeRequests.SiteOfAsync(context, actor, Permission.ManageVolumes, id, cancellationToken)).Problem is { } refused)
        {
            return refused;
        }

        if (fault is not null)
        {
            return Problem.Invalid("reason", fault);
        }

        var by = reason is null ? null : actor.Name;
        DateTimeOffset? at = reason is null ? null : _time.GetStoredNow();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var found = await (
            from volume in context.Volumes
            join site in context.Sites on volume.SiteId equals site.Id
            where volume.Id == id
            select new AuditTarget("volume", id, site.Slug + "/" + volume.Name) { SiteId = site.Id }
        ).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return Problem.NotFound("volume", id.ToString());
        }

        await context
            .Volumes.Where(volume => volume.Id == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(volume => volume.ExclusionReason, reason)
                        .SetProperty(volume => volume.ExcludedBy, by)
                        .SetProperty(volume => volume.ExcludedAt, at),
                cancellationToken
            );
        AuditTrail.Add(context, actor, reason is null ? AuditActs.VolumeInclude : AuditActs.VolumeExclude, found);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return default(Done);
    }

    private async Task<Outcome<Guid>> FindDatabaseAsync(
        PanelDbContext context,
        Actor actor,
        string slug,
        string database,
        CancellationToken cancellationToken
    )
    {
        return !(await context.FindSiteAsync(actor, Permission.ManageVolumes, slug, cancellationToken)).TryGet(
                out var site,
                out var problem
            )
                ? problem
            : _blueprints.Get(site.Blueprint)?.Databases.Any(known => known.Name == database) == true ? site.Id
            : Problem.NotFound("database", database);
    }

    private static string PlaceOf(CoverageItem item) => $"{item.Site}/{(item.What == CoveredThing.Volume ? 0 : 1)}/{item.Name}";
}
