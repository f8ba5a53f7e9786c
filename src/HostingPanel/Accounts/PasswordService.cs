using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Changes passwords, by those who know them and by those who have forgotten them.</summary>
public sealed class PasswordService(IDbContextFactory<PanelDbContext> contexts, ResetRequests requests, Outbox outbox, TimeProvider time)
{
    private static readonly Problem LinkInvalid = new(
        ProblemKind.NotFound,
        "reset-link-invalid",
        "This link was used, has expired or was replaced by a newer one. Ask for a new one."
    );

    /// <summary>
    /// Changes one's own password. Every session ends, this one too; another begins in its place. Refused: <c>invalid-request</c>,
    /// <c>proof-needed</c>.
    /// </summary>
    public async Task<Outcome<StartedSession>> ChangeAsync(Actor actor, string? password, Visit visit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await OwnAccount.CheckProvedAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        var account = await context.Accounts.SingleAsync(known => known.Id == actor.Id, cancellationToken);
        if (FaultOf(account, password) is { } fault)
        {
            return Problem.Invalid("password", fault);
        }

        var now = time.GetStoredNow();
        var factor = await context
            .Sessions.Where(session => session.Id == actor.SessionId)
            .Select(session => session.Factor)
            .SingleAsync(cancellationToken);
        await SetAsync(context, account, password!, now, cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.PasswordChange, AccountReading.TargetOf(account));
        await outbox.AddAsync(
            context,
            MailTexts.Changed(account.Email, outbox.PanelName, "The password was changed", actor, now),
            cancellationToken
        );
        var session = await SessionService.BeginAsync(context, account, actor, visit, factor, now, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    /// <summary>
    /// Has a link mailed to who has forgotten their password. Says nothing about whether there is such an account, and does the same work:
    /// looking for it comes later, when nobody waits.
    /// </summary>
    public void RequestReset(Actor visitor, string? email) => requests.Add(visitor, email);

    /// <summary>True when the link from the mail is good.</summary>
    public async Task<bool> IsLinkGoodAsync(string? secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await MailedLinks.FindAsync(context, MailedLinkKind.ResetPassword, secret, time.GetUtcNow(), cancellationToken) is not null;
    }

    /// <summary>
    /// Chooses a new password by a mailed link. Nobody is signed in by it, and no other factor is touched: signing in comes next, with all
    /// that it asks for. Every session ends. Refused: <c>reset-link-invalid</c>, <c>invalid-request</c>.
    /// </summary>
    /// <returns>What the browser is to keep: whoever has the mailbox is not kept waiting for the guesses of others.</returns>
    public async Task<Outcome<string>> ResetAsync(
        Actor visitor,
        string? secret,
        string? password,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetStoredNow();
        if (await MailedLinks.FindAsync(context, MailedLinkKind.ResetPassword, secret, now, cancellationToken) is not { } link)
        {
            return AccountReading.Refuse(visitor, AuditActs.PasswordReset, LinkInvalid);
        }

        await AccountLock.TakeAsync(context, link.AccountId, cancellationToken);
        var account = await context.Accounts.SingleAsync(known => known.Id == link.AccountId, cancellationToken);
        if (FaultOf(account, password) is { } fault)
        {
            // The link is still good: what was wrong was the password.
            return Problem.Invalid("password", fault);
        }

        if (!await MailedLinks.TakeAsync(context, link.Id, now, cancellationToken))
        {
            return AccountReading.Refuse(visitor, AuditActs.PasswordReset, LinkInvalid, account);
        }

        await SetAsync(context, account, password!, now, cancellationToken);
        if (link.Email == account.Email)
        {
            account.EmailConfirmedAt ??= now;
        }

        // A browser that others have been in is no proof of anything, but this one comes from the mailbox.
        var key = await SignInGate.RememberAsync(context, account.Id, key: null, now, cancellationToken);
        AuditTrail.Add(
            context,
            AccountReading.As(visitor, account),
            AuditActs.PasswordReset,
            AccountReading.TargetOf(account),
            visit.Browser
        );
        await outbox.AddAsync(
            context,
            MailTexts.Changed(account.Email, outbox.PanelName, "The password was changed by a link from a mail", visitor, now),
            cancellationToken
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return key;
    }

    /// <summary>Why it is no good password for somebody, or null.</summary>
    internal static string? FaultOf(Account account, string? password) =>
        PasswordRules.Fault(password, account.Email, account.Name)
        ?? (
            AccountReading.IsPassword(account.PasswordHash, password!)
                ? "This is the password that you have already. Choose another one."
                : null
        );

    /// <summary>A new password ends every session, every link to choose one, and every browser's credit.</summary>
    internal static async Task SetAsync(
        PanelDbContext context,
        Account account,
        string password,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        account.PasswordHash = AccountReading.Hasher.HashPassword(null!, password);
        account.PasswordChangedAt = now;
        account.SecurityStamp = Session.NewId();
        await SessionService.EndAllAsync(context, account.Id, but: null, now, cancellationToken);
        await MailedLinks.EndAsync(context, account.Id, MailedLinkKind.ResetPassword, now, cancellationToken);
        await context.KnownBrowsers.Where(browser => browser.AccountId == account.Id).ExecuteDeleteAsync(cancellationToken);
    }
}
