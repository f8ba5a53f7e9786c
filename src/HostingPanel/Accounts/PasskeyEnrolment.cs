using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Lets somebody in whose password was right and who has no second factor yet, with a passkey that they make for it.</summary>
public sealed class PasskeyEnrolment(IDbContextFactory<PanelDbContext> contexts, PasskeyService passkeys, TimeProvider time)
{
    /// <summary>
    /// Adds the passkey and begins the session. Refused: <c>sign-in-expired</c>, <c>second-factor-exists</c>, <c>passkey-refused</c>,
    /// <c>passkey-exists</c>, <c>invalid-request</c>.
    /// </summary>
    /// <param name="visitor">Who comes.</param>
    /// <param name="half">Whose password was right.</param>
    /// <param name="passkey">What the device has made, as the web has verified it.</param>
    /// <param name="challengeId">The challenge that it answers: it can be answered once.</param>
    /// <param name="challengeExpiresAt">When that is refused for its age.</param>
    /// <param name="visit">The browser.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<EnrolledSession>> EnrolAsync(
        Actor visitor,
        HalfSignIn half,
        PasskeyRecord passkey,
        Guid challengeId,
        DateTimeOffset challengeExpiresAt,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await FactorService.WithoutFactorAsync(context, visitor, half, cancellationToken)).TryGet(out var account, out var problem))
        {
            return problem;
        }

        var owner = AccountReading.As(visitor, account);
        var added = await passkeys.AddAsync(context, owner, passkey, challengeId, challengeExpiresAt, cancellationToken);
        if (!added.TryGet(out var codes, out problem))
        {
            return problem;
        }

        var now = time.GetStoredNow();
        var session = await SignInService.EnterAsync(
            context,
            account,
            visitor,
            visit,
            SignInFactor.PasswordAndPasskey,
            now,
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
        return new EnrolledSession(session, codes);
    }
}
