using HostingPanel.Audit;

namespace HostingPanel.Access;

/// <summary>
/// Decides who may do what, for cookies, circuits and tokens alike, from an explicit <see cref="Actor"/>. The one place that does. A
/// refusal is written to the audit, too.
/// </summary>
internal static class AccessPolicy
{
    /// <summary>For what is the provider's as a whole. Null when the actor may, the refusal otherwise.</summary>
    public static Problem? Check(Actor actor, Permission permission) =>
        ReachOf(actor, permission).IsEverywhere ? null : NotPermitted(actor, permission, target: null);

    /// <summary>
    /// For what is somebody's, on the loaded thing. Null when the actor may; <c>not-permitted</c> when they may look but not do it; the
    /// answer to what does not exist when they may not even look.
    /// </summary>
    public static Problem? Check(Actor actor, Permission permission, AccessScope scope)
    {
        if (ReachOf(actor, permission).Covers(scope.OrganisationId, scope.SiteId))
        {
            return null;
        }

        if (ReachOf(actor, permission.SeenBy()).Covers(scope.OrganisationId, scope.SiteId))
        {
            return NotPermitted(actor, permission, new AuditTarget(scope.What, null, scope.Name));
        }

        // Not told to the organisation whose it is: it would learn who looks for what.
        actor.Refusals?.Add(
            actor,
            AuditActs.Access,
            scope.NotFound.Code,
            new AuditTarget(scope.What, null, scope.Name),
            permission.ToName()
        );
        return scope.NotFound;
    }

    /// <summary>The same for what the actor was found to see already: who may not do it is told so, whatever else they may not see.</summary>
    public static Problem? CheckOfSeen(Actor actor, Permission permission, AccessScope scope) =>
        ReachOf(actor, permission).Covers(scope.OrganisationId, scope.SiteId)
            ? null
            : NotPermitted(actor, permission, new AuditTarget(scope.What, null, scope.Name));

    /// <summary>
    /// Before anything is loaded: null when the actor may look at something of the kind, so that <c>not-found</c> tells those nothing who
    /// may look at nothing.
    /// </summary>
    public static Problem? CheckSeen(Actor actor, Permission permission) =>
        ReachOf(actor, permission.SeenBy()).IsNowhere ? NotPermitted(actor, permission, target: null) : null;

    /// <summary>For lists: null when there is a place where the actor may.</summary>
    public static Problem? CheckAnywhere(Actor actor, Permission permission) =>
        ReachOf(actor, permission).IsNowhere ? NotPermitted(actor, permission, target: null) : null;

    /// <summary>Where the actor may.</summary>
    public static Reach ReachOf(Actor actor, Permission permission)
    {
        var reach = Reach.Of(actor.Powers, permission);
        return actor.Limits is { } limits ? reach.Within(limits, permission) : reach;
    }

    /// <summary>Whether something is to be offered on a page; nothing is written down.</summary>
    public static bool Offers(Actor actor, Permission permission, string? organisation, string? site)
    {
        var reach = ReachOf(actor, permission);
        if (organisation is null && site is null)
        {
            return !reach.IsNowhere;
        }

        return reach.Covers(
            actor.Memberships.FirstOrDefault(power => power.Organisation == organisation)?.OrganisationId,
            actor.Sites.FirstOrDefault(power => power.Site == site)?.SiteId
        );
    }

    /// <summary>The refusal, written to the audit.</summary>
    public static Problem NotPermitted(Actor actor, Permission permission, AuditTarget? target)
    {
        actor.Refusals?.Add(actor, AuditActs.Access, "not-permitted", target, permission.ToName());
        return new Problem(ProblemKind.Forbidden, "not-permitted", $"{actor.Name} may not do this ({permission.ToName()}).");
    }
}
