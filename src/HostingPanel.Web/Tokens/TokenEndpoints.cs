using System.Security.Claims;
using HostingPanel.Tokens;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Tokens;

/// <summary>REST: the keys to the REST API itself.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/tokens").WithTags("Tokens");
        group.MapGet("/", ListAsync).Describe<Client.Page<Client.Token>>("listTokens", "Tokens that the caller may see, the newest first");
        group
            .MapPost("/", CreateAsync)
            .Describe<Client.CreatedToken>(
                "createToken",
                "Make a token",
                StatusCodes.Status201Created,
                description: "It has the caller's powers, or the part that `organisation`, `site`, `scopes`, `readOnly` and `allowedNetworks` leave "
                    + "of them; it never may more than its maker could then, nor than its maker can when it is used. The secret is in this answer and never again: the panel keeps only its hash. A repetition with the same idempotency "
                    + "key answers with the same token and `secret` null; if the first answer got lost, delete that token and make another "
                    + "with a new key."
            );
        group.MapDelete("/{id:guid}", RevokeAsync).Describe("revokeToken", "End a token at once", StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        TokenService tokens,
        int? limit,
        string? cursor,
        string? organisation,
        CancellationToken cancellationToken
    ) =>
        (await tokens.ListAsync(user.ToActor(), organisation, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(ToContract)
        );

    private static async Task<IResult> CreateAsync(
        ClaimsPrincipal user,
        TokenService tokens,
        Client.CreateTokenRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await tokens.CreateAsync(user.ToActor(), FromContract(request), idempotencyKey, cancellationToken)).ToResult(created =>
            Results.Created((string?)null, new Client.CreatedToken(ToContract(created.Token), created.Secret))
        );

    private static async Task<IResult> RevokeAsync(
        ClaimsPrincipal user,
        TokenService tokens,
        Guid id,
        CancellationToken cancellationToken
    ) => (await tokens.RevokeAsync(user.ToActor(), id, cancellationToken)).ToResult(_ => Results.NoContent());

    private static NewToken FromContract(Client.CreateTokenRequest request) =>
        new(request.Name, request.ExpiresAt, request.Organisation, request.Site, request.Scopes, request.ReadOnly, request.AllowedNetworks);

    private static Client.Token ToContract(TokenView view) =>
        new(
            view.Id,
            view.Name,
            view.Prefix,
            view.CreatedBy,
            view.CreatedAt,
            view.ExpiresAt,
            view.LastUsedAt,
            view.Organisation,
            view.Site,
            view.Scopes,
            view.IsReadOnly,
            view.AllowedNetworks
        );
}
