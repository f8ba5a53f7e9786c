using HostingPanel.Certificates;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Certificates;

/// <summary>How certificates are spoken of.</summary>
internal static class CertificateWords
{
    public static (Tone Tone, string Text) Of(CertificateState state) =>
        state switch
        {
            CertificateState.None => (Tone.Off, "Self-signed"),
            CertificateState.Waiting => (Tone.Busy, "Waiting"),
            CertificateState.Asking => (Tone.Busy, "Being asked for"),
            CertificateState.Good => (Tone.Ok, "Good"),
            CertificateState.RunningOut => (Tone.Warn, "Running out"),
            CertificateState.Failing => (Tone.Bad, "None"),
            _ => throw new InvalidOperationException($"There are no words for a certificate that is {state}."),
        };

    /// <summary>What it means for the people whose site it is, who can do nothing about it themselves.</summary>
    public static string ForClient(CertificateView certificate) =>
        certificate.State switch
        {
            CertificateState.Good or CertificateState.RunningOut => "Visitors reach it encrypted.",
            CertificateState.Waiting or CertificateState.Asking =>
                "Its certificate is on the way. Until it is there, browsers warn of the encrypted address (https).",
            CertificateState.Failing =>
                "It has no certificate yet, so browsers warn of the encrypted address (https). It is tried again by itself; if it stays so, tell whoever hosts for you.",
            CertificateState.None =>
                "It has no certificate, so browsers warn of the encrypted address (https). Whoever hosts for you can change that.",
            _ => throw new InvalidOperationException($"There are no words for a certificate that is {certificate.State}."),
        };

    /// <summary>What an authority is to a host name.</summary>
    public static string Of(AuthorityChoice choice) =>
        (choice.IsAsked, choice.IsDefault) switch
        {
            (true, true) => "Asked now, and where nothing else is said.",
            (true, false) => "Asked now.",
            (false, true) => "Asked where nothing else is said.",
            (false, false) => string.Empty,
        };

    /// <summary>What happens when another authority is chosen for a host name.</summary>
    public static IReadOnlyList<string> Choose(CertificateView certificate, string authority) =>
        [
            $"{authority} is asked for a new certificate of {certificate.Host} at once, and for each one after it.",
            certificate.State is CertificateState.Good or CertificateState.RunningOut
                ? $"The present one, of {certificate.Issuer}, stays until the new one is there; also when {authority} refuses."
                : "Until it is there visitors get the panel's self-signed one, of which browsers warn.",
            "No other host name changes.",
        ];

    public static Confirmation Forget(CertificateView certificate) =>
        new(
            $"Take the certificate of {certificate.Host} away?",
            "An authority is asked for one, where there is one to ask.",
            "Take it away"
        )
        {
            IsDanger = true,
            Consequences =
            [
                "Until then visitors get the panel's self-signed one, of which browsers warn.",
                "The panel forgets it with its key. You can upload it again.",
            ],
        };

    public static Confirmation Remove(CertificateAuthorityView authority) =>
        new($"Ask {authority.Name} for nothing any more?", "What it gave stays until it runs out.", "Remove")
        {
            IsDanger = true,
            Consequences =
            [
                authority.Certificates == 0
                    ? "No host name has a certificate that it renews."
                    : $"{Phrases.Count(authority.Certificates, "certificate")} of it {(authority.Certificates == 1 ? "is" : "are")} asked for at the default authority when it is time.",
                "The account there is not closed.",
            ],
        };

    public static Confirmation Remove(DnsAccountView account) =>
        new($"Forget the account at {account.Provider}?", "The panel forgets its credentials.", "Forget")
        {
            IsDanger = true,
            Consequences =
            [
                $"Names in {string.Join(", ", account.Zones)} are validated by HTTP again.",
                "Wildcards there can't be renewed any more.",
            ],
        };
}
