using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>The use cases of who is asked for certificates. They are the provider's.</summary>
public sealed class AuthorityService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly TimeProvider _time;

    internal AuthorityService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time) => (_contexts, _time) = (contexts, time);

    /// <summary>All authorities, the default one first.</summary>
    public async Task<Outcome<IReadOnlyList<CertificateAuthorityView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return new Outcome<IReadOnlyList<CertificateAuthorityView>>(
            await ReadAsync(context, context.CertificateAuthorities, cancellationToken)
        );
    }

    /// <summary>
    /// Adds an authority; the first one is the default. What is due is asked for in the next minute. Refused: <c>invalid-request</c>, <c>authority-exists</c>,
    /// <c>worker-not-ready</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    public async Task<Outcome<CertificateAuthorityView>> AddAsync(
        Actor actor,
        NewCertificateAuthority command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.Check(actor, Permission.ManageSettings) ?? AuthorityRules.Fault(command)) is { } refused)
        {
            return refused;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var hash = Idempotency.HashOf("add-certificate-authority", command);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused))
        {
            return reused;
        }

        if (known is { } same)
        {
            return await FindAsync(context, same, cancellationToken) is { } view ? view : Idempotency.Gone("certificate-authority");
        }

        var name = command.Name!.Trim();
        var isFirst = !await context.CertificateAuthorities.AnyAsync(cancellationToken);
        if (await context.CertificateAuthorities.AnyAsync(row => row.Name == name, cancellationToken))
        {
            return Exists(name);
        }

        if (command.IsDefault)
        {
            await NoDefaultAsync(context, cancellationToken);
        }

        var authority = new CertificateAuthority
        {
            Id = Ids.New(_time),
            Name = name,
            Directory = command.Directory!,
            Email = command.Email!,
            Roots = command.Roots,
            IsDefault = command.IsDefault || isFirst,
            CreatedAt = _time.GetStoredNow(),
        };
        if (
            command.Binding is { } binding
            && await AccountBindings.SetAsync(context, authority, binding, cancellationToken) is { } notReady
        )
        {
            return notReady;
        }

        context.CertificateAuthorities.Add(authority);
        Idempotency.Remember(context, actor, idempotencyKey, hash, authority.Id, _time);
        AuditTrail.Add(context, actor, AuditActs.AuthorityAdd, TargetOf(authority));
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
        {
            // Somebody was faster between the check and the write.
            return Exists(name);
        }

        return (await FindAsync(context, authority.Id, cancellationToken))!;
    }

    /// <summary>Asks this authority where nothing else is said, from the next certificate on. Refused: <c>certificate-authority-not-found</c>, <c>idempotency-key-reused</c>.</summary>
    public async Task<Outcome<CertificateAuthorityView>> MakeDefaultAsync(
        Actor actor,
        Guid id,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var hash = Idempotency.HashOf("make-default-certificate-authority", id);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused))
        {
            return reused;
        }

        if (known is not null)
        {
            // Another may have been made it since.
            return await FindAsync(context, id, cancellationToken) is { } view ? view : Idempotency.Gone("certificate-authority");
        }

        if (await context.CertificateAuthorities.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } authority)
        {
            return Problem.NotFound("certificate-authority", id.ToString());
        }

        if (!authority.IsDefault)
        {
            await NoDefaultAsync(context, cancellationToken);
            authority.IsDefault = true;
            AuditTrail.Add(context, actor, AuditActs.AuthorityMakeDefault, TargetOf(authority));
        }

        Idempotency.Remember(context, actor, idempotencyKey, hash, id, _time);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (await FindAsync(context, id, cancellationToken))!;
    }

    /// <summary>
    /// Tells an authority from now on whose the panel's account is; what it was told before is forgotten. Names that it gave nothing for want of this are
    /// asked for in the next minute. An account that is there already needs none and stays as it is. Refused: <c>certificate-authority-not-found</c>,
    /// <c>invalid-request</c>, <c>worker-not-ready</c>.
    /// </summary>
    public async Task<Outcome<CertificateAuthorityView>> SetBindingAsync(
        Actor actor,
        Guid id,
        AccountBinding command,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await context.CertificateAuthorities.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } authority)
        {
            return Problem.NotFound("certificate-authority", id.ToString());
        }

        var errors = new FieldErrors();
        AccountBindings.AddFaults(errors, command, path: string.Empty);
        if ((errors.ToProblem() ?? await AccountBindings.SetAsync(context, authority, command, cancellationToken)) is { } refused)
        {
            return refused;
        }

        await context
            .HostCertificates.Where(row =>
                row.ProblemCode != null
                && AccountBindings.Codes.Contains(row.ProblemCode)
                && (row.AuthorityId == id || (row.AuthorityId == null && authority.IsDefault))
            )
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.NotBeforeAttempt, (DateTimeOffset?)null).SetProperty(row => row.Attempts, 0),
                cancellationToken
            );
        AuditTrail.Add(context, actor, AuditActs.AuthorityBind, TargetOf(authority));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (await FindAsync(context, id, cancellationToken))!;
    }

    /// <summary>
    /// Asks an authority for nothing any more; certificates that it gave stay until they run out, and their names ask the default one then. Refused:
    /// <c>certificate-authority-not-found</c>, <c>default-authority</c>.
    /// </summary>
    public async Task<Outcome<Done>> RemoveAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await context.CertificateAuthorities.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } authority)
        {
            return Problem.NotFound("certificate-authority", id.ToString());
        }

        if (authority.IsDefault && await context.CertificateAuthorities.AnyAsync(row => row.Id != id, cancellationToken))
        {
            return new Problem(
                ProblemKind.Conflict,
                "default-authority",
                $"{authority.Name} is asked where nothing else is said. Make another one the default first."
            );
        }

        context.CertificateAuthorities.Remove(authority);
        AuditTrail.Add(context, actor, AuditActs.AuthorityRemove, TargetOf(authority));
        await context.SaveChangesAsync(cancellationToken);
        return default(Done);
    }

    private static Task NoDefaultAsync(PanelDbContext context, CancellationToken cancellationToken) =>
        context
            .CertificateAuthorities.Where(row => row.IsDefault)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsDefault, false), cancellationToken);

    private static Problem Exists(string name) =>
        new(ProblemKind.Conflict, "authority-exists", $"There is an authority “{name}” already. Choose another name.");

    private static AuditTarget TargetOf(CertificateAuthority authority) => new("authority", authority.Id, authority.Name);

    private static async Task<CertificateAuthorityView?> FindAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(context, context.CertificateAuthorities.Where(row => row.Id == id), cancellationToken)).SingleOrDefault();

    private static Task<List<CertificateAuthorityView>> ReadAsync(
        PanelDbContext context,
        IQueryable<CertificateAuthority> query,
        CancellationToken cancellationToken
    ) =>
        query
            .OrderByDescending(row => row.IsDefault)
            .ThenBy(row => row.Name)
            .Select(row => new CertificateAuthorityView(
                row.Id,
                row.Name,
                row.Directory,
                row.Email,
                row.IsDefault,
                row.Roots != null,
                context.HostCertificates.Count(certificate =>
                    certificate.Source == CertificateSource.Authority
                    && (certificate.AuthorityId == row.Id || (certificate.AuthorityId == null && row.IsDefault))
                ),
                row.PausedUntil,
                row.PausedWhy,
                row.BindingKeyId
            ))
            .ToListAsync(cancellationToken);
}
