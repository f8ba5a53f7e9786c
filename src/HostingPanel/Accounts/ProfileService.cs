using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>One's own account as it is shown.</summary>
/// <param name="Email">The address.</param>
/// <param name="Name">The name.</param>
/// <param name="IsEmailConfirmed">True when somebody has opened a link that was mailed there.</param>
/// <param name="PasswordChangedAt">Since when the password is what it is.</param>
/// <param name="CreatedAt">Since when there is the account.</param>
public sealed record ProfileView(
    string Email,
    string Name,
    bool IsEmailConfirmed,
    DateTimeOffset PasswordChangedAt,
    DateTimeOffset CreatedAt
);

/// <summary>One's own name and address.</summary>
public sealed class ProfileService(IDbContextFactory<PanelDbContext> contexts, Outbox outbox, TimeProvider time)
{
    private static readonly Problem LinkInvalid = new(
        ProblemKind.NotFound,
        "confirm-link-invalid",
        "This link was used, has expired or was replaced by a newer one. Ask for a new one on the page of your account."
    );

    /// <summary>One's own account. Refused: <c>account-not-found</c> for who has none.</summary>
    public async Task<Outcome<ProfileView>> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context.Accounts.AsNoTracking().SingleOrDefaultAsync(known => known.Id == actor.Id, cancellationToken);
        return account is null
            ? Problem.NotFound("account", actor.Name)
            : new ProfileView(
                account.Email,
                account.Name,
                account.EmailConfirmedAt is not null,
                account.PasswordChangedAt,
                account.CreatedAt
            );
    }

    /// <summary>Changes one's name. Refused: <c>invalid-request</c>.</summary>
    public async Task<Outcome<Done>> RenameAsync(Actor actor, string? name, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        if (SiteRules.TextFault(name, "Your name", 120) is { } fault)
        {
            return Problem.Invalid("name", fault);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.Id == actor.Id, cancellationToken);
        if (account is null)
        {
            return Problem.NotFound("account", actor.Name);
        }

        account.Name = name!.Trim();
        AuditTrail.Add(context, actor, AuditActs.AccountRename, AccountReading.TargetOf(account));
        await context.SaveChangesAsync(cancellationToken);
        return new Done();
    }

    /// <summary>
    /// Mails a link to an address that is to be one's own. The answer says nothing about whether somebody else has it: whoever has the
    /// mailbox is told. Refused: <c>invalid-request</c>, <c>proof-needed</c>.
    /// </summary>
    public async Task<Outcome<Done>> RequestEmailAsync(Actor actor, string? email, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        if (SiteRules.EmailFault(email) is { } fault)
        {
            return Problem.Invalid("email", fault);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        var secret = await MailedLinks.MakeAsync(
            context,
            MailedLinkKind.ConfirmEmail,
            actor.Id,
            email!,
            MailedLink.ConfirmLife,
            time,
            cancellationToken
        );
        AuditTrail.Add(context, actor, AuditActs.EmailRequest, new AuditTarget("account", actor.Id, actor.Name));
        var link = outbox.Address($"/account/confirm-email?link={secret}");
        await outbox.AddAsync(
            context,
            MailTexts.ConfirmEmail(email!, outbox.PanelName, link, time.GetUtcNow() + MailedLink.ConfirmLife),
            cancellationToken
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>
    /// Takes an address into use by the link that was mailed there. Refused: <c>confirm-link-invalid</c>, <c>email-taken</c>.
    /// </summary>
    /// <returns>The address.</returns>
    public async Task<Outcome<string>> ConfirmEmailAsync(Actor visitor, string? secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetStoredNow();
        if (
            await MailedLinks.FindAsync(context, MailedLinkKind.ConfirmEmail, secret, now, cancellationToken) is not { } link
            || !await MailedLinks.TakeAsync(context, link.Id, now, cancellationToken)
        )
        {
            return AccountReading.Refuse(visitor, AuditActs.EmailConfirm, LinkInvalid);
        }

        var account = await context.Accounts.SingleAsync(known => known.Id == link.AccountId, cancellationToken);
        var before = account.Email;
        (account.Email, account.NormalizedEmail) = (link.Email, AccountReading.Normalize(link.Email));
        account.EmailConfirmedAt = now;
        AuditTrail.Add(context, AccountReading.As(visitor, account), AuditActs.EmailConfirm, AccountReading.TargetOf(account));
        if (before != link.Email)
        {
            // A link that was mailed to the address of before must not lead in any more, and whoever reads there is told.
            await MailedLinks.EndAsync(context, account.Id, MailedLinkKind.ResetPassword, now, cancellationToken);
            await outbox.AddAsync(
                context,
                MailTexts.Changed(before, outbox.PanelName, "The e-mail address was changed", visitor, now),
                cancellationToken
            );
        }

        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
        {
            return new Problem(
                ProblemKind.Conflict,
                "email-taken",
                "Another account has this address already. Each account has one of its own."
            );
        }

        return link.Email;
    }
}
