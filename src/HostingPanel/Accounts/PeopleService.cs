using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

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
    public async Task<Outcome<Done>> SetRoleAsync(Actor actor, Guid id, StaffRole? role, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManagePeople) is { } forbidden)
        {
            return forbidden;
        }

        if (role is { } wanted && !Enum.IsDefined(wanted))
        {
            return Problem.Invalid("role", "There is no such role. There are: administrator, operator, auditor.");
        }

        return await ChangeAsync(
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
    }

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

    private Task<Outcome<Done>> ChangeAsync(
        Actor actor,
        Guid id,
        bool staysAdministrator,
        Func<PanelDbContext, Account, DateTimeOffset, Task> change,
        CancellationToken cancellationToken,
        bool isRemoved = false
    ) => new PersonChange(contexts, time).MakeAsync(actor, id, staysAdministrator, isRemoved, change, cancellationToken);

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
