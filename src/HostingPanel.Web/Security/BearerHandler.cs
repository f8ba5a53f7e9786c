using System.Security.Claims;
using System.Text.Encodings.Web;
using HostingPanel.Access;
using HostingPanel.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace HostingPanel.Web.Security;

/// <summary>Who came with a token.</summary>
internal sealed class TokenIdentity(Actor actor)
    : ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, actor.Id.ToString()), new Claim(ClaimTypes.Name, actor.Name)],
        BearerHandler.Name
    )
{
    /// <summary>With the powers of now.</summary>
    public Actor Who { get; } = actor;
}

/// <summary>Reads <c>Authorization: Bearer hpt_…</c>. A token anywhere else, such as in the address, is not looked at.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    TokenCheck tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SecretOf(Request) is not { } secret)
        {
            return AuthenticateResult.NoResult();
        }

        return await tokens.AuthenticateAsync(secret, OriginOfActorMiddleware.AddressOf(Context), Context.RequestAborted) is { } actor
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new TokenIdentity(actor)), Name))
            : AuthenticateResult.Fail("This token is unknown, has expired or was revoked.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    /// <summary>The secret that came with a request, or null.</summary>
    public static string? SecretOf(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization] is [{ } header]
        && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && header[Prefix.Length..].Trim() is { Length: > 0 } secret
            ? secret
            : null;
}
