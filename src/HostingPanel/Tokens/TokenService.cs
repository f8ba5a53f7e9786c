using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tokens;

/// <summary>Makes, shows and revokes API tokens.</summary>
public sealed class TokenService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>What every token starts with, so that one that leaked is recognised for what it is.</summary>
    public const string Marker = "hpt_";

    /// <summary>As many networks as a token may be kept to.</summary>
    public const int MaxNetworks = TokenNetworks.Max;

    /// <summary>
    /// Makes a token with the maker's powers, or with some of them. It never may more than its maker could then, nor than its maker can when
    /// it is used. Refused: <c>invalid-request</c>, <c>organisation-not-found</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    /// <param name="actor">Who makes it.</param>
    /// <param name="command">What it is.</param>
    /// <param name="idempotencyKey">Same key and same request: the same token again, but not its secret.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<CreatedToken>> CreateAsync(
        Actor actor,
        NewToken command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ManageTokens) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf("create-token", command);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        if (known is { } made)
        {
            return await FindAsync(context, made, cancellationToken) is { } same
                ? new CreatedToken(same, Secret: null)
                : Idempotency.Gone("token");
        }

        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        var now = time.GetStoredNow();
        if (!(await TokenDraft.CheckAsync(context, actor, command, now, cancellationToken)).TryGet(out var draft, out problem))
        {
            return problem;
        }

        var secret = Marker + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 43);
        var powers = actor.Limits?.AtMost ?? actor.Powers;
        var token = new ApiToken
        {
            Id = Ids.New(time),
            Name = command.Name!.Trim(),
            Prefix = secret[..(Marker.Length + 6)],
            Hash = HashOf(secret),
            CreatedAt = now,
            CreatedByName = actor.Name,
            CreatedById = actor.Kind == ActorKind.Person ? actor.Id : draft.Maker?.CreatedById,
            OrganisationId = draft.Organisation?.Id,
            SiteId = draft.Site?.Id,
            MadeAsStaff = powers.Role,
            MadeAsMember = powers.Memberships.FirstOrDefault(power => power.OrganisationId == draft.Organisation?.Id)?.Role,
            Scopes = draft.Scopes,
            IsReadOnly = command.IsReadOnly,
            AllowedNetworks = draft.Networks is [] ? null : draft.Networks,
            ExpiresAt = command.ExpiresAt?.ToStored(),
        };
        context.ApiTokens.Add(token);
        AuditTrail.Add(context, actor, AuditActs.TokenCreate, TargetOf(token));
        Idempotency.Remember(context, actor, idempotencyKey, hash, token.Id, time);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new CreatedToken((await FindAsync(context, token.Id, cancellationToken))!, secret);
    }

    /// <summary>Tokens that the actor may see, the newest first.</summary>
    /// <param name="actor">Who wants to see them.</param>
    /// <param name="organisation">Only those of the organisation of this slug; null for all.</param>
    /// <param name="page">Which part of the list.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<Page<TokenView>>> ListAsync(
        Actor actor,
        string? organisation,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadTokens) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var query = context.ApiTokens.AsNoTracking().VisibleTo(actor, Permission.ReadTokens);
        if (organisation is not null)
        {
            query = query.Where(token => context.Organisations.Any(row => row.Id == token.OrganisationId && row.Slug == organisation));
        }

        if (page.Cursor is not null)
        {
            if (!Guid.TryParse(page.Cursor, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(token => token.Id < before);
        }

        var found = await Views(context, query.OrderByDescending(token => token.Id).Take(page.Limit + 1)).ToListAsync(cancellationToken);
        return Page<TokenView>.From(found, page.Limit, view => view.Id.ToString());
    }

    /// <summary>Ends a token at once. Refused: <c>token-not-found</c>.</summary>
    public async Task<Outcome<Done>> RevokeAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckSeen(actor, Permission.ManageTokens) is { } problem)
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

        var scope = new AccessScope(token.OrganisationId, SiteId: null, "token", id.ToString());
        if (AccessPolicy.Check(actor, Permission.ManageTokens, scope) is { } refused)
        {
            return refused;
        }

        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        context.ApiTokens.Remove(token);
        AuditTrail.Add(context, actor, AuditActs.TokenRevoke, TargetOf(token));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    internal static AuditTarget TargetOf(ApiToken token) =>
        new("token", token.Id, token.Name) { OrganisationId = token.OrganisationId, SiteId = token.SiteId };

    /// <summary>The secret has 256 random bits, so a plain hash is as good as a slow one; and it is found by index, in constant work.</summary>
    internal static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static Task<TokenView?> FindAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken) =>
        Views(context, context.ApiTokens.Where(token => token.Id == id)).SingleOrDefaultAsync(cancellationToken);

    private static IQueryable<TokenView> Views(PanelDbContext context, IQueryable<ApiToken> tokens) =>
        tokens.Select(token => new TokenView(
            token.Id,
            token.Name,
            token.Prefix,
            token.CreatedByName,
            token.CreatedAt,
            token.ExpiresAt,
            token.LastUsedAt,
            context.Organisations.Where(row => row.Id == token.OrganisationId).Select(row => row.Slug).FirstOrDefault(),
            context.Sites.Where(row => row.Id == token.SiteId).Select(row => row.Slug).FirstOrDefault(),
            token.Scopes,
            token.IsReadOnly,
            token.AllowedNetworks ?? new List<string>()
        ));
}
