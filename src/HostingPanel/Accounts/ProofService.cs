using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Lets who is signed in prove again that it is they, as <see cref="FreshProof"/> asks for.</summary>
public sealed class ProofService(IDbContextFactory<PanelDbContext> contexts, IWebSecrets secrets, TimeProvider time)
{
    /// <summary>True when the actor has proved lately who they are, so that dangerous acts are open to them.</summary>
    public async Task<bool> IsProvedAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FreshProof.CheckAsync(context, actor, time, cancellationToken) is null;
    }

    /// <summary>
    /// Who is signed in proves again that it is they: by the password, and by a code where there is an authenticator app. Refused:
    /// <c>proof-refused</c>, with the same words whichever was wrong.
    /// </summary>
    public async Task<Outcome<Done>> ProveAsync(
        Actor actor,
        string? password,
        string? code,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        var refused = new Problem(
            ProblemKind.Forbidden,
            "proof-refused",
            "This is not right: the password, or the code, which counts once. Wait for the next code and try again."
        );
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.Id == actor.Id, cancellationToken);
        if (account is null || password is null or { Length: > PasswordRules.MaxLength })
        {
            return AccountReading.Refuse(actor, AuditActs.Prove, refused, account);
        }

        var now = time.GetStoredNow();
        var place = await SignInGate.PlaceOfAsync(context, account.Id, visit, cancellationToken);
        var may = await SignInGate.TryEnterAsync(context, account.Id, place, now, cancellationToken);
        var matches = AccountReading.IsPassword(account.PasswordHash, password);
        var needsCode = await FactorChecks.HasAnyAsync(context, account.Id, cancellationToken);
        if (
            !may
            || !matches
            || (needsCode && await FactorChecks.TakeAnyAsync(context, secrets, account.Id, code, now, cancellationToken) is null)
        )
        {
            return AccountReading.Refuse(actor, AuditActs.Prove, refused, account);
        }

        await ProvedAsync(context, actor, account, visit, now, cancellationToken);
        return new Done();
    }

    /// <summary>The same by a passkey that was verified by the web. Refused: <c>passkey-refused</c>.</summary>
    public async Task<Outcome<Done>> ProveByPasskeyAsync(Actor actor, PasskeyProof proof, Visit visit, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.Id == actor.Id, cancellationToken);
        var now = time.GetStoredNow();
        if (account is null || proof.AccountId != account.Id || !await PasskeyService.TakeAsync(context, proof, now, cancellationToken))
        {
            return AccountReading.Refuse(actor, AuditActs.Prove, PasskeyService.Refused, account);
        }

        await ProvedAsync(context, actor, account, visit, now, cancellationToken);
        return new Done();
    }

    private static async Task ProvedAsync(
        PanelDbContext context,
        Actor actor,
        Account account,
        Visit visit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await SignInGate.LetInAsync(context, account.Id, visit, now, cancellationToken);
        await context
            .Sessions.Where(session => session.Id == actor.SessionId && session.AccountId == account.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.ProvedAt, now), cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.Prove, AccountReading.TargetOf(account));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
