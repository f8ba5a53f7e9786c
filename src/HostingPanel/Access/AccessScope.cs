using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;

namespace HostingPanel.Access;

/// <summary>Where something is done: whose a loaded thing is, and what it is called when it must be answered that it is not there.</summary>
/// <param name="OrganisationId">Whose it is; null for what is the provider's own.</param>
/// <param name="SiteId">The site that it belongs to; null when it belongs to the organisation as a whole.</param>
/// <param name="What">A noun, as in <see cref="Problem.NotFound"/>.</param>
/// <param name="Name">What the actor has called it.</param>
internal readonly record struct AccessScope(Guid? OrganisationId, Guid? SiteId, string What, string Name)
{
    /// <summary>The answer to who may not know of it: the same as when there is no such thing.</summary>
    public Problem NotFound => Problem.NotFound(What, Name);

    public static AccessScope Of(Site site) => new(site.OrganisationId, site.Id, "site", site.Slug);

    public static AccessScope Of(Organisation organisation) => new(organisation.Id, null, "organisation", organisation.Slug);

    public static AccessScope Of(Operation operation) =>
        new(operation.OrganisationId, operation.AboutSiteId, "operation", operation.Id.ToString());

    public static AccessScope Of(RestorePoint point) => new(point.OrganisationId, point.SiteId, "restore-point", point.Id.ToString());

    /// <summary>Something that belongs there.</summary>
    public AccessScope As(string what, string name) => this with { What = what, Name = name };

    /// <summary>Something that belongs there.</summary>
    public AccessScope As(string what, Guid id) => As(what, id.ToString());
}
