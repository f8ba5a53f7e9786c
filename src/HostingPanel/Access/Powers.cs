using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Access;

/// <summary>What somebody is in an organisation.</summary>
/// <param name="OrganisationId">Its identity.</param>
/// <param name="Organisation">Its slug.</param>
/// <param name="OrganisationName">Its name.</param>
/// <param name="Role">Their role there.</param>
public sealed record MembershipPower(Guid OrganisationId, string Organisation, string OrganisationName, OrganisationRole Role);

/// <summary>What somebody is to a single site.</summary>
/// <param name="SiteId">Its identity.</param>
/// <param name="Site">Its slug.</param>
/// <param name="OrganisationId">Whose it is.</param>
/// <param name="Organisation">The slug of whose it is.</param>
/// <param name="Role">What they are to it.</param>
/// <param name="Until">When that ends.</param>
public sealed record SitePower(Guid SiteId, string Site, Guid OrganisationId, string Organisation, SiteRole Role, DateTimeOffset Until);

/// <summary>What an account may, as it is at one moment.</summary>
/// <param name="Role">What they are among the staff; null when they are not of it.</param>
/// <param name="Memberships">What they are in organisations.</param>
/// <param name="Sites">What they are to single sites.</param>
public sealed record Powers(StaffRole? Role, IReadOnlyList<MembershipPower> Memberships, IReadOnlyList<SitePower> Sites)
{
    /// <summary>None at all.</summary>
    public static Powers None { get; } = new(null, [], []);

    /// <summary>Compiled once: this is asked at each request with a token, and each time that a page looks again.</summary>
    private static readonly Func<PanelDbContext, Guid, DateTimeOffset, CancellationToken, Task<Powers?>> Read = EF.CompileAsyncQuery(
        (PanelDbContext context, Guid accountId, DateTimeOffset now, CancellationToken _) =>
            context
                .Accounts.Where(account => account.Id == accountId && account.SuspendedAt == null)
                .Select(account => new Powers(
                    account.Role,
                    (
                        from membership in context.Memberships
                        join organisation in context.Organisations on membership.OrganisationId equals organisation.Id
                        where membership.AccountId == account.Id
                        orderby organisation.Slug
                        select new MembershipPower(organisation.Id, organisation.Slug, organisation.Name, membership.Role)
                    ).ToList(),
                    (
                        from access in context.SiteAccesses
                        join site in context.Sites on access.SiteId equals site.Id
                        join organisation in context.Organisations on site.OrganisationId equals organisation.Id
                        where access.AccountId == account.Id && access.Until > now
                        orderby site.Slug
                        select new SitePower(site.Id, site.Slug, organisation.Id, organisation.Slug, access.Role, access.Until)
                    ).ToList()
                ))
                .AsSingleQuery()
                .SingleOrDefault()
    );

    /// <summary>The powers of an account now; none when there is no such account, or it is suspended.</summary>
    /// <param name="context">Where to read them.</param>
    /// <param name="accountId">Whose.</param>
    /// <param name="now">What has ended by then counts no more.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    internal static async Task<Powers> ReadAsync(
        PanelDbContext context,
        Guid accountId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => await Read(context, accountId, now, cancellationToken) ?? None;
}

/// <summary>What a token takes away: it never may more than its maker could when it was made, nor than its maker can now.</summary>
/// <param name="AtMost">The powers of its maker when it was made.</param>
public sealed record TokenLimits(Powers AtMost)
{
    /// <summary>Only these; null for all that its maker may.</summary>
    public IReadOnlyList<Permission>? Scopes { get; init; }

    /// <summary>True when it only reads.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The organisation whose token it is; null for one of the provider.</summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>The one site that it is for; null for all.</summary>
    public Guid? SiteId { get; init; }
}
