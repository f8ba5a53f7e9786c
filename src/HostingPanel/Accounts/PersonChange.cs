using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>A change that an administrator makes to an account: with a fresh proof, and so that somebody always stays who administers.</summary>
internal sealed class PersonChange(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>Makes it. Refused: <c>person-not-found</c>, <c>last-administrator</c>, <c>last-owner</c>, <c>proof-needed</c>.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="id">Whose account.</param>
    /// <param name="staysAdministrator">True when an administrator is one afterwards, too.</param>
    /// <param name="isRemoved">True when the account is gone afterwards.</param>
    /// <param name="change">Changes the account; it is saved then.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<Done>> MakeAsync(
        Actor actor,
        Guid id,
        bool staysAdministrator,
        bool isRemoved,
        Func<PanelDbContext, Account, DateTimeOffset, Task> change,
        CancellationToken cancellationToken
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
}
