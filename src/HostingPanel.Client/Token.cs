namespace HostingPanel.Client;

/// <summary>An API token: everything but its secret.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Prefix">Its first characters, to tell tokens apart.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When it ends to work; null for never.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
public sealed record Token(
    Guid Id,
    string Name,
    string Prefix,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt
);

/// <summary>What a new token is.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="ExpiresAt">When it ends to work; absent for never.</param>
public sealed record CreateTokenRequest(string? Name, DateTimeOffset? ExpiresAt = null);

/// <summary>A token that was just made.</summary>
/// <param name="Token">The token.</param>
/// <param name="Secret">
/// What goes into the Authorization header. Shown once; the panel keeps only its hash, so it is null in the answer to a repeated request.
/// </param>
public sealed record CreatedToken(Token Token, string? Secret);
