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
