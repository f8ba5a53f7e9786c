namespace HostingPanel.Web.Certificates;

/// <summary>An authority that most people mean.</summary>
/// <param name="Key">A word for the form.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Text">What it is good for.</param>
/// <param name="Directory">The address of its ACME directory; null where that is to be typed.</param>
/// <param name="BindingHelp">Where it shows key id and key of an external account binding; null where it wants none.</param>
internal sealed record AuthorityPreset(string Key, string Title, string Text, string? Directory, string? BindingHelp)
{
    private const string AnyBinding =
        "Some give an account only to their own customers (external account binding): Sectigo and DigiCert, or a step-ca or EJBCA of your own that is set so. They show both where "
        + "ACME is set up.";

    /// <summary>In the order in which they are offered. The addresses are from the authorities' own documentation.</summary>
    public static IReadOnlyList<AuthorityPreset> All { get; } =
    [
        new(
            "letsencrypt",
            "Let's Encrypt",
            "Free, and trusted by every browser",
            "https://acme-v02.api.letsencrypt.org/directory",
            BindingHelp: null
        ),
        new(
            "staging",
            "Let's Encrypt (staging)",
            "To try things out: nobody trusts its certificates",
            "https://acme-staging-v02.api.letsencrypt.org/directory",
            BindingHelp: null
        ),
        new(
            "zerossl",
            "ZeroSSL",
            "Free, with an account there",
            "https://acme.zerossl.com/v2/DV90",
            "ZeroSSL shows both at Developer → EAB Credentials for ACME Clients, when you generate them."
        ),
        new(
            "google",
            "Google Trust Services",
            "Free, with a project of Google Cloud",
            "https://dv.acme-v02.api.pki.goog/directory",
            "“gcloud publicca external-account-keys create” prints both, as keyId and b64MacKey. They are good for one account, within seven days."
        ),
        new(
            "other",
            "Another one",
            "Anybody who speaks ACME, your own included",
            Directory: null,
            $"{AnyBinding} Leave both empty for all others."
        ),
    ];

    /// <summary>Where the authority at an address shows key id and key.</summary>
    public static string BindingHelpOf(string directory) =>
        All.FirstOrDefault(preset => preset.Directory == directory)?.BindingHelp ?? AnyBinding;
}
