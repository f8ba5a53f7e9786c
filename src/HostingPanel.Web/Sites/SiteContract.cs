using HostingPanel.Sites;

namespace HostingPanel.Web.Sites;

/// <summary>Sites in the words of the REST contract.</summary>
internal static class SiteContract
{
    public static Client.Site ToContract(this SiteView view) =>
        new(
            view.Slug,
            view.Organisation,
            view.OrganisationName,
            view.Blueprint,
            view.BlueprintVersion,
            view.Title,
            view.AdminEmail,
            ToContract(view.Environment),
            ToContract(view.State),
            view.Url,
            view.Domains,
            view.CreatedAt,
            view.TrashedAt,
            view.AdminLink,
            view.AdminLinkExpiresAt,
            view.ActiveOperation is { } active ? new Client.ActiveOperation(active.Id, active.Kind, active.Title) : null,
            view.Trouble is { } trouble ? new Client.SiteTrouble(trouble.Code, trouble.Message, trouble.Since, trouble.NextTryAt) : null,
            view.HandsOff is { } handsOff ? new Client.HandsOff(handsOff.Reason, handsOff.By, handsOff.Since, handsOff.Until) : null,
            view.StoppedReason
        );

    /// <summary>As an entry of a list: without the administrator's link, which is a secret and goes only where it is asked for.</summary>
    public static Client.Site ToListEntry(this SiteView view) => view.ToContract() with { AdminLink = null, AdminLinkExpiresAt = null };

    public static Client.SiteService ToContract(this SiteServiceView view) =>
        new(
            view.Name,
            view.EngineName,
            view.Image,
            view.IsFront,
            view.Running,
            view.State,
            view.Message,
            view.Node,
            view.ObservedAt,
            view.Reason is { } reason ? new Client.Reason(reason.Code, reason.Message) : null,
            view.Reason?.Since,
            view.RestsUntil,
            ToContract(view.Limits),
            ToContract(view.RunsWith)
        );

    private static Client.ServiceLimits? ToContract(ServiceLimitsView? limits) =>
        limits is null ? null : new Client.ServiceLimits(limits.Cpus, limits.MemoryBytes, limits.Pids);

    private static Client.SiteState ToContract(SiteState state) =>
        state switch
        {
            SiteState.New => Client.SiteState.New,
            SiteState.Failed => Client.SiteState.Failed,
            SiteState.Running => Client.SiteState.Running,
            SiteState.Stopped => Client.SiteState.Stopped,
            SiteState.Trashed => Client.SiteState.Trashed,
            _ => throw new InvalidOperationException($"The contract has no word for a site that is {state}."),
        };

    private static Client.SiteEnvironment ToContract(SiteEnvironment environment) =>
        environment switch
        {
            SiteEnvironment.Live => Client.SiteEnvironment.Live,
            SiteEnvironment.Staging => Client.SiteEnvironment.Staging,
            SiteEnvironment.Drill => Client.SiteEnvironment.Drill,
            _ => throw new InvalidOperationException($"The contract has no word for the environment {environment}."),
        };
}
