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
        Found? found = null;
        if (secret.StartsWith(TokenService.Marker, StringComparison.Ordinal) && secret.Length <= 200)
        {
            var hash = TokenService.HashOf(secret);
            found = await FindAsync(context, context.ApiTokens.Where(token => token.Hash == hash), now, cancellationToken);
        }

        if (found is not { Token: { } token })
        {
            // What came is not written down: it may be somebody's secret with a letter more.
            refusals.Add(Actor.Nobody with { Address = address }, AuditActs.TokenUse, "token-unknown", target: null);
            return null;
        }

        var actor = ActorOf(found, address, now);
        if (actor is not null && (token.LastUsedAt is null || now - token.LastUsedAt > LastUsedResolution))
        {
            await context
                .ApiTokens.Where(used => used.Id == token.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(used => used.LastUsedAt, now), cancellationToken);
        }

        return actor;
    }

    /// <summary>A token with what its maker may now.</summary>
    private sealed record Found(ApiToken Token, Powers Powers);

    /// <summary>One query for everything: this is asked at each request.</summary>
    private static async Task<Found?> FindAsync(
        PanelDbContext context,
        IQueryable<ApiToken> tokens,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (memberships, sites) = (Powers.MembershipsIn(context), Powers.SitesIn(context, now));
        var found = await (
            from token in tokens.AsNoTracking()
            join account in context.Accounts.Where(account => account.SuspendedAt == null)
                on token.CreatedById equals (Guid?)account.Id
                into makers
            from maker in makers.DefaultIfEmpty()
            select new
            {
                Token = token,
                Maker = (Guid?)maker.Id,
                maker.Role,
                Memberships = memberships.Where(row => row.AccountId == token.CreatedById).Select(row => row.Power).ToList(),
                Sites = sites.Where(row => row.AccountId == token.CreatedById).Select(row => row.Power).ToList(),
            }
        )
            .AsSingleQuery()
            .SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? null
            : new Found(
                found.Token,
                found.Token.CreatedById is null ? Actor.Server.Powers
                    : found.Maker is null ? Powers.None
                    : new Powers(found.Role, found.Memberships, found.Sites)
            );
    }

    private Actor? ActorOf(Found found, string? address, DateTimeOffset now)
    {
        var (token, powers) = found;
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
                var found = await FindAsync(context, context.ApiTokens.Where(token => token.Id == id), now, cancellationToken);
                last = (found is null ? null : ActorOf(found, address, now)) ?? Actor.Nobody;
                until = now + StreamResolution;
            }

            return last;
        };
    }
}
