using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>A passkey as it is stored. The web checks what devices say; this is what it checks against.</summary>
/// <param name="CredentialId">What the device calls it.</param>
/// <param name="AccountId">Whose it is.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="PublicKey">In COSE's form.</param>
/// <param name="SignCount">The device's counter; 0 where it has none.</param>
/// <param name="Transports">How it is reached.</param>
/// <param name="IsBackupEligible">True when a service may keep it.</param>
/// <param name="IsBackedUp">True when one does.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record PasskeyRecord(
    byte[] CredentialId,
    Guid AccountId,
    string Name,
    byte[] PublicKey,
    uint SignCount,
    IReadOnlyList<string> Transports,
    bool IsBackupEligible,
    bool IsBackedUp,
    DateTimeOffset CreatedAt
);

/// <summary>That a device has answered a challenge with a passkey, as the web has verified it.</summary>
/// <param name="AccountId">Whose it is.</param>
/// <param name="CredentialId">The passkey.</param>
/// <param name="SignCount">The counter that came with the answer.</param>
/// <param name="IsBackedUp">Whether a service keeps it now.</param>
/// <param name="ChallengeId">The challenge: it can be answered once.</param>
/// <param name="ChallengeExpiresAt">When the challenge is refused for its age.</param>
public sealed record PasskeyProof(
    Guid AccountId,
    byte[] CredentialId,
    uint SignCount,
    bool IsBackedUp,
    Guid ChallengeId,
    DateTimeOffset ChallengeExpiresAt
);

