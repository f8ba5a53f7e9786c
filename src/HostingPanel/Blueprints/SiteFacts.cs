namespace HostingPanel.Blueprints;

/// <summary>What a template may say about a site.</summary>
/// <param name="Slug">Its name in the panel.</param>
/// <param name="Title">Its title, as the client typed it.</param>
/// <param name="Url">Its address without a slash at the end, such as <c>https://example.org</c>.</param>
/// <param name="Domains">All its host names, the main one first.</param>
/// <param name="AdminEmail">Its administrator's address.</param>
/// <param name="Environment"><c>live</c>, <c>staging</c> or <c>drill</c>.</param>
public sealed record SiteFacts(string Slug, string Title, string Url, IReadOnlyList<string> Domains, string AdminEmail, string Environment)
{
    /// <summary>The range of its own network in CIDR notation: only its own containers are there.</summary>
    public string Network { get; init; } = string.Empty;
}
