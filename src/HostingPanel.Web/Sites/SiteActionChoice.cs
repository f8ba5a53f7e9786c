using HostingPanel.Sites;
using HostingPanel.Volumes;
using HostingPanel.Web.Components;
using HostingPanel.Web.Volumes;

namespace HostingPanel.Web.Sites;

/// <summary>Something that can be done to a site, with the question that is asked before.</summary>
/// <param name="Action">What is requested.</param>
/// <param name="Label">What its button says.</param>
/// <param name="Icon">The name of a Material symbol.</param>
/// <param name="Confirmation">The question.</param>
public sealed record SiteActionChoice(SiteAction Action, string Label, string Icon, Confirmation Confirmation)
{
    /// <summary>What a site's state allows. The use case decides; this only spares people the buttons that it would refuse.</summary>
    public static IReadOnlyList<SiteActionChoice> For(SiteView site, IReadOnlyList<VolumeView> volumes) =>
        site.State switch
        {
            SiteState.New => [],
            SiteState.Running => [Restart(site), Stop(site), Trash(site)],
            SiteState.Stopped => [Start(site), Trash(site)],
            SiteState.Failed => [ProvisionAgain(site), Trash(site)],
            SiteState.Trashed => [Untrash(site), Purge(site, volumes)],
            _ => throw new InvalidOperationException($"What can be done to a site that is {site.State} is not written down."),
        };

    /// <summary>A disposability drill, which is offered beside its results.</summary>
    public static SiteActionChoice Drill(SiteView site) =>
        new(
            SiteAction.Drill,
            "Drill",
            "delete_sweep",
            new Confirmation(
                $"Drill {site.Slug}?",
                "Every container of the site is removed without warning, as a broken machine would. Visitors wait for some seconds until it is back.",
                "Remove the containers"
            )
            {
                Consequences =
                [
                    "Its volumes stay. What a container has written outside of them is lost; it is listed, with the place where it belongs.",
                    "What runs in a container at the moment, such as an import, is broken off.",
                    "Front page, rows and files are told before and after, and compared.",
                ],
            }
        );

    private static SiteActionChoice Start(SiteView site) =>
        new(
            SiteAction.Start,
            "Start",
            "play_arrow",
            new Confirmation(
                $"Start {site.Slug}?",
                "Its containers start with the volumes it has; visitors get the site again once it answers.",
                "Start"
            )
        );

    private static SiteActionChoice ProvisionAgain(SiteView site) =>
        new(
            SiteAction.Start,
            "Try again",
            "refresh",
            new Confirmation(
                $"Provision {site.Slug} again?",
                "What the failed attempt had made was taken back. The panel starts from the beginning, with the same details.",
                "Provision"
            )
        );

    private static SiteActionChoice Restart(SiteView site) =>
        new(
            SiteAction.Restart,
            "Restart",
            "restart_alt",
            new Confirmation(
                $"Restart {site.Slug}?",
                "Each of its containers is replaced by a fresh one. Visitors may wait for some seconds.",
                "Restart"
            )
            {
                Consequences =
                [
                    "Its volumes stay as they are.",
                    "What runs in a container at the moment, such as an import, is broken off.",
                ],
            }
        );

    private static SiteActionChoice Stop(SiteView site) =>
        new(
            SiteAction.Stop,
            "Stop",
            "stop",
            new Confirmation($"Stop {site.Slug}?", $"Visitors of {site.Domains[0]} see a page that says the site is switched off.", "Stop")
            {
                IsDanger = true,
                Consequences = ["Its containers are removed; its volumes and secrets are kept.", "It can be started again at any time."],
            }
        );

    private static SiteActionChoice Trash(SiteView site) =>
        new(
            SiteAction.Trash,
            "Move to trash",
            "delete",
            new Confirmation($"Move {site.Slug} to the trash?", "The site is switched off and leaves the list of sites.", "Move to trash")
            {
                IsDanger = true,
                Consequences =
                [
                    "Its volumes are kept: nothing is deleted.",
                    "It keeps its slug and its host names, and counts towards its organisation's plan.",
                    "It can be taken out of the trash again, or be purged there for good.",
                ],
            }
        );

    private static SiteActionChoice Untrash(SiteView site) =>
        new(
            SiteAction.Untrash,
            "Take out of trash",
            "restore_from_trash",
            new Confirmation(
                $"Take {site.Slug} out of the trash?",
                "It starts with the volumes it had and is back in the list of sites.",
                "Take out"
            )
        );

    private static SiteActionChoice Purge(SiteView site, IReadOnlyList<VolumeView> volumes) =>
        new(
            SiteAction.Purge,
            "Purge",
            "delete_forever",
            new Confirmation($"Purge {site.Slug}?", "This deletes the site for good. It can't be taken back.", "Purge for good")
            {
                IsDanger = true,
                TypedWord = site.Slug,
                Consequences =
                [
                    .. volumes.Select(volume =>
                        $"The volume {volume.Name} ({VolumeWords.Of(volume.Kind)}, {volume.EngineName}) is deleted with all that is in it."
                    ),
                    "Its secrets and its network are deleted.",
                    $"Its slug and its host names ({string.Join(", ", site.Domains)}) become free for others.",
                ],
            }
        );
}
