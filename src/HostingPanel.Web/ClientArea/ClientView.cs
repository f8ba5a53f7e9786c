namespace HostingPanel.Web.ClientArea;

/// <summary>
/// Cascades through the client area, so that what it shares with the provider's pages speaks to a client there: in plain words, and with
/// links to their own pages.
/// </summary>
/// <param name="Organisation">The slug of the organisation in view.</param>
public sealed record ClientView(string Organisation)
{
    /// <summary>The address of one of its sites.</summary>
    public string SiteHref(string slug) => ClientPlace.SiteHrefOf(Organisation, slug);
}
