using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Invites people, and takes invitations back. Taking one on is <see cref="InvitationAcceptance"/>'s.</summary>
public sealed class InvitationService(IDbContextFactory<PanelDbContext> contexts, Outbox outbox, TimeProvider time)
{
    /// <summary>
    /// Invites somebody; the link goes out by mail. Whether the address has an account elsewhere is not told. Refused:
    /// <c>invalid-request</c>, <c>proof-needed</c>, <c>already-belongs</c>, <c>already-invited</c>, <c>organisation-not-found</c>,
    /// <c>site-not-found</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    public async Task<Outcome<InvitationView>> InviteAsync(
        Actor actor,
        Invite command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await InvitationTarget.FindAsync(context, actor, command, cancellationToken)).TryGet(out var target, out var problem))
        {
            return problem;
        }

        var hash = Idempotency.HashOf("invite", command);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out problem))
        {
            return problem;
        }

        if (known is { } made)
        {
            var same = await context.Invitations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == made, cancellationToken);
            return same is null ? Idempotency.Gone("invitation") : View(same, target.ToWhat);
        }

        if ((InvitationTarget.FaultsOf(command) ?? await FreshProof.CheckAsync(context, actor, time, cancellationToken)) is { } fault)
        {
            return fault;
        }

        var (normalized, now) = (AccountReading.Normalize(command.Email!), time.GetStoredNow());
        // Of two invitations to one address one waits for the other.
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({normalized}, 1))", cancellationToken);
        if (await target.BelongsAsync(context, normalized, now, cancellationToken))
        {
            return new Problem(
                ProblemKind.Conflict,
                "already-belongs",
                $"{command.Email} belongs to {target.ToWhat} already. Change the role there instead."
            );
        }

        if (await Open(context, now).AnyAsync(target.Same(normalized), cancellationToken))
        {
            return new Problem(
                ProblemKind.Conflict,
                "already-invited",
                $"{command.Email} is invited already, and has not answered. Send that invitation again, or withdraw it first."
            );
        }

        var secret = LinkSecret.New();
        var invitation = new Invitation
        {
            Id = Ids.New(time),
            Email = command.Email!.Trim(),
            NormalizedEmail = normalized,
            TokenHash = LinkSecret.HashOf(secret),
            StaffRole = command.StaffRole,
            OrganisationId = target.OrganisationId,
            OrganisationRole = command.OrganisationRole,
            SiteId = target.SiteId,
            SiteAccessDays = command.SiteAccessDays,
            InvitedById = actor.Id,
            InvitedByName = actor.Name,
            CreatedAt = now,
            ExpiresAt = now + Invitation.Life,
        };
        context.Invitations.Add(invitation);
        Idempotency.Remember(context, actor, idempotencyKey, hash, invitation.Id, time);
        AuditTrail.Add(context, actor, AuditActs.InvitationMake, TargetOf(invitation), target.ToWhat);
        await outbox.AddAsync(context, LetterOf(invitation, target.ToWhat, secret), cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return View(invitation, target.ToWhat);
    }

    /// <summary>Invitations that nobody has answered yet: to the staff, or to an organisation and its sites.</summary>
    public async Task<Outcome<IReadOnlyList<InvitationView>>> ListAsync(
        Actor actor,
        string? organisation,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (organisation is null)
        {
            if (AccessPolicy.Check(actor, Permission.ReadPeople) is { } problem)
            {
                return problem;
            }

            return await ViewsAsync(context, Open(context, now).Where(invitation => invitation.StaffRole != null), cancellationToken);
        }

        if (AccessPolicy.CheckSeen(actor, Permission.ReadMembers) is { } forbidden)
        {
            return forbidden;
        }

        var found = await context.Organisations.AsNoTracking().SingleOrDefaultAsync(known => known.Slug == organisation, cancellationToken);
        if (found is null)
        {
            return Problem.NotFound("organisation", organisation);
        }

        if (AccessPolicy.Check(actor, Permission.ReadMembers, AccessScope.Of(found)) is { } refused)
        {
            return refused;
        }

        return await ViewsAsync(context, Open(context, now).Where(invitation => invitation.OrganisationId == found.Id), cancellationToken);
    }

    /// <summary>
    /// Sends one again, with another link and all its time; the link of before ends. Refused: <c>proof-needed</c>,
    /// <c>invitation-not-found</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    public async Task<Outcome<InvitationView>> ResendAsync(
        Actor actor,
        Guid id,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await FindAsync(context, actor, id, cancellationToken)).TryGet(out var invitation, out var problem))
        {
            return problem;
        }

        var hash = Idempotency.HashOf("resend-invitation", id);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out problem))
        {
            return problem;
        }

        var toWhat = await WordsAsync(context, invitation, cancellationToken);
        if (known is null)
        {
            var secret = LinkSecret.New();
            (invitation.TokenHash, invitation.ExpiresAt) = (LinkSecret.HashOf(secret), time.GetStoredNow() + Invitation.Life);
            Idempotency.Remember(context, actor, idempotencyKey, hash, id, time);
            AuditTrail.Add(context, actor, AuditActs.InvitationResend, TargetOf(invitation), toWhat);
            await outbox.AddAsync(context, LetterOf(invitation, toWhat, secret), cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return View(invitation, toWhat);
    }

    /// <summary>Takes one back. Refused: <c>proof-needed</c>, <c>invitation-not-found</c>.</summary>
    public async Task<Outcome<Done>> WithdrawAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await FindAsync(context, actor, id, cancellationToken)).TryGet(out var invitation, out var problem))
        {
            return problem;
        }

        invitation.WithdrawnAt = time.GetStoredNow();
        AuditTrail.Add(context, actor, AuditActs.InvitationWithdraw, TargetOf(invitation));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Those that can be taken on.</summary>
    internal static IQueryable<Invitation> Open(PanelDbContext context, DateTimeOffset now) =>
        context.Invitations.Where(invitation =>
            invitation.AcceptedAt == null && invitation.WithdrawnAt == null && invitation.ExpiresAt > now
        );

    /// <summary>To what, in words.</summary>
    internal static async Task<string> WordsAsync(PanelDbContext context, Invitation invitation, CancellationToken cancellationToken)
    {
        if (invitation.SiteId is { } site)
        {
            var title = await context.Sites.Where(known => known.Id == site).Select(known => known.Title).SingleAsync(cancellationToken);
            return $"the site “{title}” for {invitation.SiteAccessDays} days";
        }

        if (invitation.OrganisationId is { } organisation)
        {
            var name = await context
                .Organisations.Where(known => known.Id == organisation)
                .Select(known => known.Name)
                .SingleAsync(cancellationToken);
            return $"“{name}” as {InvitationTarget.Word(invitation.OrganisationRole!.Value.ToString())}";
        }

        return $"the staff as {InvitationTarget.Word(invitation.StaffRole!.Value.ToString())}";
    }

    internal static AuditTarget TargetOf(Invitation invitation) =>
        new("invitation", invitation.Id, invitation.Email) { OrganisationId = invitation.OrganisationId, SiteId = invitation.SiteId };

    /// <summary>One that nobody has answered, locked, where the actor may change it.</summary>
    private async Task<Outcome<Invitation>> FindAsync(PanelDbContext context, Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var seesPeople = !AccessPolicy.ReachOf(actor, Permission.ReadPeople).IsNowhere;
        if (!seesPeople && AccessPolicy.CheckSeen(actor, Permission.ManageMembers) is { } forbidden)
        {
            return forbidden;
        }

        var invitation = await context
            .Invitations.FromSql($"SELECT * FROM invitations WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        if (invitation is not { AcceptedAt: null, WithdrawnAt: null })
        {
            return Problem.NotFound("invitation", id.ToString());
        }

        var problem = invitation.OrganisationId is { } organisation
            ? AccessPolicy.Check(
                actor,
                Permission.ManageMembers,
                new AccessScope(organisation, invitation.SiteId, "invitation", id.ToString())
            )
            : AccessPolicy.Check(actor, Permission.ManagePeople);
        return (problem ?? await FreshProof.CheckAsync(context, actor, time, cancellationToken)) is { } refused ? refused : invitation;
    }

    private MailLetter LetterOf(Invitation invitation, string toWhat, string secret) =>
        MailTexts.Invitation(
            invitation.Email,
            outbox.PanelName,
            invitation.InvitedByName,
            toWhat,
            outbox.Address($"/invitation?link={secret}"),
            invitation.ExpiresAt
        );

    private static async Task<List<InvitationView>> ViewsAsync(
        PanelDbContext context,
        IQueryable<Invitation> invitations,
        CancellationToken cancellationToken
    )
    {
        var views = new List<InvitationView>();
        foreach (var invitation in await invitations.AsNoTracking().OrderBy(known => known.CreatedAt).ToListAsync(cancellationToken))
        {
            views.Add(View(invitation, await WordsAsync(context, invitation, cancellationToken)));
        }

        return views;
    }

    private static InvitationView View(Invitation invitation, string toWhat) =>
        new(invitation.Id, invitation.Email, toWhat, invitation.InvitedByName, invitation.CreatedAt, invitation.ExpiresAt);
}
