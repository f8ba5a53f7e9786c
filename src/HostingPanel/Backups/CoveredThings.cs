using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>When good restore points last took the volumes and databases of some sites.</summary>
internal sealed class CoveredThings
{
    private readonly Dictionary<Guid, DateTimeOffset> _volumes;
    private readonly Dictionary<(Guid Site, string Name), DateTimeOffset> _databases;

    private CoveredThings(Dictionary<Guid, DateTimeOffset> volumes, Dictionary<(Guid Site, string Name), DateTimeOffset> databases) =>
        (_volumes, _databases) = (volumes, databases);

    /// <summary>Reads it: two queries, however many restore points there are.</summary>
    public static async Task<CoveredThings> ReadAsync(
        PanelDbContext context,
        IReadOnlyCollection<Guid> sites,
        CancellationToken cancellationToken
    )
    {
        Guid[] ids = [.. sites.Distinct()];
        var volumes = await context
            .Database.SqlQuery<VolumeTaken>(
                $"""
                SELECT unnest(volume_ids) AS "Id", max(taken_at) AS "At" FROM restore_points
                WHERE state = 'Good' AND site_id = ANY({ids}) GROUP BY 1
                """
            )
            .ToListAsync(cancellationToken);
        var databases = await context
            .Database.SqlQuery<DatabaseTaken>(
                $"""
                SELECT site_id AS "SiteId", unnest(databases) AS "Name", max(taken_at) AS "At" FROM restore_points
                WHERE state = 'Good' AND site_id = ANY({ids}) GROUP BY 1, 2
                """
            )
            .ToListAsync(cancellationToken);
        return new CoveredThings(
            volumes.ToDictionary(row => row.Id, row => row.At),
            databases.ToDictionary(row => (row.SiteId, row.Name), row => row.At)
        );
    }

    public DateTimeOffset? VolumeAt(Guid id) => _volumes.TryGetValue(id, out var at) ? at : null;

    public DateTimeOffset? DatabaseAt(Guid site, string name) => _databases.TryGetValue((site, name), out var at) ? at : null;

    private sealed record VolumeTaken(Guid Id, DateTimeOffset At);

    private sealed record DatabaseTaken(Guid SiteId, string Name, DateTimeOffset At);
}
