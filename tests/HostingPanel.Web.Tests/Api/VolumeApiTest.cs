namespace HostingPanel.Web.Tests.Api;

/// <summary>A test with sites that have volumes, as if a worker had made them.</summary>
public abstract class VolumeApiTest(PanelApp app) : ApiTest(app)
{
    /// <summary>Makes a site that runs, and gives its slug.</summary>
    protected async Task<string> RunningSiteAsync()
    {
        var accepted = await NewSiteAsync();
        await SettleAsync(accepted, "Running");
        return accepted.Site!.Slug;
    }

    /// <summary>Gives a site a volume that nothing mounts.</summary>
    protected async Task<Guid> AddVolumeAsync(string slug, string name, long? bytes = null)
    {
        var id = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO volumes (id, site_id, name, kind, engine_name, mounted_by, created_at, state, is_adopted, bytes, apparent_bytes, files, measured_at) "
                + "SELECT $1, id, $2, 'Files', 'hp-' || short_id || '-' || $2, '{}', now(), 'InUse', false, $3, $3, $3, now() FROM sites WHERE slug = $4",
            id,
            name,
            (object?)bytes ?? DBNull.Value,
            slug
        );
        return id;
    }

    /// <summary>Writes down a volume that nobody owns, as the worker does when it sees one.</summary>
    protected Task AddUnknownAsync(string name, string? usedBy = null, string? obstacle = null) =>
        App.ExecuteAsync(
            "INSERT INTO unknown_volumes (name, node_id, node_name, created_at, is_ours, used_by, obstacle, seen_at) "
                + "VALUES ($1, 'node-1', 'vm', now(), false, $2, $3, now())",
            name,
            usedBy is null ? Array.Empty<string>() : [usedBy],
            (object?)obstacle ?? DBNull.Value
        );
}
