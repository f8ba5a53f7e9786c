using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Panel;

/// <summary>The use cases of the panel's own backups.</summary>
public sealed class PanelBackupService
{
    /// <summary>Any number; taken while asking, so that one is queued at a time.</summary>
    private const long AskingLock = 0x4850_5042_4b50;
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly OperationQueue _queue;
    private readonly IOptions<PanelOptions> _options;

    internal PanelBackupService(IDbContextFactory<PanelDbContext> contexts, OperationQueue queue, IOptions<PanelOptions> options) =>
        (_contexts, _queue, _options) = (contexts, queue, options);

    /// <summary>
    /// Backs the panel up. One that waits or runs already is the answer, whatever its targets: there is one at a time. Refused:
    /// <c>no-backup-target</c>, <c>backup-target-not-found</c>. The backup has the operation's id.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="target">The name of the one target that a copy is to lie at; null for every one that is in use.</param>
    /// <param name="idempotencyKey">Same key and same target: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> TakeAsync(
        Actor actor,
        string? target,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await RequestAsync(actor, OperationPriority.Person, target, idempotencyKey, cancellationToken)).TryGet(
            out var operation,
            out var problem
        )
            ? OperationView.From(operation)
            : problem;

    /// <summary>All of them, the newest first.</summary>
    public async Task<Outcome<Page<PanelBackupView>>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        if ((AccessPolicy.Check(actor, Permission.ReadTargets) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var query = context.PanelBackups.AsNoTracking();
        if (page.Cursor is not null)
        {
            // Ids are time-ordered, so an id is a place in the list.
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(backup => backup.Id < before);
        }

        var found = await query
            .Include(backup => backup.Copies)
            .OrderByDescending(backup => backup.Id)
            .Take(page.Limit + 1)
            .ToListAsync(cancellationToken);
        var names = await NamesAsync(context, cancellationToken);
        return Page<PanelBackupView>.From(
            [.. found.Select(backup => PanelBackupView.From(backup, names))],
            page.Limit,
            view => view.Id.ToString()
        );
    }

    /// <summary>When the panel was last backed up, and whether the recovery kit that is kept elsewhere is of use.</summary>
    public async Task<Outcome<PanelBackupStateView>> GetStateAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadTargets) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var last = await context
            .PanelBackups.AsNoTracking()
            .Include(backup => backup.Copies)
            .Where(backup => backup.State == RestorePointState.Good)
            .OrderByDescending(backup => backup.Id)
            .FirstOrDefaultAsync(cancellationToken);
        var failed = await context
            .PanelBackups.AsNoTracking()
            .Where(backup => backup.State == RestorePointState.Failed && (last == null || backup.Id > last.Id))
            .OrderByDescending(backup => backup.Id)
            .FirstOrDefaultAsync(cancellationToken);
        var kit = await context.RecoveryKits.AsNoTracking().OrderByDescending(kit => kit.Number).FirstOrDefaultAsync(cancellationToken);
        var isCurrent = kit is not null && kit.Fingerprint == await KitFingerprint.OfAsync(context, _options.Value, cancellationToken);
        return new PanelBackupStateView(
            last is null ? null : PanelBackupView.From(last, await NamesAsync(context, cancellationToken)),
            failed?.FinishedAt,
            failed?.Fault,
            kit?.Number,
            kit?.WrittenAt,
            isCurrent
        );
    }

    internal async Task<Outcome<Operation>> RequestAsync(
        Actor actor,
        OperationPriority priority,
        string? target,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageTargets) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf(OperationKinds.BackUpPanel, target ?? string.Empty);
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AskingLock})", cancellationToken);
        var known = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (known.Problem is { } reused)
        {
            return reused;
        }

        if (known.Value is { } same)
        {
            return same;
        }

        var active = await context
            .Operations.AsNoTracking()
            .Include(row => row.Steps)
            .Where(row =>
                row.Kind == OperationKinds.BackUpPanel && (row.State == OperationState.Queued || row.State == OperationState.Running)
            )
            .FirstOrDefaultAsync(cancellationToken);
        if (active is not null)
        {
            _queue.Remember(context, actor, idempotencyKey, hash, active);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return active;
        }

        var targets = await context
            .BackupTargets.Where(row => row.RetiredAt == null && (target == null || row.Name == target))
            .OrderBy(row => row.CreatedAt)
            .ThenBy(row => row.Id)
            .Select(row => row.Id)
            .ToListAsync(cancellationToken);
        if (targets.Count == 0 && target is not null)
        {
            return Problem.NotFound("backup-target", target);
        }

        if (targets.Count == 0)
        {
            return VolumeRules.Refused("no-backup-target", "There is no place to keep a backup at. Add a backup target first.");
        }

        var request = new OperationRequest(
            OperationKinds.BackUpPanel,
            SiteId: null,
            "the panel",
            priority,
            Arguments: new BackUpPanelArguments(targets)
        );
        var operation = _queue.Add(context, actor, request);
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return operation;
    }

    /// <summary>The targets' names by their repositories of the panel's own.</summary>
    private static Task<Dictionary<Guid, string>> NamesAsync(PanelDbContext context, CancellationToken cancellationToken) =>
        context
            .BackupRepositories.Where(repository => repository.SiteId == PanelRepository.SiteId)
            .Join(
                context.BackupTargets,
                repository => repository.TargetId,
                target => target.Id,
                (repository, target) => new { repository.Id, target.Name }
            )
            .ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
}
