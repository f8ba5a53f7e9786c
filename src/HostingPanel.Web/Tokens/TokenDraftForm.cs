using HostingPanel.Tokens;

namespace HostingPanel.Web.Tokens;

/// <summary>What is typed about a new token.</summary>
internal sealed class TokenDraftForm
{
    /// <summary>The fields that a fault can stand at.</summary>
    public static readonly string[] Fields = ["name", "expiresAt", "organisation", "site", "scopes", "allowedNetworks"];

    /// <summary>What it is for.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>In how many days it ends; 0 for never.</summary>
    public int Days { get; set; } = 90;

    /// <summary>The slug of the organisation whose it is; empty for the provider, or the only one.</summary>
    public string Organisation { get; set; } = string.Empty;

    /// <summary>The slug of the one site that it is for; empty for all.</summary>
    public string Site { get; set; } = string.Empty;

    /// <summary>What it may: <c>all</c>, <c>read</c> or <c>chosen</c>.</summary>
    public string Reach { get; set; } = "all";

    /// <summary>The permissions that were chosen.</summary>
    public HashSet<string> Scopes { get; } = new(StringComparer.Ordinal);

    /// <summary>The networks that it works from, apart by blanks, commas or line ends; empty for everywhere.</summary>
    public string Networks { get; set; } = string.Empty;

    /// <summary>As the use case takes it.</summary>
    public NewToken ToCommand(DateTimeOffset now) =>
        new(
            Name,
            Days == 0 ? null : now.AddDays(Days),
            Organisation.Length == 0 ? null : Organisation,
            string.IsNullOrWhiteSpace(Site) ? null : Site.Trim(),
            Reach == "chosen" ? [.. Scopes.Order(StringComparer.Ordinal)] : null,
            Reach == "read",
            Networks.Split([' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } networks
                ? networks
                : null
        );
}
