using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Keeps sessions: who is signed in where, until when.</summary>
public sealed class SessionService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>The account behind a session as it is now, with its powers; null when the session is over or the account may do nothing.</summary>
    /// <param name="id">The session.</param>
    /// <param name="address">Where it is used, as the gateway gave it; null leaves what is known.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<AccountView?> FindAsync(Guid id, string? address, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetStoredNow();
        var session = await Live(context, now)
            .AsNoTracking()
            .Include(session => session.Account)
            .SingleOrDefaultAsync(session => session.Id == id, cancellationToken);
        if (session?.Account is not { } account)
        {
            return null;
        }

        if (
            session.Factor == SignInFactor.Password
            && await SecondFactor.IsRequiredAsync(context, account.Id, account.Role, cancellationToken)
        )
        {
            return null;
        }

        if (now - session.LastSeenAt > Session.SeenResolution)
        {
            await context
                .Sessions.Where(seen => seen.Id == id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(seen => seen.LastSeenAt, now).SetProperty(seen => seen.Address, seen => address ?? seen.Address),
                    cancellationToken
                );
        }

        return await AccountReading.WithPowersAsync(context, account, now, cancellationToken);
    }

    /// <summary>One's own sessions, the one used last first.</summary>
    public async Task<Outcome<IReadOnlyList<SessionView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var sessions = await Live(context, time.GetUtcNow())
            .AsNoTracking()
            .Where(session => session.AccountId == actor.Id)
            .OrderByDescending(session => session.LastSeenAt)
            .ToListAsync(cancellationToken);
        return sessions.ConvertAll(session => new SessionView(
            session.Id,
            session.Id == actor.SessionId,
            session.Browser,
            session.Address,
            session.Factor,
            session.CreatedAt,
            session.LastSeenAt
        ));
    }

    /// <summary>Ends one of one's own sessions.</summary>
    public async Task<Outcome<Done>> EndAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var session = await Live(context, time.GetUtcNow())
            .SingleOrDefaultAsync(session => session.Id == id && session.AccountId == actor.Id, cancellationToken);
        if (session is null)
        {
            return new Problem(ProblemKind.NotFound, "session-not-found", "This session is over already.");
        }

        session.EndedAt = time.GetStoredNow();
        AuditTrail.Add(context, actor, AuditActs.SessionEnd, TargetOf(actor), session.Browser);
        await context.SaveChangesAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Ends all of one's own sessions but the one that asks; gives how many.</summary>
    public async Task<Outcome<int>> EndOthersAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var ended = await EndAllAsync(context, actor.Id, actor.SessionId, time.GetStoredNow(), cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.SessionEndAll, TargetOf(actor), "All others");
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ended;
    }

    /// <summary>Ends the session that asks.</summary>
    public async Task SignOutAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetStoredNow();
        await context
            .Sessions.Where(session => session.Id == actor.SessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.SignOut, TargetOf(actor));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Sessions that are not over.</summary>
    internal static IQueryable<Session> Live(PanelDbContext context, DateTimeOffset now)
    {
        var (idle, whole) = (now - Session.IdleLife, now - Session.WholeLife);
        return context.Sessions.Where(session =>
            session.EndedAt == null
            && session.LastSeenAt > idle
            && session.CreatedAt > whole
            && session.Account!.SuspendedAt == null
            && session.Account.SecurityStamp == session.SecurityStamp
        );
    }

    /// <summary>Begins a session after a whole sign-in, and lets the browser be known; the caller saves, in a transaction.</summary>
    internal static async Task<StartedSession> BeginAsync(
        PanelDbContext context,
        Account account,
        Actor visitor,
        Visit visit,
        SignInFactor factor,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var key = await SignInGate.LetInAsync(context, account.Id, visit, now, cancellationToken);
        // Whatever session this browser had before is not this one.
        await context
            .Sessions.Where(session => session.Id == visitor.SessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
        var session = new Session
        {
            Id = Session.NewId(),
            AccountId = account.Id,
            SecurityStamp = account.SecurityStamp,
            CreatedAt = now,
            LastSeenAt = now,
            ProvedAt = now,
            Address = visitor.Address,
            Browser = visit.Browser,
            Factor = factor,
        };
        context.Sessions.Add(session);
        return new StartedSession(session.Id, AccountReading.View(account), key);
    }

    /// <summary>
    /// Another session in the place of the one that acts, because its powers have grown: whoever knew the old one knows nothing now. What it
    /// has proved, and how long it lives at most, stays as it was. The caller ends the old one, and saves.
    /// </summary>
    /// <returns>Null when the session that acts is over.</returns>
    internal static async Task<StartedSession?> RenewAsync(
        PanelDbContext context,
        Account account,
        Actor actor,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var old = await Live(context, now)
            .AsNoTracking()
            .SingleOrDefaultAsync(session => session.Id == actor.SessionId && session.AccountId == account.Id, cancellationToken);
        if (old is null)
        {
            return null;
        }

        var session = new Session
        {
            Id = Session.NewId(),
            AccountId = account.Id,
            SecurityStamp = old.SecurityStamp,
            CreatedAt = old.CreatedAt,
            LastSeenAt = now,
            ProvedAt = old.ProvedAt,
            Address = actor.Address,
            Browser = old.Browser,
            Factor = old.Factor,
        };
        context.Sessions.Add(session);
        return new StartedSession(session.Id, AccountReading.View(account), BrowserKey: null);
    }

    /// <summary>Ends an account's sessions; gives how many were not over.</summary>
    internal static Task<int> EndAllAsync(
        PanelDbContext context,
        Guid accountId,
        Guid? but,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        context
            .Sessions.Where(session => session.AccountId == accountId && session.Id != but && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);

    private static AuditTarget TargetOf(Actor actor) => new("account", actor.Id, actor.Name);
}
