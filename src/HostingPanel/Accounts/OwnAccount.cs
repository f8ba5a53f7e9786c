using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;

namespace HostingPanel.Accounts;

/// <summary>What people do with their own account, whatever they may do otherwise. A script has none.</summary>
internal static class OwnAccount
{
    /// <summary>Null for a person who is signed in, the refusal for all others.</summary>
    public static Problem? Check(Actor actor)
    {
        if (actor.Kind == ActorKind.Person)
        {
            return null;
        }

        actor.Refusals?.Add(actor, AuditActs.Access, "not-permitted", target: null, "own-account");
        return new Problem(ProblemKind.Forbidden, "not-permitted", $"{actor.Name} has no account of their own here.");
    }

    /// <summary>The same for what asks for a fresh proof that it is they: <c>proof-needed</c>.</summary>
    public static async Task<Problem?> CheckProvedAsync(
        PanelDbContext context,
        Actor actor,
        TimeProvider time,
        CancellationToken cancellationToken
    ) => Check(actor) ?? await FreshProof.CheckAsync(context, actor, time, cancellationToken);
}
