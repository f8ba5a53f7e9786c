namespace HostingPanel.Web.Certificates;

/// <summary>An authority that most people mean.</summary>
/// <param name="Key">A word for the form.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Text">What it is good for.</param>
/// <param name="Directory">The address of its ACME directory; null where that is to be typed.</param>
internal sealed record AuthorityPreset(string Key, string Title, string Text, string? Directory)
{
    /// <summary>In the order in which they are offered. The addresses are from the authorities' own documentation.</summary>
    public static IReadOnlyList<AuthorityPreset> All { get; } =
    [
        new("letsencrypt", "Let's Encrypt", "Free, and trusted by every browser", "https://acme-v02.api.letsencrypt.org/directory"),
        new(
            "staging",
            "Let's Encrypt (staging)",
            "To try things out: nobody trusts its certificates",
            "https://acme-staging-v02.api.letsencrypt.org/directory"
        ),
        new("other", "Another one", "Anybody who speaks ACME, your own included", Directory: null),
    ];
}
