using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>
/// Before dangerous acts a person proves again who they are: whoever finds an open browser, or has stolen its cookie, can't do them. Scripts
/// and the server's own command line have no browser, and nothing to prove.
/// </summary>
internal static class FreshProof
{
    /// <summary>What the web recognises to send people to where they prove it.</summary>
    public const string Code = "proof-needed";

    /// <summary>Null when the actor's proof is fresh, the refusal otherwise.</summary>
    public static async Task<Problem?> CheckAsync(
        PanelDbContext context,
        Actor actor,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (actor.Kind != ActorKind.Person)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var since = now - Session.ProofLife;
        return await SessionService
            .Live(context, now)
            .AnyAsync(
                session => session.Id == actor.SessionId && session.AccountId == actor.Id && session.ProvedAt > since,
                cancellationToken
            )
            ? null
            : new Problem(
                ProblemKind.Forbidden,
                Code,
                "This needs a fresh proof that it is you: the last one is more than ten minutes old. Confirm, and do it again."
            );
    }
}
