using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tokens;

/// <summary>Who comes with a token, and what they may: asked anew at each request, so that a revoked token is refused from the next one on.</summary>
public sealed class TokenCheck(IDbContextFactory<PanelDbContext> contexts, AuditRefusals refusals, TimeProvider time)
{
    /// <summary>"Last used" is written at most so often: a script that asks twice a second must not write twice a second.</summary>
    private static readonly TimeSpan LastUsedResolution = TimeSpan.FromMinutes(1);

    /// <summary>Compiled once: this is asked at each request.</summary>
    private static readonly Func<PanelDbContext, byte[], CancellationToken, Task<ApiToken?>> ByHash = EF.CompileAsyncQuery(
        (PanelDbContext context, byte[] hash, CancellationToken _) =>
            context.ApiTokens.AsNoTracking().SingleOrDefault(token => token.Hash == hash)
    );

    /// <summary>How long a stream trusts an answer.</summary>
    private static readonly TimeSpan StreamResolution = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Who a token speaks for, with the powers of now; null when it is none, has expired, was revoked, comes from where it may not be used,
    /// or was made by somebody who may nothing any more. Why is written to the audit.
    /// </summary>
    /// <param name="secret">What came.</param>
    /// <param name="address">From where, as the gateway gave it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Actor?> AuthenticateAsync(string secret, string? address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var token =
            secret.StartsWith(TokenService.Marker, StringComparison.Ordinal) && secret.Length <= 200
                ? await ByHash(context, TokenService.HashOf(secret), cancellationToken)
                : null;
        if (token is null)
        {
            // What came is not written down: it may be somebody's secret with a letter more.
            refusals.Add(Actor.Nobody with { Address = address }, AuditActs.TokenUse, "token-unknown", target: null);
            return null;
        }

        var actor = ActorOf(token, await PowersOfMakerAsync(context, token, now, cancellationToken), address, now);
        if (actor is not null && (token.LastUsedAt is null || now - token.LastUsedAt > LastUsedResolution))
        {
            await context
                .ApiTokens.Where(used => used.Id == token.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(used => used.LastUsedAt, now), cancellationToken);
        }

        return actor;
    }

    private static async Task<Powers> PowersOfMakerAsync(
        PanelDbContext context,
        ApiToken token,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => token.CreatedById is { } maker ? await Powers.ReadAsync(context, maker, now, cancellationToken) : Actor.Server.Powers;

    private Actor? ActorOf(ApiToken token, Powers powers, string? address, DateTimeOffset now)
    {
        var named = new Actor(token.Id, $"token “{token.Name}”", Role: null) { Kind = ActorKind.Token, Address = address };
        var fault =
            token.ExpiresAt <= now ? "token-expired"
            : !TokenNetworks.Allow(token.AllowedNetworks, address) ? "token-address-not-allowed"
            : powers is { Role: null, Memberships: [], Sites: [] } ? "token-maker-powerless"
            : null;
        if (fault is not null)
        {
            refusals.Add(named, AuditActs.TokenUse, fault, TokenService.TargetOf(token));
            return null;
        }

        return named with
        {
            Role = powers.Role,
            Memberships = powers.Memberships,
            Sites = powers.Sites,
            Limits = LimitsOf(token),
            Refresh = Again(token.Id, address),
        };
    }

    private static TokenLimits LimitsOf(ApiToken token) =>
        new(
            new Powers(
                token.MadeAsStaff,
                token is { OrganisationId: { } organisation, MadeAsMember: { } role }
                    ? [new MembershipPower(organisation, string.Empty, string.Empty, role)]
                    : [],
                []
            )
        )
        {
            // A name that there is no more is nothing that it may.
            Scopes = token.Scopes is { } names ? [.. names.Select(Permissions.Parse).OfType<Permission>()] : null,
            IsReadOnly = token.IsReadOnly,
            OrganisationId = token.OrganisationId,
            SiteId = token.SiteId,
        };

    /// <summary>Asks again for a stream: nobody's powers once the token is refused.</summary>
    private Func<CancellationToken, Task<Actor>> Again(Guid id, string? address)
    {
        Actor? last = null;
        var until = DateTimeOffset.MinValue;
        return async cancellationToken =>
        {
            var now = time.GetUtcNow();
            if (last is null || now >= until)
            {
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                var token = await context.ApiTokens.AsNoTracking().SingleOrDefaultAsync(token => token.Id == id, cancellationToken);
                var actor = token is null
                    ? null
                    : ActorOf(token, await PowersOfMakerAsync(context, token, now, cancellationToken), address, now);
                last = actor ?? Actor.Nobody;
                until = now + StreamResolution;
            }

            return last;
        };
    }
}
