using System.IO.Compression;

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

    /// <summary>Gives a drill a picture of its front page.</summary>
    protected Task AddPictureAsync(Guid drill, byte[] file) =>
        App.ExecuteAsync(
            "INSERT INTO restore_drill_pictures (drill_id, media_type, width, height, content) VALUES ($1, 'image/png', 1280, 800, $2)",
            drill,
            file
        );

    /// <summary>Gives a drill the check that says that its picture was made.</summary>
    protected Task AddPictureCheckAsync(Guid drill) =>
        App.ExecuteAsync(
            "INSERT INTO restore_drill_checks (drill_id, name, title, outcome, text, details, at) "
                + "VALUES ($1, 'picture', 'Picture of the front page', 'Passed', 'As it was shown', '{}', now())",
            drill
        );

    /// <summary>As a worker does when it starts for the first time.</summary>
    protected async Task AddSealingKeyAsync()
    {
        using var pair = System.Security.Cryptography.ECDiffieHellman.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await App.ExecuteAsync(
            "INSERT INTO sealing_keys (id, public_key, private_key) VALUES (1, $1, '') ON CONFLICT DO NOTHING",
            pair.ExportSubjectPublicKeyInfo()
        );
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

    /// <summary>Writes down a restore point of the site's volume “content” and database “main”, as the worker does.</summary>
    protected async Task<Guid> AddRestorePointAsync(string slug, string state, bool isReadBack)
    {
        var (id, repository) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await App.ExecuteAsync(
            "INSERT INTO restore_points (id, site_id, site_slug, site_title, organisation_id, reason, requested_by_name, state, started_at, taken_at, "
                + "database_bytes, file_bytes, files, volume_ids, databases, manifest, signature) "
                + "SELECT $1, id, slug, title, organisation_id, 'Manual', 'somebody', $2, now(), now(), 30, 70, 7, "
                + "ARRAY(SELECT v.id FROM volumes v WHERE v.site_id = sites.id AND v.name = 'content'), '{main}', $3, $4 FROM sites WHERE slug = $5",
            id,
            state,
            isReadBack ? ManifestOf(id, slug) : DBNull.Value,
            isReadBack ? "00" : DBNull.Value,
            slug
        );
        await App.ExecuteAsync(
            "INSERT INTO backup_repositories (id, site_id, target_id, key) "
                + "SELECT $1, (SELECT site_id FROM restore_points WHERE id = $2), (SELECT id FROM backup_targets WHERE name = 'local'), '' "
                + "ON CONFLICT DO NOTHING",
            repository,
            id
        );
        await App.ExecuteAsync(
            "INSERT INTO restore_point_copies (restore_point_id, repository_id, snapshot_id, read_back_at, fault_code, fault) "
                + "SELECT $1, r.id, 'abc', $2, $3, 'It is full.' FROM backup_repositories r JOIN restore_points p ON p.site_id = r.site_id WHERE p.id = $1",
            id,
            isReadBack ? DateTimeOffset.UnixEpoch : DBNull.Value,
            isReadBack ? DBNull.Value : "target-full"
        );
        return id;
    }

    /// <summary>Writes down that this restore point was restored in place, as the worker does.</summary>
    /// <param name="slug">The site.</param>
    /// <param name="point">The restore point.</param>
    /// <param name="before">The volume that was “content” before.</param>
    protected async Task<Guid> AddRestoreAsync(string slug, Guid point, Guid before)
    {
        var id = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO in_place_restores (id, site_id, restore_point_id, requested_by_name, started_at, has_safety_point, swapped_at, previous, restored, notes) "
                + "SELECT $1, s.id, $2, 'somebody', now(), true, now(), $3, replace($4, 'VOLUME', v.id::text), '{}' "
                + "FROM sites s JOIN volumes v ON v.site_id = s.id AND v.name = 'content' WHERE s.slug = $5",
            id,
            point,
            SetOf(before.ToString(), "content-before-0a0a0a0a"),
            SetOf("VOLUME", "content-restored-0a0a0a0a"),
            slug
        );
        return id;
    }

    private static string SetOf(string volume, string aside) =>
        $$"""{"volumes":[{"id":"{{volume}}","name":"content","asideName":"{{aside}}","mountedBy":["web:/v"]}],"secrets":[],"images":[]}""";

    /// <summary>Lays down the index of a restore point's files, as the worker does.</summary>
    protected async Task AddIndexAsync(Guid point, params string[] lines)
    {
        var directory = Directory.CreateDirectory(Path.Combine(App.UploadsDirectory, "indexes"));
        await using var gzip = new GZipStream(File.Create(Path.Combine(directory.FullName, $"{point:N}.gz")), CompressionLevel.Fastest);
        await using var text = new StreamWriter(gzip);
        foreach (var line in (string[])["""["/volumes","copy","dir",0,2147484141,0,0,"2026-01-01T00:00:00Z"]""", .. lines])
        {
            await text.WriteAsync($"{line}\n");
        }
    }

    /// <summary>Lays down a download, as the worker does.</summary>
    protected async Task<Guid> AddDownloadAsync(
        string slug,
        string kind = "Files",
        string content = "an archive",
        Guid? requestedBy = null,
        TimeSpan? life = null
    )
    {
        var id = Guid.CreateVersion7();
        var directory = Directory.CreateDirectory(Path.Combine(App.UploadsDirectory, "downloads"));
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, id.ToString("N")), content, Cancellation);
        await App.ExecuteAsync(
            "INSERT INTO backup_downloads (id, site_id, site_slug, kind, file_name, bytes, sha256, requested_by_id, requested_by_name, created_at, expires_at) "
                + "SELECT $1, id, slug, $2, slug || '.tar.gz', $3, 'ab', $4, 'somebody', now(), $5 FROM sites WHERE slug = $6",
            id,
            kind,
            (long)content.Length,
            requestedBy ?? Guid.Empty,
            TimeProvider.System.GetUtcNow() + (life ?? TimeSpan.FromHours(1)),
            slug
        );
        return id;
    }

    private static string ManifestOf(Guid id, string slug) =>
        $$$"""{"format":1,"restorePoint":"{{{id}}}","installation":"hp","takenAt":"2026-01-01T00:00:00Z","reason":"manual","site":{"id":"{{{id}}}","slug":"{{{slug}}}","title":"Food Bank","adminEmail":"a@example.org","organisationId":"{{{id}}}","environment":"live","domains":[],"blueprint":"wordpress","blueprintVersion":1,"isLive":true},"services":[{"name":"web","image":"wordpress:old"}],"servers":[],"databases":[{"name":"main","service":"db","file":"main.sql","bytes":30,"sha256":"00","tables":2,"views":1,"triggers":0,"routines":0,"events":0,"rows":{"users":3,"a`b":1}}],"notTransactional":[],"volumes":[{"id":"{{{id}}}","name":"copy","kind":"files","standsAlone":true,"files":1,"bytes":1,"checksum":"00","unread":0}],"leftOut":[],"secrets":{}}""";
}
