using System.Security.Claims;
using HostingPanel.Domains;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Sites.Domains;

/// <summary>REST: the host names of a site.</summary>
internal static class DomainEndpoints
{
    public static void MapDomains(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}/domains").WithTags("Sites");
        group.MapGet("/", ListAsync).Describe<Client.SiteDomains>("listSiteDomains", "Its host names, the primary one first");
        group
            .MapPost("/", AddAsync)
            .Describe<Client.DomainsChanged>(
                "addSiteDomain",
                "Give a site another name",
                description: "It is served once it is known to be the site's (`proof`): when all of its addresses are the panel's, or its zone has "
                    + "the TXT entry `challenge`; a wildcard by the entry alone. The panel looks by itself, ever more seldom, for a week; "
                    + "then the name is free for others. `accept` serves it without proof (`domains.accept`). `withTwin` takes the one with or "
                    + "without “www.” too. 202 with an operation where the site is told at once."
            );
        group
            .MapDelete("/{host}", RemoveAsync)
            .Describe<Client.DomainsChanged>(
                "removeSiteDomain",
                "Take a name from a site",
                description: "Not the primary one (`domain-is-primary`), and not that of its slug (`domain-is-given`). 202 with an operation where "
                    + "the name is served; it stays the site's until that is done."
            );
        group
            .MapPost("/{host}/verify", VerifyAsync)
            .Describe<Client.DomainsChanged>("verifySiteDomain", "Look where a name leads, within seconds");
        group
            .MapPost("/{host}/accept", AcceptAsync)
            .Describe<Client.DomainsChanged>("acceptSiteDomain", "Serve a name without proof that it is the site's");
        group
            .MapPost("/{host}/primary", MakePrimaryAsync)
            .Describe<Client.DomainsChanged>(
                "makeSiteDomainPrimary",
                "Have a site call itself by this name",
                StatusCodes.Status202Accepted,
                description: "Its containers are replaced, each by one that runs before the old one goes; then its application takes the name over, "
                    + "in its links too. When that fails, everything goes back to the name of before."
            );
        api.MapPut("/sites/{slug}/domain-aliases", SetAliasesAsync)
            .WithTags("Sites")
            .Describe<Client.DomainsChanged>(
                "setSiteAliases",
                "Say whether visitors who come by another name are sent to the primary one",
                description: "`redirect`: by 301, with path and query, and not before the primary name is known to lead here. `serve`: the site answers."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        CancellationToken cancellationToken
    ) => (await domains.ListAsync(user.ToActor(), slug, cancellationToken)).ToResult(DomainContract.ToContract);

    private static async Task<IResult> AddAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        Client.AddDomainRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await domains.AddAsync(
                user.ToActor(),
                slug,
                new AddDomain(request.Host, request.WithTwin ?? false, request.Accept ?? false),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(DomainContract.ToAnswer);

    private static async Task<IResult> RemoveAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        string host,
        CancellationToken cancellationToken
    ) => (await domains.RemoveAsync(user.ToActor(), slug, host, cancellationToken)).ToResult(DomainContract.ToAnswer);

    private static async Task<IResult> VerifyAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        string host,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await domains.VerifyAsync(user.ToActor(), slug, host, idempotencyKey, cancellationToken)).ToResult(DomainContract.ToAnswer);

    private static async Task<IResult> AcceptAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        string host,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await domains.AcceptAsync(user.ToActor(), slug, host, idempotencyKey, cancellationToken)).ToResult(DomainContract.ToAnswer);

    private static async Task<IResult> MakePrimaryAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        string host,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await domains.MakePrimaryAsync(user.ToActor(), slug, host, idempotencyKey, cancellationToken)).ToResult(DomainContract.ToAnswer);

    private static async Task<IResult> SetAliasesAsync(
        ClaimsPrincipal user,
        DomainService domains,
        string slug,
        Client.SetAliasesRequest request,
        CancellationToken cancellationToken
    ) =>
        request.Aliases is not { } aliases
            ? ApiFailures.ToResult(Problem.Invalid("aliases", "Say “redirect” or “serve”."))
            : (await domains.SetAliasesAsync(user.ToActor(), slug, aliases == Client.AliasMode.Serve, cancellationToken)).ToResult(
                DomainContract.ToAnswer
            );
}
