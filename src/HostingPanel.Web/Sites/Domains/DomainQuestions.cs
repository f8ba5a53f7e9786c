using HostingPanel.Domains;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Sites.Domains;

/// <summary>What is asked before something is done with a host name.</summary>
internal static class DomainQuestions
{
    public static Confirmation Accept(DomainView domain, string site) =>
        new(
            $"Serve {domain.Shown} without proof?",
            $"Visitors who come here by this name see {site}, and no other organisation can have it. Make sure that it belongs to the site’s organisation.",
            "Accept"
        );

    public static Confirmation MakePrimary(DomainView domain, string site) =>
        new(
            $"Have {site} call itself {domain.Shown}?",
            "Its links lead there from then on. The site answers all the time; when it does not work, everything stays as it is.",
            "Make primary"
        );

    public static Confirmation Remove(DomainView domain) =>
        new(
            $"Remove {domain.Shown}?",
            domain.IsServed ? "Whoever comes by this name finds nothing any more, and others can have it." : "Others can have it then.",
            "Remove"
        )
        {
            IsDanger = true,
        };

    public static Confirmation Aliases(bool serves, string primary) =>
        serves
            ? new(
                "Answer under each name?",
                "Visitors stay under the name that they came by. Search engines may take the site for several.",
                "Answer under each"
            )
            : new(
                $"Send visitors to {primary}?",
                "Whoever comes by another name is sent on for good (301), with the page that they asked for. Names that stand for many are left alone.",
                "Send them on"
            );
}
