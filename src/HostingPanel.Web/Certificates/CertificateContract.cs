using HostingPanel.Certificates;

namespace HostingPanel.Web.Certificates;

/// <summary>Certificates in the words of the REST contract.</summary>
internal static class CertificateContract
{
    public static Client.Certificate ToContract(this CertificateView view) =>
        new(
            view.Host,
            view.Site,
            ToContract(view.State),
            view.Words,
            view.Source is { } source ? ToContract(source) : null,
            view.Issuer,
            view.NotBefore,
            view.NotAfter,
            view.RenewAt,
            view.Authority,
            view.TriedAt,
            view.NextAttemptAt,
            view.ProblemCode is { } code ? new Client.CertificateFault(code, view.Problem ?? code) : null,
            view.OperationId
        );

    public static Client.CertificateAuthority ToContract(this CertificateAuthorityView view) =>
        new(
            view.Id,
            view.Name,
            view.Directory,
            view.Email,
            view.IsDefault,
            view.IsPrivate,
            view.Certificates,
            view.PausedUntil,
            view.PausedWhy,
            view.BindingKeyId
        );

    public static AccountBinding ToCommand(this Client.AccountBindingRequest request) => new(request.KeyId, request.Key);

    public static Client.DnsAccount ToContract(this DnsAccountView view) => new(view.Id, view.Provider, view.Zones, view.CreatedAt);

    private static Client.CertificateState ToContract(CertificateState state) =>
        state switch
        {
            CertificateState.None => Client.CertificateState.None,
            CertificateState.Waiting => Client.CertificateState.Waiting,
            CertificateState.Asking => Client.CertificateState.Asking,
            CertificateState.Good => Client.CertificateState.Good,
            CertificateState.RunningOut => Client.CertificateState.RunningOut,
            CertificateState.Failing => Client.CertificateState.Failing,
            _ => throw new InvalidOperationException($"The contract has no word for a certificate that is {state}."),
        };

    private static Client.CertificateSource ToContract(CertificateSource source) =>
        source switch
        {
            CertificateSource.Authority => Client.CertificateSource.Authority,
            CertificateSource.Uploaded => Client.CertificateSource.Uploaded,
            _ => throw new InvalidOperationException($"The contract has no word for a certificate of {source}."),
        };
}
