using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Browsing;

/// <summary>What is wanted of a restore point: files of a volume, tables of a database, or, where neither is named, all of it.</summary>
/// <param name="Volume">The volume that the paths are in.</param>
/// <param name="Paths">Files and directories in it; an empty path is the volume itself.</param>
/// <param name="Database">The database that the tables are in.</param>
/// <param name="Tables">Tables of it.</param>
/// <param name="Target">The name of the target to fetch it from; null for the nearest that has a whole copy.</param>
public sealed record FetchFromBackup(
    string? Volume = null,
    IReadOnlyList<string?>? Paths = null,
    string? Database = null,
    IReadOnlyList<string?>? Tables = null,
    string? Target = null
);

/// <summary>The use cases of getting parts of restore points: to take away, or back into the site beside what is there.</summary>
public sealed class FetchService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupService _backups;
    private readonly OperationQueue _queue;
    private readonly VolumeRequests _requests;
    private readonly BlueprintCatalogue _blueprints;
    private readonly DownloadArea _area;
    private readonly FreeSpace _space;
    private readonly DownloadOptions _options;

    internal FetchService(
        IDbContextFactory<PanelDbContext> contexts,
        BackupService backups,
        OperationQueue queue,
        VolumeRequests requests,
        BlueprintCatalogue blueprints,
        DownloadArea area,
        FreeSpace space,
        IOptions<DownloadOptions> options
    ) =>
        (_contexts, _backups, _queue, _requests, _blueprints, _area, _space, _options) = (
            contexts,
            backups,
            queue,
            requests,
            blueprints,
            area,
            space,
            options.Value
        );

    /// <summary>
    /// Makes an archive of a part of a restore point, or of all of it, which then waits as a download of the operation's id. Refused:
    /// <c>invalid-request</c>, <c>restore-point-not-good</c>, <c>copy-not-found</c>, <c>path-not-found</c>, <c>download-too-large</c>,
    /// <c>downloads-full</c>, <c>no-disk-space</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> FetchAsync(
        Actor actor,
        string slug,
        Guid id,
        FetchFromBackup command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (
            !(await ChooseAsync(actor, Permission.DownloadBackups, slug, id, command, cancellationToken)).TryGet(
                out var chosen,
                out var problem
            )
        )
        {
            return problem;
        }

        var hash = Idempotency.HashOf(OperationKinds.FetchBackup, new { id, command });
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (
            !(await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused)
            && reused is not null
        )
        {
            return reused;
        }

        if (known is not null)
        {
            return OperationView.From(known);
        }

        if ((await RoomFaultAsync(context, chosen, cancellationToken)) is { } full)
        {
            return full;
        }

        if (!(await ArgumentsAsync(context, chosen, command.Target, cancellationToken)).TryGet(out var arguments, out problem))
        {
            return problem;
        }

        var operation = _queue.Add(
            context,
            actor,
            new OperationRequest(OperationKinds.FetchBackup, SiteId: null, slug, Arguments: arguments)
            {
                AboutSiteId = chosen.Point.SiteId,
                OrganisationId = chosen.Point.OrganisationId,
            }
        );
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    /// <summary>
    /// Puts files of a restore point into a new directory of the site's volume, or tables into its database under new names. Nothing of the
    /// site is overwritten. Refused: as <see cref="FetchAsync"/>, and <c>nothing-chosen</c>, <c>volume-gone</c>, <c>database-gone</c>,
    /// <c>site-is-…</c>, <c>site-busy</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> PutBackAsync(
        Actor actor,
        string slug,
        Guid id,
        FetchFromBackup command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (
            !(await ChooseAsync(actor, Permission.RestoreBackups, slug, id, command, cancellationToken)).TryGet(
                out var chosen,
                out var problem
            )
        )
        {
            return problem;
        }

        if (chosen.Choice.Kind == DownloadKind.Whole)
        {
            return Problem.Invalid(
                "paths",
                "Choose files or tables to put back. A whole restore point is restored as a new site, or in place."
            );
        }

        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.RestoreBackups, slug, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf("put-back", new { id, command }),
            async scope =>
                PutFault(scope, chosen) is { } fault ? fault
                : (await ArgumentsAsync(scope.Context, chosen, command.Target, cancellationToken)).TryGet(
                    out var arguments,
                    out var refused
                )
                    ? new OperationRequest(
                        chosen.Choice.Kind == DownloadKind.Files ? OperationKinds.PutBackFiles : OperationKinds.PutBackTables,
                        scope.Site.Id,
                        scope.Site.Slug,
                        Arguments: arguments
                    )
                : refused,
            cancellationToken
        );
        return queued.TryGet(out var operation, out problem) ? OperationView.From(operation) : problem;
    }

    private sealed record Chosen(RestorePoint Point, Manifest Manifest, FetchChoice Choice, long Bytes);

    private async Task<Outcome<Chosen>> ChooseAsync(
        Actor actor,
        Permission permission,
        string slug,
        Guid id,
        FetchFromBackup command,
        CancellationToken cancellationToken
    )
    {
        if (!(await _backups.FindAsync(actor, permission, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        if (RestoreRules.PointFault(point) is { } fault)
        {
            return fault;
        }

        var manifest = BackupJson.Read<Manifest>(point.Manifest!);
        var (ofVolume, ofDatabase) = (command.Volume ?? (object?)command.Paths, command.Database ?? (object?)command.Tables);
        if (ofVolume is not null && ofDatabase is not null)
        {
            return Problem.Invalid("database", "Ask for files of a volume or for tables of a database, one after the other.");
        }

        var made =
            ofVolume is not null ? FetchRules.FilesOf(manifest, command.Volume, command.Paths)
            : ofDatabase is not null ? FetchRules.TablesOf(manifest, command.Database, command.Tables)
            : new FetchChoice { Kind = DownloadKind.Whole };
        if (!made.TryGet(out var choice, out problem))
        {
            return problem;
        }

        var bytes = FetchRules.BytesOf(choice, manifest, point);
        if (choice.Kind == DownloadKind.Files && File.Exists(_area.IndexOf(id)))
        {
            // Known already; else the operation looks.
            var found = await FileIndex.MeasureAsync(_area.IndexOf(id), choice.FilesInSnapshot, cancellationToken);
            bytes = found.Bytes;
            if (FetchRules.ChoiceFault(found, choice, _options) is { } missing)
            {
                return missing;
            }
        }

        return FetchRules.SizeFault(bytes, _options) is { } large ? large : new Chosen(point, manifest, choice, bytes);
    }

    private async Task<Problem?> RoomFaultAsync(PanelDbContext context, Chosen chosen, CancellationToken cancellationToken)
    {
        var waiting = await context.BackupDownloads.SumAsync(download => download.Bytes, cancellationToken);
        return waiting + chosen.Bytes > _options.MaxTotalBytes
            ? new Problem(
                ProblemKind.LimitReached,
                "downloads-full",
                $"Downloads of {waiting >> 20} MB wait to be taken, and together they may be {_options.MaxTotalBytes >> 20} MB. Delete some that are not needed any more, or wait until they go by themselves."
            )
            : _space.Fault(chosen.Bytes);
    }

    private static async Task<Outcome<FetchArguments>> ArgumentsAsync(
        PanelDbContext context,
        Chosen chosen,
        string? target,
        CancellationToken cancellationToken
    ) =>
        (await RestoreRules.CopyAsync(context, chosen.Point, target, cancellationToken)).TryGet(out var repository, out var problem)
            ? new FetchArguments(chosen.Point.Id, repository, chosen.Choice)
            : problem;

    private Problem? PutFault(VolumeRequests.Scope scope, Chosen chosen)
    {
        if (chosen.Point.SiteId != scope.Site.Id)
        {
            return Problem.NotFound("restore-point", chosen.Point.Id.ToString());
        }

        if (chosen.Choice.Kind == DownloadKind.Files)
        {
            return VolumeRules.SiteFault(scope.Site)
                ?? (
                    scope.Volumes.Any(volume => volume.Name == chosen.Choice.Volume && volume.State == VolumeState.InUse)
                        ? null
                        : VolumeRules.Refused(
                            "volume-gone",
                            $"{scope.Site.Slug} has no volume {chosen.Choice.Volume} any more. Fetch the files as a download instead."
                        )
                );
        }

        return BackupRules.SiteFault(scope.Site)
            ?? (
                _blueprints.Get(scope.Site.Blueprint)?.Databases.Any(database => database.Name == chosen.Choice.Database) == true
                    ? null
                    : VolumeRules.Refused(
                        "database-gone",
                        $"{scope.Site.Slug} has no database {chosen.Choice.Database} any more. Fetch the tables as a download instead."
                    )
            );
    }
}
