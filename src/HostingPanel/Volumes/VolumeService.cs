using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>Shows volumes: lists, one, its history, and those that nobody owns.</summary>
public sealed class VolumeService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly VolumeReader _reader;

    internal VolumeService(IDbContextFactory<PanelDbContext> contexts, VolumeReader reader) => (_contexts, _reader) = (contexts, reader);

    /// <summary>The longest name within a site.</summary>
    public const int MaxNameLength = Volume.MaxNameLength;

    /// <summary>Volumes of all sites.</summary>
    public async Task<Outcome<Page<VolumeView>>> ListAsync(
        Actor actor,
        VolumeFilter filter,
        VolumeSort sort,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadVolumes) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        VolumePlace? after = null;
        if (page.Cursor is { } cursor && !VolumePlace.Parse(cursor, sort).TryGet(out after, out problem))
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var rows = VolumeReader.Sort(
            VolumeReader.Filter(VolumeReader.Rows(context).VisibleTo(actor, Permission.ReadVolumes), filter),
            sort,
            after
        );
        var found = await rows.Take(page.Limit + 1).ToListAsync(cancellationToken);
        var views = await _reader.ViewsAsync(context, found, cancellationToken);
        return Page<VolumeView>.From(views, page.Limit, view => PlaceOf(found, view).ToCursor(sort));
    }

    /// <summary>The volumes of one site by name: those that it mounts, and those beside them.</summary>
    public async Task<Outcome<IReadOnlyList<VolumeView>>> ListOfSiteAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadVolumes, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var rows = await VolumeReader
            .Rows(context)
            .Where(row => row.Site.Id == site.Id)
            .OrderBy(row => row.Volume.Name)
            .ToListAsync(cancellationToken);
        return await _reader.ViewsAsync(context, rows, cancellationToken);
    }

    /// <summary>One volume.</summary>
    public async Task<Outcome<VolumeView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if ((await VolumeRequests.SiteOfAsync(context, actor, Permission.ReadVolumes, id, cancellationToken)).Problem is { } problem)
        {
            return problem;
        }

        return await _reader.FindAsync(context, id, cancellationToken) is { } view ? view : Problem.NotFound("volume", id.ToString());
    }

    /// <summary>What was in a volume over time, the newest measurement first.</summary>
    public async Task<Outcome<Page<MeasurementView>>> ListMeasurementsAsync(
        Actor actor,
        Guid id,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (
            (
                (await VolumeRequests.SiteOfAsync(context, actor, Permission.ReadVolumes, id, cancellationToken)).Problem ?? page.Validate()
            ) is
            { } problem
        )
        {
            return problem;
        }

        var query = context.VolumeMeasurements.AsNoTracking().Where(measurement => measurement.VolumeId == id);
        if (page.Cursor is { } cursor)
        {
            if (!DateTimeOffset.TryParseExact(cursor, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            var moment = before.ToUniversalTime();
            query = query.Where(measurement => measurement.MeasuredAt < moment);
        }

        var found = await query
            .OrderByDescending(measurement => measurement.MeasuredAt)
            .Take(page.Limit + 1)
            .Select(row => new MeasurementView(row.MeasuredAt, row.Bytes, row.ApparentBytes, row.Files))
            .ToListAsync(cancellationToken);
        return Page<MeasurementView>.From(found, page.Limit, view => view.MeasuredAt.ToString("O", CultureInfo.InvariantCulture));
    }

    /// <summary>Volumes on the nodes that no site owns, by name, as the worker last saw them.</summary>
    public async Task<Outcome<Page<UnknownVolumeView>>> ListUnknownAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        if ((AccessPolicy.Check(actor, Permission.AdoptVolumes) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var query = context
            .UnknownVolumes.AsNoTracking()
            // One that was just given to a site is none any more, whatever the worker's last look said.
            .Where(unknown => !context.Volumes.Any(volume => volume.EngineName == unknown.Name));
        if (page.Cursor is { } after)
        {
            query = query.Where(unknown => string.Compare(unknown.Name, after) > 0);
        }

        var found = await query
            .OrderBy(unknown => unknown.Name)
            .Take(page.Limit + 1)
            .Select(row => new UnknownVolumeView(row.Name, row.NodeName, row.IsOurs, row.CreatedAt, row.UsedBy, row.Obstacle, row.SeenAt))
            .ToListAsync(cancellationToken);
        return Page<UnknownVolumeView>.From(found, page.Limit, view => view.Name);
    }

    private static VolumePlace PlaceOf(IEnumerable<VolumeRow> rows, VolumeView view)
    {
        var row = rows.Single(row => row.Volume.Id == view.Id);
        return new VolumePlace(row.Text, row.Number, row.Volume.Id);
    }
}
