using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>A volume with whose it is, and what it is ordered by.</summary>
internal sealed class VolumeRow
{
    public required Volume Volume { get; init; }
    public required Site Site { get; init; }
    public required Organisation Organisation { get; init; }
    public string Text { get; init; } = string.Empty;
    public long Number { get; init; }
}

/// <summary>Reads volumes for those who show them.</summary>
internal sealed class VolumeReader(BlueprintCatalogue blueprints, IOptions<PanelOptions> options)
{
    public static IQueryable<VolumeRow> Rows(PanelDbContext context) =>
        from volume in context.Volumes.AsNoTracking()
        join site in context.Sites on volume.SiteId equals site.Id
        join organisation in context.Organisations on site.OrganisationId equals organisation.Id
        select new VolumeRow
        {
            Volume = volume,
            Site = site,
            Organisation = organisation,
        };

    public static IQueryable<VolumeRow> Filter(IQueryable<VolumeRow> rows, VolumeFilter filter)
    {
        if (filter.Site is { } site)
        {
            rows = rows.Where(row => row.Site.Slug == site);
        }

        if (filter.Organisation is { } organisation)
        {
            rows = rows.Where(row => row.Organisation.Slug == organisation);
        }

        if (filter.Kind is { } kind)
        {
            rows = rows.Where(row => row.Volume.Kind == kind);
        }

        if (filter.Trashed is { } trashed)
        {
            rows = rows.Where(row => (row.Volume.State == VolumeState.Trashed || row.Site.State == SiteState.Trashed) == trashed);
        }

        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var pattern = LikePattern.Containing(filter.Search.Trim());
            rows = rows.Where(row =>
                EF.Functions.ILike(row.Volume.Name, pattern)
                || EF.Functions.ILike(row.Volume.EngineName, pattern)
                || EF.Functions.ILike(row.Site.Slug, pattern)
                || EF.Functions.ILike(row.Site.Title, pattern)
            );
        }

        return rows;
    }

    /// <summary>Those after a place in an order, which is total: no two volumes stand at the same place.</summary>
    public static IQueryable<VolumeRow> Sort(IQueryable<VolumeRow> rows, VolumeSort sort, VolumePlace? after)
    {
        var keyed = sort.By switch
        {
            VolumeOrder.Site => rows.Select(row => new VolumeRow
            {
                Volume = row.Volume,
                Site = row.Site,
                Organisation = row.Organisation,
                Text = row.Site.Slug + "/" + row.Volume.Name,
            }),
            VolumeOrder.Name => rows.Select(row => new VolumeRow
            {
                Volume = row.Volume,
                Site = row.Site,
                Organisation = row.Organisation,
                Text = row.Volume.Name + "/" + row.Site.Slug,
            }),
            // Identities are time-ordered.
            VolumeOrder.Created => rows.Select(row => new VolumeRow
            {
                Volume = row.Volume,
                Site = row.Site,
                Organisation = row.Organisation,
                Text = row.Volume.Id.ToString(),
            }),
            VolumeOrder.Size => rows.Select(row => new VolumeRow
            {
                Volume = row.Volume,
                Site = row.Site,
                Organisation = row.Organisation,
                Number = row.Volume.Bytes ?? -1,
            }),
            VolumeOrder.Files => rows.Select(row => new VolumeRow
            {
                Volume = row.Volume,
                Site = row.Site,
                Organisation = row.Organisation,
                Number = row.Volume.Files ?? -1,
            }),
            _ => throw new InvalidOperationException($"The order {sort.By} is not written down."),
        };
        return (sort.IsByText, sort.IsDescending) switch
        {
            (true, false) => (after is null ? keyed : keyed.Where(row => string.Compare(row.Text, after.Text) > 0)).OrderBy(row =>
                row.Text
            ),
            (true, true) => (after is null ? keyed : keyed.Where(row => string.Compare(row.Text, after.Text) < 0)).OrderByDescending(row =>
                row.Text
            ),
            (false, false) => (
                after is null
                    ? keyed
                    : keyed.Where(row => row.Number > after.Number || (row.Number == after.Number && row.Volume.Id > after.Id))
            )
                .OrderBy(row => row.Number)
                .ThenBy(row => row.Volume.Id),
            (false, true) => (
                after is null
                    ? keyed
                    : keyed.Where(row => row.Number < after.Number || (row.Number == after.Number && row.Volume.Id > after.Id))
            )
                .OrderByDescending(row => row.Number)
                .ThenBy(row => row.Volume.Id),
        };
    }

    /// <summary>One volume; null when there is none.</summary>
    public async Task<VolumeView?> FindAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken) =>
        await Rows(context).SingleOrDefaultAsync(row => row.Volume.Id == id, cancellationToken) is { } row
            ? (await ViewsAsync(context, [row], cancellationToken))[0]
            : null;

    /// <summary>As they are shown, with what restore points know of them.</summary>
    public async Task<List<VolumeView>> ViewsAsync(
        PanelDbContext context,
        IReadOnlyList<VolumeRow> rows,
        CancellationToken cancellationToken
    )
    {
        var covered = await CoveredThings.ReadAsync(context, [.. rows.Select(row => row.Site.Id)], cancellationToken);
        return [.. rows.Select(row => View(row, covered.VolumeAt(row.Volume.Id)))];
    }

    private VolumeView View(VolumeRow row, DateTimeOffset? coveredAt)
    {
        var (volume, site) = (row.Volume, row.Site);
        return new VolumeView(
            volume.Id,
            volume.Name,
            volume.Kind,
            volume.State,
            volume.EngineName,
            site.Slug,
            site.Title,
            site.State == SiteState.Trashed,
            row.Organisation.Slug,
            row.Organisation.Name,
            volume.MountedBy,
            volume.NodeName,
            volume.Bytes,
            volume.ApparentBytes,
            volume.Files,
            volume.MeasuredAt,
            CoverageRules.Of(volume, blueprints.Get(site.Blueprint), coveredAt),
            volume.IsAdopted,
            volume.ClonedFromId,
            volume.CreatedAt,
            volume.TrashedAt,
            volume.TrashedAt?.AddDays(options.Value.TrashGraceDays)
        );
    }
}
