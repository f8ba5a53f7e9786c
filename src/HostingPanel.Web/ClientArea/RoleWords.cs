using HostingPanel.Access;

namespace HostingPanel.Web.ClientArea;

/// <summary>Roles of an organisation in the words of its people.</summary>
internal static class RoleWords
{
    /// <summary>Such as “an owner”.</summary>
    public static string Of(OrganisationRole role) =>
        role switch
        {
            OrganisationRole.Owner => "an owner",
            OrganisationRole.Manager => "a manager",
            OrganisationRole.Viewer => "a viewer",
            _ => throw new InvalidOperationException($"Role {role} has no word."),
        };

    /// <summary>Such as “Owner”.</summary>
    public static string NameOf(OrganisationRole role) =>
        role switch
        {
            OrganisationRole.Owner => "Owner",
            OrganisationRole.Manager => "Manager",
            OrganisationRole.Viewer => "Viewer",
            _ => throw new InvalidOperationException($"Role {role} has no name."),
        };

    /// <summary>What one may, after “may”.</summary>
    public static string MayOf(OrganisationRole role) =>
        role switch
        {
            OrganisationRole.Owner => "do everything with the sites, and decide who belongs to the organisation",
            OrganisationRole.Manager => "switch sites on and off, log in to them, and take, restore and download backups",
            OrganisationRole.Viewer => "look at the sites and their backups, and change nothing",
            _ => throw new InvalidOperationException($"What role {role} may is not written down."),
        };
}
