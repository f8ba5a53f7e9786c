using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Backups;
using HostingPanel.Domains;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>The use cases of accounts at DNS providers, by which names are validated. They are the provider's.</summary>
public sealed class DnsAccountService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly TimeProvider _time;

    internal DnsAccountService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time) => (_contexts, _time) = (contexts, time);

    /// <summary>The providers at which there can be an account, in lego's spelling.</summary>
    public static IReadOnlyList<string> Providers => AuthorityRules.Providers;

    /// <summary>The accounts at DNS providers.</summary>
    public async Task<Outcome<IReadOnlyList<DnsAccountView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var accounts = await context
            .DnsAccounts.AsNoTracking()
            .OrderBy(row => row.Provider)
            .ThenBy(row => row.CreatedAt)
            .ToListAsync(cancellationToken);
        return new Outcome<IReadOnlyList<DnsAccountView>>([.. accounts.Select(ViewOf)]);
    }

    /// <summary>
    /// Adds an account at a DNS provider: from then on names of its zones are validated by DNS. Its credentials are sealed for the worker at
    /// once. Refused: <c>invalid-request</c>, <c>zone-taken</c>, <c>worker-not-ready</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    public async Task<Outcome<DnsAccountView>> AddAsync(
        Actor actor,
        NewDnsAccount command,
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
        var hash = Idempotency.HashOf("add-dns-account", command);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var reused))
        {
            return reused;
        }

        if (known is { } same)
        {
            var found = await context.DnsAccounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == same, cancellationToken);
            return found is null ? Idempotency.Gone("dns-account") : ViewOf(found);
        }

        // The row is locked, so that of two who add the same zone one comes second.
        if (
            await context
                .SealingKeys.FromSql($"SELECT * FROM sealing_keys FOR UPDATE")
                .AsNoTracking()
                .SingleOrDefaultAsync(cancellationToken)
            is not { } key
        )
        {
            return new Problem(
                ProblemKind.Unavailable,
                "worker-not-ready",
                "The worker has not started yet, so there is nobody to seal the credentials for. Try again in a moment."
            );
        }

        var zones = command.Zones!.Select(zone => HostName.Normalise(zone, "zones").Value).Distinct(StringComparer.Ordinal).ToList();
        var taken = (await context.DnsAccounts.AsNoTracking().ToListAsync(cancellationToken))
            .SelectMany(account => account.Zones)
            .Intersect(zones, StringComparer.Ordinal)
            .FirstOrDefault();
        if (taken is not null)
        {
            return new Problem(ProblemKind.Conflict, "zone-taken", $"There is an account for {taken} already. Remove that one first.");
        }

        var id = Ids.New(_time);
        var row = new DnsAccount
        {
            Id = id,
            Provider = command.Provider!,
            Zones = zones,
            Credentials = CredentialBox.Seal(key.PublicKey, AuthorityRules.Lines(command), DnsAccount.CredentialsContext(id)),
            CreatedAt = _time.GetStoredNow(),
        };
        context.DnsAccounts.Add(row);
        Idempotency.Remember(context, actor, idempotencyKey, hash, id, _time);
        AuditTrail.Add(context, actor, AuditActs.DnsAccountAdd, TargetOf(row));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ViewOf(row);
    }

    /// <summary>Forgets an account at a DNS provider with its credentials. Refused: <c>dns-account-not-found</c>.</summary>
    public async Task<Outcome<Done>> RemoveAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await context.DnsAccounts.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } account)
        {
            return Problem.NotFound("dns-account", id.ToString());
        }

        context.DnsAccounts.Remove(account);
        AuditTrail.Add(context, actor, AuditActs.DnsAccountRemove, TargetOf(account));
        await context.SaveChangesAsync(cancellationToken);
        return default(Done);
    }

    private static AuditTarget TargetOf(DnsAccount account) =>
        new("authority", account.Id, $"{account.Provider}: {string.Join(", ", account.Zones.Take(3))}");

    private static DnsAccountView ViewOf(DnsAccount row) => new(row.Id, row.Provider, row.Zones, row.CreatedAt);
}
