namespace HostingPanel.Client;

/// <summary>An API token: everything but its secret.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Prefix">Its first characters, to tell tokens apart.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When it ends to work; null for never.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="Organisation">The slug of the organisation whose it is; null for one of the provider.</param>
/// <param name="Site">The slug of the one site that it is for; null for all that it reaches.</param>
/// <param name="Scopes">The names of the permissions that it has, such as <c>sites.read</c>; null for all of its maker's.</param>
/// <param name="ReadOnly">True when it only reads.</param>
/// <param name="AllowedNetworks">The networks that it works from; none for everywhere.</param>
public sealed record Token(
    Guid Id,
    string Name,
    string Prefix,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string? Organisation,
    string? Site,
    IReadOnlyList<string>? Scopes,
    bool ReadOnly,
    IReadOnlyList<string> AllowedNetworks
);

/// <summary>What a new token is.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="ExpiresAt">When it ends to work; absent for never.</param>
/// <param name="Organisation">The slug of the organisation whose it is; absent for one of the provider, or where there is only one to mean.</param>
/// <param name="Site">The slug of the one site that it is for; absent for all.</param>
/// <param name="Scopes">The names of the permissions that it has, such as <c>sites.read</c>; absent for all of its maker's.</param>
/// <param name="ReadOnly">True for one that only reads.</param>
/// <param name="AllowedNetworks">The addresses and networks, such as <c>203.0.113.0/24</c>, that it works from; absent for everywhere.</param>
public sealed record CreateTokenRequest(
    string? Name,
    DateTimeOffset? ExpiresAt = null,
    string? Organisation = null,
    string? Site = null,
    IReadOnlyList<string>? Scopes = null,
    bool ReadOnly = false,
    IReadOnlyList<string>? AllowedNetworks = null
);

/// <summary>A token that was just made.</summary>
/// <param name="Token">The token.</param>
/// <param name="Secret">
/// What goes into the Authorization header. Shown once; the panel keeps only its hash, so it is null in the answer to a repeated request.
/// </param>
public sealed record CreatedToken(Token Token, string? Secret);
