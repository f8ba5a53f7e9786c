using HostingPanel.Sites;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.ClientArea;

/// <summary>What a client can have done to a site, with the question that is asked before, in their words.</summary>
/// <param name="Action">What is requested.</param>
/// <param name="Label">What its button says.</param>
/// <param name="Icon">The name of a Material symbol.</param>
/// <param name="Confirmation">The question.</param>
public sealed record ClientChoice(SiteAction Action, string Label, string Icon, Confirmation Confirmation)
{
    /// <summary>What a site's state allows. The use case decides; this only spares people the buttons that it would refuse.</summary>
    public static IReadOnlyList<ClientChoice> For(SiteView site) =>
        site.State switch
        {
            SiteState.Running =>
            [
                new(
                    SiteAction.Restart,
                    "Restart",
                    "restart_alt",
                    new Confirmation(
                        $"Restart {site.Title}?",
                        "This helps when the site hangs. Visitors may have to wait for some seconds, and what is running in it, such as an import, is broken off. Nothing is lost of what is in it.",
                        "Restart"
                    )
                ),
                new(
                    SiteAction.Stop,
                    "Switch off",
                    "power_settings_new",
                    new Confirmation(
                        $"Switch off {site.Title}?",
                        "Visitors see a page that says so. All that is in the site stays as it is, and you can switch it on again at any time.",
                        "Switch off"
                    )
                    {
                        IsDanger = true,
                    }
                ),
            ],
            SiteState.Stopped =>
            [
                new(
                    SiteAction.Start,
                    "Switch on",
                    "power_settings_new",
                    new Confirmation(
                        $"Switch on {site.Title}?",
                        "Visitors get it again within a minute, with all that was in it.",
                        "Switch on"
                    )
                ),
            ],
            SiteState.New or SiteState.Failed or SiteState.Trashed => [],
            _ => throw new InvalidOperationException($"What can be done to a site that is {site.State} is not written down."),
        };
}
