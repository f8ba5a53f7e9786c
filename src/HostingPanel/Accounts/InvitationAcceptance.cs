using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Takes invitations on: each once, by the one whom it went to.</summary>
public sealed class InvitationAcceptance(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    private static readonly Problem Invalid = new(
        ProblemKind.NotFound,
        "invitation-invalid",
        "This invitation was taken on already, has expired, was withdrawn or was sent again with another link. Ask whoever has invited you."
    );

    /// <summary>What a link invites to. Refused: <c>invitation-invalid</c>.</summary>
    public async Task<Outcome<OpenInvitation>> FindAsync(string? secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindAsync(context, secret, cancellationToken) is { } invitation
            ? new OpenInvitation(
                invitation.Email,
                await InvitationService.WordsAsync(context, invitation, cancellationToken),
                invitation.InvitedByName,
                await context.Accounts.AnyAsync(account => account.NormalizedEmail == invitation.NormalizedEmail, cancellationToken)
            )
            : Invalid;
    }

    /// <summary>
    /// Takes one on with the account that one is signed in to. All its sessions end: one of the staff signs in anew afterwards, with a second
    /// factor; others go on in another session. Refused: <c>invitation-invalid</c>, <c>invitation-for-another</c>.
    /// </summary>
    /// <returns>The session that takes the place of the one that asks; null for one of the staff.</returns>
    public async Task<Outcome<StartedSession?>> AcceptAsync(Actor actor, string? secret, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await FindAsync(context, secret, cancellationToken) is not { } invitation)
        {
            return AccountReading.Refuse(actor, AuditActs.InvitationAccept, Invalid);
        }

        var account = await context.Accounts.SingleOrDefaultAsync(known => known.Id == actor.Id, cancellationToken);
        if (account?.NormalizedEmail != invitation.NormalizedEmail)
        {
            return new Problem(
                ProblemKind.Forbidden,
                "invitation-for-another",
                $"This invitation went to {invitation.Email}, and you are signed in with another address. Sign out, and sign in with that one."
            );
        }

        var now = time.GetStoredNow();
        if (!await TakeAsync(context, invitation.Id, now, cancellationToken))
        {
            return Invalid;
        }

        await GrantAsync(context, actor, account, invitation, now, cancellationToken);
        var renewed = invitation.StaffRole is null
            ? await SessionService.RenewAsync(context, account, actor, now, cancellationToken)
            : null;
        await SessionService.EndAllAsync(context, account.Id, renewed?.SessionId, now, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return renewed;
    }

    /// <summary>
    /// Takes one on by making the account of its address. Refused: <c>invitation-invalid</c>, <c>invalid-request</c>, <c>sign-in-first</c>.
    /// </summary>
    /// <returns>What comes next: a session, or the second factor that must be set up.</returns>
    public async Task<Outcome<SignInStep>> AcceptAsNewAsync(
        Actor visitor,
        string? secret,
        string? name,
        string? password,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await FindAsync(context, secret, cancellationToken) is not { } invitation)
        {
            return AccountReading.Refuse(visitor, AuditActs.InvitationAccept, Invalid);
        }

        var errors = new FieldErrors();
        errors.Add("name", SiteRules.TextFault(name, "Your name", 120));
        errors.Add("password", PasswordRules.Fault(password, invitation.Email, name));
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        var now = time.GetStoredNow();
        if (!await TakeAsync(context, invitation.Id, now, cancellationToken))
        {
            return Invalid;
        }

        var account = new Account
        {
            Id = Ids.New(time),
            Email = invitation.Email,
            NormalizedEmail = invitation.NormalizedEmail,
            Name = name!.Trim(),
            PasswordHash = AccountReading.Hasher.HashPassword(null!, password!),
            PasswordChangedAt = now,
            Role = null,
            SecurityStamp = Session.NewId(),
            // The link was in that mailbox.
            EmailConfirmedAt = now,
            CreatedAt = now,
        };
        context.Accounts.Add(account);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
        {
            return new Problem(
                ProblemKind.Conflict,
                "sign-in-first",
                $"{invitation.Email} has an account already. Sign in, and open the link again."
            );
        }

        var actor = AccountReading.As(visitor, account);
        AuditTrail.Add(context, actor, AuditActs.AccountCreate, AccountReading.TargetOf(account), "By invitation");
        await GrantAsync(context, actor, account, invitation, now, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        SignInStep step;
        if (await SecondFactor.IsRequiredAsync(context, account.Id, account.Role, cancellationToken))
        {
            step = new SignInStep(NextFactor.SetUp, SignInService.HalfOf(account), null);
        }
        else
        {
            var session = await SignInService.EnterAsync(context, account, visitor, visit, SignInFactor.Password, now, cancellationToken);
            step = new SignInStep(NextFactor.None, null, session);
        }

        await transaction.CommitAsync(cancellationToken);
        return step;
    }

    private async Task<Invitation?> FindAsync(PanelDbContext context, string? secret, CancellationToken cancellationToken)
    {
        if (secret is not { Length: > 0 and < 200 })
        {
            return null;
        }

        var hash = LinkSecret.HashOf(secret);
        return await InvitationService
            .Open(context, time.GetUtcNow())
            .AsNoTracking()
            .SingleOrDefaultAsync(invitation => invitation.TokenHash == hash, cancellationToken);
    }

    /// <summary>The database decides who was first.</summary>
    private static async Task<bool> TakeAsync(PanelDbContext context, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await InvitationService
            .Open(context, now)
            .Where(invitation => invitation.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.AcceptedAt, now), cancellationToken) == 1;

    private async Task GrantAsync(
        PanelDbContext context,
        Actor actor,
        Account account,
        Invitation invitation,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        AuditTrail.Add(context, actor, AuditActs.InvitationAccept, InvitationService.TargetOf(invitation));
        if (invitation.SiteId is { } siteId)
        {
            var site = await context.Sites.SingleAsync(known => known.Id == siteId, cancellationToken);
            var until = now.AddDays(invitation.SiteAccessDays!.Value);
            await Memberships.GrantSiteAsync(context, actor, account.Id, account.Email, site, until, time, cancellationToken);
        }
        else if (invitation.OrganisationId is { } organisation)
        {
            await Memberships.GrantAsync(
                context,
                actor,
                account.Id,
                account.Email,
                organisation,
                invitation.OrganisationRole!.Value,
                time,
                cancellationToken
            );
        }
        else
        {
            account.Role = invitation.StaffRole;
            account.SecurityStamp = Session.NewId();
        }
    }
}
