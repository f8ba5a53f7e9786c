using HostingPanel.Access;
using HostingPanel.Sites;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.ClientArea;

/// <summary>What clients are asked before something is done.</summary>
internal static class ClientQuestions
{
    public static Confirmation Undo(SiteView site) =>
        new(
            $"Give {site.Title} back what it had before?",
            "What was put into the site since then is not there any more afterwards; it is kept for some days. Visitors see a maintenance page for a moment.",
            "Undo it"
        )
        {
            IsDanger = true,
        };

    public static Confirmation ChangeRole(MemberView member, OrganisationRole role) =>
        new(
            $"Make {member.Name} {RoleWords.Of(role)}?",
            $"{member.Name} may then {RoleWords.MayOf(role)}, and is asked to sign in again.",
            "Change the role"
        );

    public static Confirmation Remove(MemberView member, string organisation) =>
        new(
            $"Remove {member.Name}?",
            $"{member.Name} can’t see {organisation} any more, within a minute. What they did stays in the activity.",
            "Remove"
        )
        {
            IsDanger = true,
        };

    public static Confirmation Leave(string organisation) =>
        new(
            $"Leave {organisation}?",
            "You can’t see its sites any more. To come back, somebody who belongs to it has to invite you.",
            "Leave"
        )
        {
            IsDanger = true,
        };

    public static Confirmation EndAccess(SiteAccessView access, string site) =>
        new($"End the access of {access.Name}?", $"{access.Name} can’t work on {site} any more, within a minute.", "End it")
        {
            IsDanger = true,
        };
}
