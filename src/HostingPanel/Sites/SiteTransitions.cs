using HostingPanel.Operations;

namespace HostingPanel.Sites;

/// <summary>Which action is possible in which state, and which operation does it.</summary>
internal static class SiteTransitions
{
    public static Outcome<string> KindFor(Site site, SiteAction action) =>
        (action, site.State) switch
        {
            (SiteAction.Start, SiteState.Stopped) => OperationKinds.StartSite,
            (SiteAction.Start, SiteState.Failed) => OperationKinds.ProvisionSite,
            (SiteAction.Start, SiteState.Running) => Refused("site-is-running", $"{site.Slug} runs already."),
            (SiteAction.Stop, SiteState.Running) => OperationKinds.StopSite,
            (SiteAction.Stop, SiteState.Stopped) => Refused("site-is-stopped", $"{site.Slug} is stopped already."),
            (SiteAction.Restart, SiteState.Running) => OperationKinds.RestartSite,
            (SiteAction.Restart, SiteState.Stopped) => Refused("site-is-stopped", $"{site.Slug} is stopped. Start it instead."),
            (SiteAction.Drill, SiteState.Running) => OperationKinds.DrillDisposability,
            (SiteAction.Drill, SiteState.Stopped) => Refused(
                "site-is-stopped",
                $"{site.Slug} is stopped. Start it first: a drill sees whether a site that runs comes back."
            ),
            (SiteAction.Trash, SiteState.Running or SiteState.Stopped or SiteState.Failed) => OperationKinds.TrashSite,
            (SiteAction.Trash, SiteState.Trashed) => Refused("site-is-trashed", $"{site.Slug} is in the trash already."),
            (SiteAction.Untrash, SiteState.Trashed) => site.ProvisionedAt is null
                ? OperationKinds.ProvisionSite
                : OperationKinds.UntrashSite,
            (SiteAction.Untrash, _) => Refused("site-is-not-trashed", $"{site.Slug} is not in the trash."),
            (SiteAction.Purge, SiteState.Trashed) => OperationKinds.PurgeSite,
            (SiteAction.Purge, _) => Refused(
                "site-is-not-trashed",
                $"{site.Slug} is not in the trash. Only what is in the trash can be purged."
            ),
            (_, SiteState.Trashed) => Refused("site-is-trashed", $"{site.Slug} is in the trash. Take it out first."),
            (_, SiteState.Failed) => Refused(
                "site-is-failed",
                $"{site.Slug} was never provisioned. Start it to try again, or move it to the trash."
            ),
            (_, SiteState.New) => Refused("site-is-new", $"{site.Slug} has not been provisioned yet."),
            _ => throw new InvalidOperationException($"{action} of a site that is {site.State} is not written down."),
        };

    /// <summary>Why something that needs a running site can't be done; null for one that runs.</summary>
    public static Problem? WhyNotRunning(Site site) =>
        site.State switch
        {
            SiteState.Running => null,
            SiteState.Stopped => Refused("site-is-stopped", $"{site.Slug} is stopped. Start it first."),
            _ => KindFor(site, SiteAction.Restart).Problem,
        };

    private static Problem Refused(string code, string message) => new(ProblemKind.Conflict, code, message);
}