/// <summary>Keeps passkeys.</summary>
public sealed class PasskeyService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    internal static readonly Problem Refused = new(
        ProblemKind.Forbidden,
        "passkey-refused",
        "This passkey could not be used: the panel does not know it, or the answer was not for this page. Load the page again and try once more."
    );

    /// <summary>The account's passkeys.</summary>
    public async Task<IReadOnlyList<PasskeyRecord>> OfAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.Passkeys.AsNoTracking().Where(key => key.AccountId == accountId).ToListAsync(cancellationToken);
        return [.. found.Select(Record)];
    }

    /// <summary>A passkey, whoever it belongs to.</summary>
    public async Task<PasskeyRecord?> FindAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.Passkeys.AsNoTracking().SingleOrDefaultAsync(key => key.CredentialId == credentialId, cancellationToken);
        return found is null ? null : Record(found);
    }

    /// <summary>Who an account is to a passkey: its name and address; null when there is none, or it is suspended.</summary>
    public async Task<AccountView?> FindOwnerAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context
            .Accounts.AsNoTracking()
            .SingleOrDefaultAsync(account => account.Id == accountId && account.SuspendedAt == null, cancellationToken);
        return account is null ? null : AccountReading.View(account);
    }

    /// <summary>
    /// Adds one to one's own account; where it is the first second factor, recovery codes come with it. Refused: <c>proof-needed</c>,
    /// <c>invalid-request</c>, <c>too-many-passkeys</c>, <c>passkey-exists</c>.
    /// </summary>
    /// <returns>Recovery codes, shown once; none where there are some already.</returns>
    public async Task<Outcome<RecoveryCodes>> AddAsync(
        Actor actor,
        PasskeyRecord passkey,
        Guid challengeId,
        DateTimeOffset challengeExpiresAt,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await OwnAccount.CheckProvedAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var added = await AddAsync(context, actor, passkey, challengeId, challengeExpiresAt, cancellationToken);
        if (added.Problem is null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return added;
    }

    /// <summary>Takes one away from one's own account. Refused: <c>proof-needed</c>, <c>passkey-not-found</c>, <c>second-factor-required</c>.</summary>
    public async Task<Outcome<Done>> RemoveAsync(Actor actor, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await OwnAccount.CheckProvedAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        var passkey = await context.Passkeys.SingleOrDefaultAsync(
            key => key.CredentialId == credentialId && key.AccountId == actor.Id,
            cancellationToken
        );
        if (passkey is null)
        {
            return new Problem(ProblemKind.NotFound, "passkey-not-found", "There is no such passkey any more.");
        }

        context.Passkeys.Remove(passkey);
        AuditTrail.Add(context, actor, AuditActs.PasskeyRemove, new AuditTarget("account", actor.Id, actor.Name), passkey.Name);
        await context.SaveChangesAsync(cancellationToken);
        if (await FactorService.MissingAsync(context, actor, cancellationToken) is { } missing)
        {
            return missing;
        }

        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Takes an answer that was verified; false when the challenge was answered before, or the passkey is gone. The caller saves.</summary>
    internal static async Task<bool> TakeAsync(
        PanelDbContext context,
        PasskeyProof proof,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!await TakeChallengeAsync(context, proof.ChallengeId, proof.ChallengeExpiresAt, now, cancellationToken))
        {
            return false;
        }

        // A counter only grows; a device without one always says 0.
        var (count, isBackedUp) = ((long)proof.SignCount, proof.IsBackedUp);
        return await context
                .Passkeys.Where(key =>
                    key.CredentialId == proof.CredentialId
                    && key.AccountId == proof.AccountId
                    && (key.SignCount < count || (key.SignCount == 0 && count == 0))
                )
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(key => key.SignCount, count)
                            .SetProperty(key => key.IsBackedUp, isBackedUp)
                            .SetProperty(key => key.LastUsedAt, now),
                    cancellationToken
                ) == 1;
    }

    internal async Task<Outcome<RecoveryCodes>> AddAsync(
        PanelDbContext context,
        Actor actor,
        PasskeyRecord passkey,
        Guid challengeId,
        DateTimeOffset challengeExpiresAt,
        CancellationToken cancellationToken
    )
    {
        if (SiteRules.TextFault(passkey.Name, "A name", Passkey.MaxNameLength) is { } fault)
        {
            return Problem.Invalid("name", fault);
        }

        var now = time.GetStoredNow();
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        if (passkey.AccountId != actor.Id || !await TakeChallengeAsync(context, challengeId, challengeExpiresAt, now, cancellationToken))
        {
            return Refused;
        }

        if (await context.Passkeys.CountAsync(key => key.AccountId == actor.Id, cancellationToken) >= Passkey.MaxOfAccount)
        {
            return new Problem(
                ProblemKind.LimitReached,
                "too-many-passkeys",
                $"An account has at most {Passkey.MaxOfAccount} passkeys. Remove one that you no longer use."
            );
        }

        if (await context.Passkeys.AnyAsync(key => key.CredentialId == passkey.CredentialId, cancellationToken))
        {
            return new Problem(ProblemKind.Conflict, "passkey-exists", "This passkey is known already.");
        }

        context.Passkeys.Add(
            new Passkey
            {
                CredentialId = passkey.CredentialId,
                AccountId = actor.Id,
                Name = passkey.Name.Trim(),
                PublicKey = passkey.PublicKey,
                SignCount = passkey.SignCount,
                Transports = [.. passkey.Transports],
                IsBackupEligible = passkey.IsBackupEligible,
                IsBackedUp = passkey.IsBackedUp,
                CreatedAt = now,
            }
        );
        var codes = await context.RecoveryCodes.AnyAsync(code => code.AccountId == actor.Id && code.UsedAt == null, cancellationToken)
            ? RecoveryCodes.None
            : await FactorChecks.NewRecoveryCodesAsync(context, actor.Id, now, cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.PasskeyAdd, new AuditTarget("account", actor.Id, actor.Name), passkey.Name.Trim());
        await context.SaveChangesAsync(cancellationToken);
        return codes;
    }

    /// <summary>The database decides who was first with an answer.</summary>
    private static async Task<bool> TakeChallengeAsync(
        PanelDbContext context,
        Guid id,
        DateTimeOffset expiresAt,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (expiresAt <= now)
        {
            return false;
        }

        await context.UsedChallenges.Where(used => used.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        return await context.Database.ExecuteSqlAsync(
                $"INSERT INTO used_challenges (id, expires_at) VALUES ({id}, {expiresAt}) ON CONFLICT DO NOTHING",
                cancellationToken
            ) == 1;
    }

    private static PasskeyRecord Record(Passkey key) =>
        new(
            key.CredentialId,
            key.AccountId,
            key.Name,
            key.PublicKey,
            (uint)key.SignCount,
            key.Transports,
            key.IsBackupEligible,
            key.IsBackedUp,
            key.CreatedAt
        );
}
