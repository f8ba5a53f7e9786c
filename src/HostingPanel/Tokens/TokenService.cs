using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tokens;

/// <summary>An API token as it is shown: everything but its secret.</summary>
public sealed record TokenView(
    Guid Id,
    string Name,
    string Prefix,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt
);

/// <summary>A token that was just made.</summary>
/// <param name="Token">The token.</param>
/// <param name="Secret">
/// Its secret: the only time that it is shown. Null when an idempotency key named a token that was made before: only its hash is stored.
/// </param>
public sealed record CreatedToken(TokenView Token, string? Secret);

/// <summary>Makes, checks and revokes API tokens.</summary>
public sealed class TokenService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>What every token starts with, so that one that leaked is recognised for what it is.</summary>
    public const string Marker = "hpt_";

    /// <summary>"Last used" is written at most so often: a script that asks twice a second must not write twice a second.</summary>
    private static readonly TimeSpan LastUsedResolution = TimeSpan.FromMinutes(1);

    /// <summary>Makes a token with the administrator's powers. Refused: <c>invalid-request</c>, <c>idempotency-key-reused</c>.</summary>
    /// <param name="actor">Who makes it.</param>
    /// <param name="name">What it is for.</param>
    /// <param name="expiresAt">When it ends to work; null for never.</param>
    /// <param name="idempotencyKey">Same key and same request: the same token again, but not its secret.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<CreatedToken>> CreateAsync(
        Actor actor,
        string? name,
        DateTimeOffset? expiresAt,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageTokens) is { } problem)
        {
            return problem;
        }

        var hash = Idempotency.HashOf("create-token", new { name, expiresAt });
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out problem))
        {
            return problem;
        }

        if (known is { } made)
        {
            var same = await context.ApiTokens.AsNoTracking().SingleOrDefaultAsync(token => token.Id == made, cancellationToken);
            return same is null ? Idempotency.Gone("token") : new CreatedToken(View(same), Secret: null);
        }

        var now = time.GetStoredNow();
        var errors = new FieldErrors();
        errors.Add("name", SiteRules.TextFault(name, "A name", 80));
        errors.Add("expiresAt", expiresAt <= now ? "A token must expire in the future." : null);
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        var secret = Marker + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 43);
        var token = new ApiToken
        {
            Id = Ids.New(time),
            Name = name!.Trim(),
            Prefix = secret[..(Marker.Length + 6)],
            Hash = HashOf(secret),
            CreatedAt = now,
            CreatedByName = actor.Name,
            ExpiresAt = expiresAt?.ToStored(),
        };
        context.ApiTokens.Add(token);
        AuditTrail.Add(context, actor, AuditActs.TokenCreate, new AuditTarget("token", token.Id, token.Name));
        Idempotency.Remember(context, actor, idempotencyKey, hash, token.Id, time);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new CreatedToken(View(token), secret);
    }

    /// <summary>All tokens, the newest first.</summary>
    public async Task<Outcome<Page<TokenView>>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        if ((AccessPolicy.Check(actor, Permission.ManageTokens) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var query = context.ApiTokens.AsNoTracking();
        if (page.Cursor is not null)
        {
            if (!Guid.TryParse(page.Cursor, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(token => token.Id < before);
        }

        var found = await query.OrderByDescending(token => token.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return Page<TokenView>.From([.. found.Select(View)], page.Limit, view => view.Id.ToString());
    }

    /// <summary>Ends a token at once.</summary>
    public async Task<Outcome<Done>> RevokeAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageTokens) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var token = await context
            .ApiTokens.FromSql($"SELECT * FROM api_tokens WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        if (token is null)
        {
            return Problem.NotFound("token", id.ToString());
        }

        context.ApiTokens.Remove(token);
        AuditTrail.Add(context, actor, AuditActs.TokenRevoke, new AuditTarget("token", id, token.Name));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Who a token speaks for, or null when it is none, expired or revoked.</summary>
    public async Task<Actor?> AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        if (!secret.StartsWith(Marker, StringComparison.Ordinal) || secret.Length > 200)
        {
            return null;
        }

        // The secret has 256 random bits, so a plain hash is as good as a slow one; and it is found by index, in constant work.
        var hash = HashOf(secret);
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var token = await context.ApiTokens.AsNoTracking().SingleOrDefaultAsync(token => token.Hash == hash, cancellationToken);
        if (token is null || token.ExpiresAt <= now)
        {
            return null;
        }

        if (token.LastUsedAt is null || now - token.LastUsedAt > LastUsedResolution)
        {
            await context
                .ApiTokens.Where(used => used.Id == token.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(used => used.LastUsedAt, now), cancellationToken);
        }

        return new Actor(token.Id, $"token “{token.Name}”", StaffRole.Administrator) { Kind = ActorKind.Token };
    }

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static TokenView View(ApiToken token) =>
        new(token.Id, token.Name, token.Prefix, token.CreatedByName, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);
}
