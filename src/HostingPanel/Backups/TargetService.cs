using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Backups.Operations;
using HostingPanel.Backups.Panel;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>The use cases of backup targets. They are the provider's: every site's restore points lie there.</summary>
public sealed class TargetService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;

    internal TargetService(IDbContextFactory<PanelDbContext> contexts, OperationQueue queue, TimeProvider time) =>
        (_contexts, _queue, _time) = (contexts, queue, time);

    /// <summary>What a target of a kind may ask for to be let in.</summary>
    public static IReadOnlyList<string> CredentialNames(TargetKind kind) => TargetRules.CredentialsOf(kind);

    /// <summary>All of them, by name; those that are retired, too.</summary>
    public async Task<Outcome<IReadOnlyList<BackupTargetView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadTargets) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(context, context.BackupTargets.OrderBy(target => target.Name), cancellationToken);
    }

    /// <summary>
    /// Adds one; the next restore points lie there, too, unless it is a draft that is to be tested first (<see cref="UseAsync"/>). Its
    /// credentials are sealed for the worker at once: nobody can read them again, here neither. Refused: <c>invalid-request</c>, <c>target-exists</c>, <c>worker-not-ready</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    public async Task<Outcome<BackupTargetView>> AddAsync(
        Actor actor,
        NewBackupTarget command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.Check(actor, Permission.ManageTargets) ?? TargetRules.Fault(command)) is { } refused)
        {
            return refused;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var hash = Idempotency.HashOf("add-backup-target", command);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused))
        {
            return reused;
        }

        if (known is { } same)
        {
            return await FindAsync(context, same, cancellationToken) is { } view ? view : Idempotency.Gone("backup-target");
        }

        if (await context.BackupTargets.AnyAsync(target => target.Name == command.Name, cancellationToken))
        {
            return VolumeRules.Refused("target-exists", $"There is a target “{command.Name}” already. Choose another name.");
        }

        var (id, now) = (Ids.New(_time), _time.GetStoredNow());
        byte[]? credentials = null;
        if (TargetRules.Lines(command) is { } lines)
        {
            if (await context.SealingKeys.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } key)
            {
                return new Problem(
                    ProblemKind.Unavailable,
                    "worker-not-ready",
                    "The worker has not started yet, so there is nobody to seal the credentials for. Try again in a moment."
                );
            }

            credentials = CredentialBox.Seal(key.PublicKey, lines, BackupTarget.CredentialsContext(id));
        }

        context.BackupTargets.Add(
            new BackupTarget
            {
                Id = id,
                Name = command.Name!,
                Kind = command.Kind!.Value,
                Host = command.Host,
                Port = command.Port,
                User = command.User,
                Path = command.Path,
                UsesTls = command.UsesTls,
                UploadKib = command.UploadKib,
                Credentials = credentials,
                CreatedAt = now,
                RetiredAt = command.IsDraft ? now : null,
            }
        );
        Idempotency.Remember(context, actor, idempotencyKey, hash, id, _time);
        AuditTrail.Add(context, actor, AuditActs.TargetAdd, new AuditTarget("target", id, command.Name));
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
        {
            // Somebody was faster between the check and the write.
            return VolumeRules.Refused("target-exists", $"There is a target “{command.Name}” already. Choose another name.");
        }

        return (await FindAsync(context, id, cancellationToken))!;
    }

    /// <summary>
    /// Keeps the next restore points there, too: takes in a draft, or a target that was retired. Refused: <c>backup-target-not-found</c>,
    /// <c>idempotency-key-reused</c>.
    /// </summary>
    public async Task<Outcome<BackupTargetView>> UseAsync(Actor actor, Guid id, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageTargets) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var hash = Idempotency.HashOf("use-backup-target", id);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused))
        {
            return reused;
        }

        if (known is null)
        {
            if (await context.BackupTargets.SingleOrDefaultAsync(target => target.Id == id, cancellationToken) is not { } found)
            {
                return Problem.NotFound("backup-target", id.ToString());
            }

            found.RetiredAt = null;
            Idempotency.Remember(context, actor, idempotencyKey, hash, id, _time);
            AuditTrail.Add(context, actor, AuditActs.TargetUse, new AuditTarget("target", id, found.Name));
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return await FindAsync(context, id, cancellationToken) is { } view ? view : Idempotency.Gone("backup-target");
    }

    /// <summary>
    /// Keeps nothing new there. What lies there is not touched and can be restored further on; a target where no site's restore points lie is
    /// forgotten. Refused: <c>backup-target-not-found</c>, <c>last-target</c>, <c>target-busy</c>.
    /// </summary>
    public async Task<Outcome<Done>> RetireAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageTargets) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var all = await context
            .BackupTargets.FromSql($"SELECT * FROM backup_targets ORDER BY id FOR UPDATE")
            .ToListAsync(cancellationToken);
        if (all.SingleOrDefault(target => target.Id == id) is not { } found)
        {
            return Problem.NotFound("backup-target", id.ToString());
        }

        if (found.RetiredAt is null && all.All(target => target.Id == id || target.RetiredAt is not null))
        {
            return VolumeRules.Refused(
                "last-target",
                $"{found.Name} is the only place where restore points are kept. Add another one first."
            );
        }

        var repositories = context.BackupRepositories.Where(row => row.TargetId == id);
        if (found.Kind != TargetKind.Local && !await repositories.AnyAsync(row => row.SiteId != Guid.Empty, cancellationToken))
        {
            var isTested = await context.Operations.AnyAsync(
                operation => operation.Kind == OperationKinds.TestTarget && operation.Target == found.Name && operation.FinishedAt == null,
                cancellationToken
            );
            if (isTested)
            {
                return VolumeRules.Refused("target-busy", $"{found.Name} is being tested. Wait until that has ended, or cancel it first.");
            }

            // The panel's own there, of tests.
            await repositories.ExecuteDeleteAsync(cancellationToken);
            context.BackupTargets.Remove(found);
        }
        else
        {
            found.RetiredAt ??= _time.GetStoredNow();
        }

        AuditTrail.Add(context, actor, AuditActs.TargetRetire, new AuditTarget("target", id, found.Name));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return default(Done);
    }

    /// <summary>Tests whether something can be kept there and read back. Refused: <c>backup-target-not-found</c>.</summary>
    public async Task<Outcome<OperationView>> TestAsync(Actor actor, Guid id, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageTargets) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf(OperationKinds.TestTarget, id);
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

        var name = await context
            .BackupTargets.Where(target => target.Id == id)
            .Select(target => target.Name)
            .SingleOrDefaultAsync(cancellationToken);
        if (name is null)
        {
            return Problem.NotFound("backup-target", id.ToString());
        }

        var operation = _queue.Add(
            context,
            actor,
            new OperationRequest(OperationKinds.TestTarget, SiteId: null, name, Arguments: new TestTargetArguments(id)) { TargetId = id }
        );
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    private static async Task<BackupTargetView?> FindAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(context, context.BackupTargets.Where(target => target.Id == id), cancellationToken)).SingleOrDefault();

    private static async Task<List<BackupTargetView>> ReadAsync(
        PanelDbContext context,
        IQueryable<BackupTarget> query,
        CancellationToken cancellationToken
    )
    {
        var rows = await query
            .AsNoTracking()
            .Select(target => new
            {
                Target = target,
                Repositories = context.BackupRepositories.Count(repository =>
                    repository.TargetId == target.Id && repository.SiteId != Guid.Empty && repository.SiteId != PanelRepository.SiteId
                ),
            })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => BackupTargetView.From(row.Target, row.Repositories))];
    }
}
