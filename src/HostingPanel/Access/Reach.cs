namespace HostingPanel.Access;

/// <summary>Where an actor has a permission: what lists, searches and counts are kept to.</summary>
/// <param name="IsEverywhere">Everywhere: what is the provider's own, too.</param>
/// <param name="Organisations">In these organisations, with all their sites.</param>
/// <param name="Sites">For these sites alone.</param>
internal sealed record Reach(bool IsEverywhere, Guid[] Organisations, Guid[] Sites)
{
    public static Reach Nowhere { get; } = new(IsEverywhere: false, [], []);

    public bool IsNowhere => !IsEverywhere && Organisations.Length == 0 && Sites.Length == 0;

    public bool Covers(Guid? organisationId, Guid? siteId) =>
        IsEverywhere
        || (organisationId is { } organisation && Organisations.Contains(organisation))
        || (siteId is { } site && Sites.Contains(site));

    /// <summary>Where people with these powers have a permission.</summary>
    public static Reach Of(Powers powers, Permission permission) =>
        powers.Role is { } role && RolePermissions.Of(role).Contains(permission)
            ? new Reach(IsEverywhere: true, [], [])
            : new Reach(
                IsEverywhere: false,
                [
                    .. powers
                        .Memberships.Where(power => RolePermissions.Of(power.Role).Contains(permission))
                        .Select(power => power.OrganisationId),
                ],
                [.. powers.Sites.Where(power => RolePermissions.Of(power.Role).Contains(permission)).Select(power => power.SiteId)]
            );

    /// <summary>What is left of it within a token's limits.</summary>
    public Reach Within(TokenLimits limits, Permission permission)
    {
        if (limits.Scopes?.Contains(permission) == false || (limits.IsReadOnly && !permission.IsRead()))
        {
            return Nowhere;
        }

        var both = And(Of(limits.AtMost, permission));
        if (limits.OrganisationId is { } organisation)
        {
            both = both.Covers(organisation, null) ? new Reach(IsEverywhere: false, [organisation], []) : Nowhere;
        }

        // The site of an organisation's token is one of that organisation, and a site never goes to another.
        return limits.SiteId is not { } site ? both
            : both.IsEverywhere || both.Sites.Contains(site) || (limits.OrganisationId is not null && !both.IsNowhere)
                ? new Reach(IsEverywhere: false, [], [site])
            : Nowhere;
    }

    private Reach And(Reach other) =>
        IsEverywhere ? other
        : other.IsEverywhere ? this
        : new Reach(IsEverywhere: false, [.. Organisations.Intersect(other.Organisations)], [.. Sites.Intersect(other.Sites)]);
}
