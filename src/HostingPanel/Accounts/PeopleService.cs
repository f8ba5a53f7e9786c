using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>A person as staff see them.</summary>
/// <param name="Id">Their account's identity.</param>
/// <param name="Name">Their name.</param>
/// <param name="Email">Their address.</param>
/// <param name="Role">What they are among the staff; null when they only belong to organisations.</param>
/// <param name="Organisations">The names of the organisations that they belong to.</param>
/// <param name="SuspendedAt">Since when they may do nothing.</param>
/// <param name="HasSecondFactor">True when they have one.</param>
/// <param name="LastSeenAt">When they were here last; null for never.</param>
/// <param name="Sessions">In how many browsers they are signed in.</param>
public sealed record PersonView(
    Guid Id,
    string Name,
    string Email,
    StaffRole? Role,
    IReadOnlyList<string> Organisations,
    DateTimeOffset? SuspendedAt,
    bool HasSecondFactor,
    DateTimeOffset? LastSeenAt,
    int Sessions
);

/// <summary>What administrators do with accounts.</summary>
public sealed class PeopleService(IDbContextFactory<PanelDbContext> contexts, Outbox outbox, TimeProvider time)
{
    /// <summary>Everybody who has an account: the staff first, then by name.</summary>
    public async Task<Outcome<IReadOnlyList<PersonView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadPeople) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var live = SessionService.Live(context, time.GetUtcNow());
        return await context
            .Accounts.AsNoTracking()
            .OrderBy(account => account.Role == null)
            .ThenBy(account => account.Name)
            .Select(account => new PersonView(
                account.Id,
                account.Name,
                account.Email,
                account.Role,
                (
                    from membership in context.Memberships
                    join organisation in context.Organisations on membership.OrganisationId equals organisation.Id
                    where membership.AccountId == account.Id
                    orderby organisation.Name
                    select organisation.Name
                ).ToList(),
                account.SuspendedAt,
                context.OneTimeCodes.Any(code => code.AccountId == account.Id)
                    || context.Passkeys.Any(passkey => passkey.AccountId == account.Id),
                context.Sessions.Where(session => session.AccountId == account.Id).Max(session => (DateTimeOffset?)session.LastSeenAt),
                live.Count(session => session.AccountId == account.Id)
            ))
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Makes somebody one of the staff, gives them another role there, or takes it away (null). Their sessions end. Refused:
    /// <c>person-not-found</c>, <c>last-administrator</c>, <c>proof-needed</c>, <c>invalid-request</c>.
    /// </summary>
    public Task<Outcome<Done>> SetRoleAsync(Actor actor, Guid id, StaffRole? role, CancellationToken cancellationToken) =>
        role is { } wanted && !Enum.IsDefined(wanted)
            ? Task.FromResult<Outcome<Done>>(Problem.Invalid("role", "There is no such role. There are: administrator, operator, auditor."))
            : ChangeAsync(
                actor,
                id,
                role == StaffRole.Administrator,
                async (context, account, now) =>
                {
                    account.Role = role;
                    AuditTrail.Add(
                        context,
                        actor,
                        AuditActs.PersonRole,
                        AccountReading.TargetOf(account),
                        $"To {role?.ToString() ?? "no role"}"
                    );
                    await VoidAsync(context, account, now, cancellationToken);
                },
                cancellationToken
            );

    /// <summary>Takes all power away until it is given back. Refused: <c>person-not-found</c>, <c>last-administrator</c>, <c>proof-needed</c>.</summary>
    public Task<Outcome<Done>> SuspendAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            id,
            staysAdministrator: false,
            async (context, account, now) =>
            {
                account.SuspendedAt ??= now;
                AuditTrail.Add(context, actor, AuditActs.PersonSuspend, AccountReading.TargetOf(account));
                await VoidAsync(context, account, now, cancellationToken);
                await WithdrawInvitationsAsync(context, account.Id, now, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>Gives it back. Refused: <c>person-not-found</c>, <c>proof-needed</c>.</summary>
    public Task<Outcome<Done>> ResumeAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            id,
            staysAdministrator: true,
            (context, account, _) =>
            {
                account.SuspendedAt = null;
                AuditTrail.Add(context, actor, AuditActs.PersonResume, AccountReading.TargetOf(account));
                return Task.CompletedTask;
            },
            cancellationToken
        );

    /// <summary>
    /// Removes an account with its factors and memberships; what they did stays in the audit. Refused: <c>person-not-found</c>,
    /// <c>last-administrator</c>, <c>last-owner</c>, <c>proof-needed</c>.
    /// </summary>
    public Task<Outcome<Done>> RemoveAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            id,
            staysAdministrator: false,
            async (context, account, now) =>
            {
                AuditTrail.Add(context, actor, AuditActs.PersonRemove, AccountReading.TargetOf(account));
                await WithdrawInvitationsAsync(context, account.Id, now, cancellationToken);
                context.Accounts.Remove(account);
            },
            cancellationToken,
            isRemoved: true
        );

    /// <summary>Ends all sessions of somebody; gives how many there were. Refused: <c>person-not-found</c>, <c>proof-needed</c>.</summary>
    public Task<Outcome<Done>> EndSessionsAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            id,
            staysAdministrator: true,
            async (context, account, now) =>
            {
                await SessionService.EndAllAsync(context, account.Id, actor.SessionId, now, cancellationToken);
                AuditTrail.Add(context, actor, AuditActs.SessionEndAll, AccountReading.TargetOf(account), "By an administrator");
            },
            cancellationToken
        );

    /// <summary>
    /// Takes all second factors of somebody away who has lost them; the next sign-in sets one up. They are told by mail. Refused:
    /// <c>person-not-found</c>, <c>own-factors</c>, <c>proof-needed</c>.
    /// </summary>
    public Task<Outcome<Done>> ResetFactorsAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        actor.Kind == ActorKind.Person && actor.Id == id
            ? Task.FromResult<Outcome<Done>>(
                new Problem(ProblemKind.Conflict, "own-factors", "Change your own factors on the page of your account.")
            )
            : ChangeAsync(
                actor,
                id,
                staysAdministrator: true,
                async (context, account, now) =>
                {
                    await FactorChecks.RemoveAllAsync(context, id, cancellationToken);
                    AuditTrail.Add(context, actor, AuditActs.PersonResetFactors, AccountReading.TargetOf(account));
                    await outbox.AddAsync(
                        context,
                        MailTexts.Changed(
                            account.Email,
                            outbox.PanelName,
                            "The second factors were taken away by an administrator",
                            actor,
                            now
                        ),
                        cancellationToken
                    );
                    await VoidAsync(context, account, now, cancellationToken);
                },
                cancellationToken
            );

    private async Task<Outcome<Done>> ChangeAsync(
        Actor actor,
        Guid id,
        bool staysAdministrator,
        Func<PanelDbContext, Account, DateTimeOffset, Task> change,
        CancellationToken cancellationToken,
        bool isRemoved = false
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManagePeople) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // Of two who each take the other's role away one waits here, and then finds that theirs is gone, or the other's.
        await AccountLock.TakeAdministratorsAsync(context, cancellationToken);
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.Id == id, cancellationToken);
        if (account is null)
        {
            return Problem.NotFound("person", id.ToString());
        }

        if (actor.Kind == ActorKind.Person && !await IsAdministratorAsync(context, actor.Id, cancellationToken))
        {
            // Was one when they asked, and is none since.
            return new Problem(ProblemKind.Forbidden, "not-permitted", $"{actor.Name} may not do this any more.");
        }

        var isLast =
            !staysAdministrator
            && account is { Role: StaffRole.Administrator, SuspendedAt: null }
            && !await context.Accounts.AnyAsync(
                other => other.Id != id && other.Role == StaffRole.Administrator && other.SuspendedAt == null,
                cancellationToken
            );
        if (isLast)
        {
            return new Problem(
                ProblemKind.Conflict,
                "last-administrator",
                $"{account.Name} is the last administrator: nobody could administer the panel any more. Make somebody else one first."
            );
        }

        if (isRemoved && await OwnedAloneAsync(context, id, cancellationToken) is { } organisation)
        {
            return new Problem(
                ProblemKind.Conflict,
                "last-owner",
                $"{account.Name} is the last owner of {organisation}. Make somebody else its owner first."
            );
        }

        await change(context, account, time.GetStoredNow());
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    private static Task<bool> IsAdministratorAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken) =>
        context.Accounts.AnyAsync(
            account => account.Id == id && account.Role == StaffRole.Administrator && account.SuspendedAt == null,
            cancellationToken
        );

    /// <summary>The name of an organisation whose last owner somebody is; null when there is none.</summary>
    private static async Task<string?> OwnedAloneAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken)
    {
        var owned = await (
            from membership in context.Memberships
            join organisation in context.Organisations on membership.OrganisationId equals organisation.Id
            where membership.AccountId == id && membership.Role == OrganisationRole.Owner
            orderby organisation.Id
            select new { organisation.Id, organisation.Name }
        ).ToListAsync(cancellationToken);
        foreach (var organisation in owned)
        {
            if (await Memberships.IsLastOwnerAsync(context, id, organisation.Id, cancellationToken))
            {
                return organisation.Name;
            }
        }

        return null;
    }

    /// <summary>Another stamp: every session and every sign-in that is half done ends.</summary>
    private static async Task VoidAsync(PanelDbContext context, Account account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        account.SecurityStamp = Session.NewId();
        await SessionService.EndAllAsync(context, account.Id, but: null, now, cancellationToken);
    }

    /// <summary>What somebody has invited others to who is no longer trusted with it.</summary>
    private static Task WithdrawInvitationsAsync(
        PanelDbContext context,
        Guid id,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        context
            .Invitations.Where(invitation =>
                invitation.InvitedById == id && invitation.AcceptedAt == null && invitation.WithdrawnAt == null
            )
            .ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.WithdrawnAt, now), cancellationToken);
}
