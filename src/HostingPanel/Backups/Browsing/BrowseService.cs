using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Browsing;

/// <summary>Looks into restore points.</summary>
public sealed class BrowseService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupService _backups;
    private readonly OperationQueue _queue;
    private readonly DownloadArea _area;

    internal BrowseService(IDbContextFactory<PanelDbContext> contexts, BackupService backups, OperationQueue queue, DownloadArea area) =>
        (_contexts, _backups, _queue, _area) = (contexts, backups, queue, area);

    /// <summary>
    /// What is in a directory of a volume, as it was. The first time the list of all names has to be fetched from a target: then the operation
    /// that does it is told, and the same is to be asked again when it has ended. Refused: <c>restore-point-not-good</c>,
    /// <c>copy-not-found</c>, <c>path-not-found</c>, <c>not-a-directory</c>.
    /// </summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="slug">The site that it was taken of.</param>
    /// <param name="id">The restore point.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="path">The directory in it; null or empty for the volume itself.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<DirectoryView>> ListFilesAsync(
        Actor actor,
        string slug,
        Guid id,
        string? volume,
        string? path,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if (!(await FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        var skip = 0;
        if (
            page.Validate() is { } fault
            || (
                page.Cursor is { } cursor
                && (fault = int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip) ? null : Cursorless())
                    is not null
            )
        )
        {
            return fault;
        }

        if (
            !FetchRules.VolumeOf(BackupJson.Read<Manifest>(point.Manifest!), volume).TryGet(out var there, out problem)
            || !FetchRules.PathOf("path", path).TryGet(out var bare, out problem)
        )
        {
            return problem;
        }

        var index = _area.IndexOf(point.Id);
        if (!File.Exists(index))
        {
            // Whoever may only look sees what somebody else has fetched the list of.
            return AccessPolicy.Check(actor, Permission.DownloadBackups, AccessScope.Of(point)) is { } refused ? refused
                : (await PrepareAsync(actor, point, slug, cancellationToken)).TryGet(out var operation, out problem)
                    ? new DirectoryView(there.Name, bare, 0, new Page<BackupFileView>([], null), operation)
                : problem;
        }

        var directory = BackupNames.Volume(there.Name) + (bare.Length == 0 ? string.Empty : $"/{bare}");
        var found = await FileIndex.ListAsync(index, directory, skip, page.Limit, cancellationToken);
        if (found.Type is not "dir")
        {
            return found.Type is null
                ? new Problem(
                    ProblemKind.NotFound,
                    "path-not-found",
                    $"The volume {there.Name} of this restore point has no “{FetchRules.Shown(bare)}”."
                )
                : Problem.Invalid(
                    "path",
                    $"“{FetchRules.Shown(bare)}” is no directory; what is in it can't be listed, and links are not followed."
                );
        }

        var next = skip + found.Entries.Count;
        return new DirectoryView(
            there.Name,
            bare,
            found.Count,
            new Page<BackupFileView>(
                [.. found.Entries.Select(BackupFileView.From)],
                next < found.Count ? next.ToString(CultureInfo.InvariantCulture) : null
            ),
            Preparing: null
        );
    }

    /// <summary>The databases of a restore point with their tables, by name.</summary>
    public async Task<Outcome<IReadOnlyList<BackupDatabaseView>>> ListTablesAsync(
        Actor actor,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        if (!(await FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        var manifest = BackupJson.Read<Manifest>(point.Manifest!);
        return manifest
            .Databases.Select(database => new BackupDatabaseView(
                database.Name,
                database.Bytes,
                database.Views,
                database.Triggers,
                database.Routines,
                database.Events,
                [
                    .. database
                        .Rows.OrderBy(table => table.Key, StringComparer.Ordinal)
                        .Select(table => new BackupTableView(
                            table.Key,
                            table.Value,
                            FetchRules.TablesOf(manifest, database.Name, [table.Key]).Problem is null
                        )),
                ]
            ))
            .ToList();
    }

    private async Task<Outcome<RestorePoint>> FindAsync(Actor actor, string slug, Guid id, CancellationToken cancellationToken)
    {
        if (!(await _backups.FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        return RestoreRules.PointFault(point) is { } fault ? fault : point;
    }

    /// <summary>The operation that makes the index; the one that does so already, when somebody looked before.</summary>
    private async Task<Outcome<OperationView>> PrepareAsync(
        Actor actor,
        RestorePoint point,
        string slug,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // Two who look at once get one operation.
        await context.Database.ExecuteSqlAsync($"SELECT 1 FROM restore_points WHERE id = {point.Id} FOR UPDATE", cancellationToken);
        if (!(await RestoreRules.CopyAsync(context, point, target: null, cancellationToken)).TryGet(out var repository, out var problem))
        {
            return problem;
        }

        var arguments = new IndexArguments(point.Id, repository);
        var mark = $$"""{"{{nameof(IndexArguments.RestorePointId)}}":"{{point.Id}}"}""";
        var running = await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .Where(operation =>
                operation.Kind == OperationKinds.IndexBackup
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
                && EF.Functions.JsonContains(operation.Arguments!, mark)
            )
            .FirstOrDefaultAsync(cancellationToken);
        if (running is not null)
        {
            return OperationView.From(running);
        }

        var made = _queue.Add(
            context,
            actor,
            new OperationRequest(OperationKinds.IndexBackup, SiteId: null, slug, Arguments: arguments)
            {
                AboutSiteId = point.SiteId,
                OrganisationId = point.OrganisationId,
            }
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(made);
    }

    private static Problem Cursorless() => Problem.Invalid("cursor", "This cursor was not given out by the list.");
}

/// <summary>What the operation that makes an index is about.</summary>
internal sealed record IndexArguments(Guid RestorePointId, Guid RepositoryId);
