namespace HostingPanel.Tokens;

/// <summary>An API token as it is shown: everything but its secret.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Prefix">Its first characters, to tell tokens apart.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When it ends to work; null for never.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="Organisation">The slug of the organisation whose it is; null for one of the provider.</param>
/// <param name="Site">The slug of the one site that it is for; null for all that it reaches.</param>
/// <param name="Scopes">The names of the permissions that it has; null for all of its maker's.</param>
/// <param name="IsReadOnly">True when it only reads.</param>
/// <param name="AllowedNetworks">The networks that it works from; none for everywhere.</param>
public sealed record TokenView(
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
    bool IsReadOnly,
    IReadOnlyList<string> AllowedNetworks
);

/// <summary>What a new token is.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="ExpiresAt">When it ends to work; null for never.</param>
/// <param name="Organisation">The slug of the organisation whose it is; null for one of the provider, or where there is only one to mean.</param>
/// <param name="Site">The slug of the one site that it is for; null for all.</param>
/// <param name="Scopes">The names of the permissions that it has; null for all of its maker's.</param>
/// <param name="IsReadOnly">True when it only reads.</param>
/// <param name="AllowedNetworks">The addresses and networks (<c>203.0.113.0/24</c>) that it works from; null for everywhere.</param>
public sealed record NewToken(
    string? Name,
    DateTimeOffset? ExpiresAt = null,
    string? Organisation = null,
    string? Site = null,
    IReadOnlyList<string>? Scopes = null,
    bool IsReadOnly = false,
    IReadOnlyList<string>? AllowedNetworks = null
);

/// <summary>A token that was just made.</summary>
/// <param name="Token">The token.</param>
/// <param name="Secret">
/// Its secret: the only time that it is shown. Null when an idempotency key named a token that was made before: only its hash is stored.
/// </param>
public sealed record CreatedToken(TokenView Token, string? Secret);
