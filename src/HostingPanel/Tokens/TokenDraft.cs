using HostingPanel.Access;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tokens;

/// <summary>A wish for a token that has passed all checks.</summary>
internal sealed record TokenDraft(Organisation? Organisation, Site? Site, List<string>? Scopes, List<string>? Networks, ApiToken? Maker)
{
    private const string NoMore = "A token can't be given what you may not do yourself.";

    /// <summary>Everything that is wrong with it, at its fields: a token never may more than whoever makes it, a token neither.</summary>
    public static async Task<Outcome<TokenDraft>> CheckAsync(
        PanelDbContext context,
        Actor actor,
        NewToken command,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!(await OwnerAsync(context, actor, command.Organisation, cancellationToken)).TryGet(out var owner, out var problem))
        {
            return problem;
        }

        var maker =
            actor.Kind == ActorKind.Token
                ? await context.ApiTokens.AsNoTracking().SingleOrDefaultAsync(token => token.Id == actor.Id, cancellationToken)
                : null;
        var errors = new FieldErrors();
        errors.Add("name", SiteRules.TextFault(command.Name, "A name", 80));
        errors.Add(
            "expiresAt",
            command.ExpiresAt <= now ? "A token must expire in the future."
                : maker?.ExpiresAt is { } end && !(command.ExpiresAt?.ToStored() <= end)
                    ? $"A token that ends on {end.UtcDateTime:u} can make none that lives longer."
                : null
        );
        var site = command.Site is null
            ? null
            : await SiteAsync(context, actor, owner.Organisation, command.Site, errors, cancellationToken);
        var scopes = ScopesOf(actor, owner.Organisation, site, command.Scopes, errors);
        var networks = NetworksOf(maker, command.AllowedNetworks, errors);
        return errors.ToProblem() is { } invalid ? invalid : new TokenDraft(owner.Organisation, site, scopes, networks, maker);
    }

    private sealed record Owner(Organisation? Organisation);

    private static async Task<Outcome<Owner>> OwnerAsync(
        PanelDbContext context,
        Actor actor,
        string? slug,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ManageTokens) is { } forbidden)
        {
            return forbidden;
        }

        var reach = AccessPolicy.ReachOf(actor, Permission.ManageTokens);
        if (slug is null)
        {
            return reach switch
            {
                { IsEverywhere: true } => new Owner(null),
                { Organisations: [var only] } => new Owner(
                    await context.Organisations.AsNoTracking().SingleAsync(row => row.Id == only, cancellationToken)
                ),
                { Organisations: [] } => AccessPolicy.NotPermitted(actor, Permission.ManageTokens, target: null),
                _ => Problem.Invalid("organisation", "Say whose token it is: the slug of the organisation."),
            };
        }

        var found = await context.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Slug == slug, cancellationToken);
        return found is null ? Problem.NotFound("organisation", slug)
            : AccessPolicy.Check(actor, Permission.ManageTokens, AccessScope.Of(found)) is { } refused ? refused
            : new Owner(found);
    }

    private static async Task<Site?> SiteAsync(
        PanelDbContext context,
        Actor actor,
        Organisation? organisation,
        string slug,
        FieldErrors errors,
        CancellationToken cancellationToken
    )
    {
        var site = await context
            .Sites.AsNoTracking()
            .VisibleTo(actor, Permission.ReadSites)
            .SingleOrDefaultAsync(site => site.Slug == slug, cancellationToken);
        if (site is null || (organisation is not null && site.OrganisationId != organisation.Id))
        {
            errors.Add("site", organisation is null ? $"There is no site “{slug}”." : $"{organisation.Name} has no site “{slug}”.");
            return null;
        }

        return site;
    }

    private static List<string>? ScopesOf(
        Actor actor,
        Organisation? organisation,
        Site? site,
        IReadOnlyList<string>? wanted,
        FieldErrors errors
    )
    {
        if (wanted is null)
        {
            return actor.Limits?.Scopes?.Select(permission => permission.ToName()).ToList();
        }

        if (wanted.Count == 0)
        {
            errors.Add("scopes", "A token without any scope could do nothing. Leave scopes out for all that you may do.");
        }

        var scopes = new List<string>();
        foreach (var (index, name) in wanted.Index())
        {
            if (Permissions.Parse(name) is not { } permission)
            {
                errors.Add($"scopes[{index}]", "There is no such permission. They are called such as sites.read or backups.take.");
            }
            else if (
                AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
                && !reach.Covers(site?.OrganisationId ?? organisation?.Id, site?.Id)
            )
            {
                errors.Add($"scopes[{index}]", NoMore);
            }
            else if (!scopes.Contains(name))
            {
                scopes.Add(name);
            }
        }

        return scopes;
    }

    private static List<string>? NetworksOf(ApiToken? maker, IReadOnlyList<string>? wanted, FieldErrors errors)
    {
        if (wanted is null or [])
        {
            return maker?.AllowedNetworks;
        }

        if (wanted.Count > TokenNetworks.Max)
        {
            errors.Add("allowedNetworks", $"At most {TokenNetworks.Max} networks.");
            return null;
        }

        var networks = new List<string>();
        foreach (var (index, text) in wanted.Index())
        {
            if (TokenNetworks.Parse(text) is not { } network)
            {
                errors.Add($"allowedNetworks[{index}]", "An address, such as 203.0.113.7, or a network, such as 203.0.113.0/24.");
            }
            else if (maker?.AllowedNetworks is { } outer && !TokenNetworks.Cover(outer, network))
            {
                errors.Add($"allowedNetworks[{index}]", NoMore);
            }
            else
            {
                networks.Add(network.ToString());
            }
        }

        return networks;
    }
}
