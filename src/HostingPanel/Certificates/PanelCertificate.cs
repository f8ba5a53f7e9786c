using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>The use cases of the certificate of the panel's own name: as for the names of sites, and the provider's.</summary>
public sealed class PanelCertificate
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly CertificateReading _reading;
    private readonly UploadedCertificates _uploaded;

    internal PanelCertificate(IDbContextFactory<PanelDbContext> contexts, CertificateReading reading, UploadedCertificates uploaded) =>
        (_contexts, _reading, _uploaded) = (contexts, reading, uploaded);

    /// <summary>
    /// Serves the panel's own name with a certificate that somebody brings; it is renewed by nobody but them. Refused: <c>invalid-request</c> (it
    /// does not match, has expired, has no chain), <c>worker-not-ready</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> UploadAsync(Actor actor, UploadedCertificate command, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var panel = await _reading.OfPanelAsync(context, cancellationToken);
        return await _uploaded.StoreAsync(context, actor, panel, command, cancellationToken);
    }

    /// <summary>
    /// Takes the uploaded certificate away: an authority is asked, where one certifies the name, and until then the self-signed one is served.
    /// Refused: <c>certificate-not-uploaded</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> ForgetAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var panel = await _reading.OfPanelAsync(context, cancellationToken);
        return await _uploaded.ForgetAsync(context, actor, panel, cancellationToken);
    }
}
