using HostingPanel.Access;

namespace HostingPanel.Web.ClientArea;

/// <summary>An organisation that somebody has something to do with.</summary>
/// <param name="Organisation">Its slug.</param>
/// <param name="Name">Its name; its slug for who may only work on one of its sites.</param>
internal sealed record ClientPlace(string Organisation, string Name)
{
    /// <summary>Where the client area begins.</summary>
    public const string Home = "my";

    /// <summary>The address of its sites.</summary>
    public string Href => HrefOf(Organisation);

    /// <summary>The address of an organisation's page.</summary>
    public static string HrefOf(string organisation, string? page = null) => $"{Home}/{organisation}{(page is null ? "" : $"/{page}")}";

    /// <summary>The address of a site's page.</summary>
    public static string SiteHrefOf(string organisation, string slug) => HrefOf(organisation, $"sites/{slug}");

    /// <summary>Where somebody belongs, or may work on a site for a time; nowhere for staff who are members of nothing.</summary>
    public static IReadOnlyList<ClientPlace> Of(Actor actor) =>
        [
            .. actor.Memberships.Select(power => new ClientPlace(power.Organisation, power.OrganisationName)),
            .. actor
                .Sites.Select(power => power.Organisation)
                .Distinct(StringComparer.Ordinal)
                .Where(organisation => actor.Memberships.All(power => power.Organisation != organisation))
                .Select(organisation => new ClientPlace(organisation, organisation)),
        ];

    /// <summary>Whether something is to be offered in an organisation: as a member, or on one of its sites.</summary>
    public static bool May(Actor actor, Permission permission, string organisation) =>
        actor.May(permission, organisation)
        || actor.Sites.Any(power => power.Organisation == organisation && actor.May(permission, organisation, power.Site));

    /// <summary>Where somebody who comes to the panel's address is sent.</summary>
    public static string StartOf(Actor actor) =>
        actor.IsStaff ? "/sites"
        : Of(actor) is [var only] ? $"/{only.Href}"
        : $"/{Home}";
}
