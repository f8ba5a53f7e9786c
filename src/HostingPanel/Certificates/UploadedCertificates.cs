using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>A certificate that somebody brings.</summary>
/// <param name="Certificate">It and those of its issuers, as PEM.</param>
/// <param name="Key">Its private key, as PEM.</param>
public sealed record UploadedCertificate(string? Certificate, string? Key);

/// <summary>Keeps the certificates that people bring, for a site's name and the panel's alike. Whether they may was asked before.</summary>
internal sealed class UploadedCertificates(OperationQueue queue, TimeProvider time)
{
    /// <summary>Serves a name with what somebody brings.</summary>
    public async Task<Outcome<OperationView>> StoreAsync(
        PanelDbContext context,
        Actor actor,
        CertificateReading.Known known,
        UploadedCertificate command,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetStoredNow();
        if (!CertificateText.Check(command.Certificate, command.Key, known.Host, now).TryGet(out var served, out var invalid))
        {
            return invalid;
        }

        if (await context.SealingKeys.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } sealing)
        {
            return new Problem(
                ProblemKind.Unavailable,
                "worker-not-ready",
                "The worker has not started yet, so there is nobody to seal the key for. Try again in a moment."
            );
        }

        var row = await known.RowAsync(context, cancellationToken);
        (row.Source, row.Chain, row.Issuer) = (CertificateSource.Uploaded, served.Chain, served.Issuer);
        row.Key = CredentialBox.Seal(sealing.PublicKey, served.Key, HostCertificate.KeyContext(row.Host));
        (row.NotBefore, row.NotAfter, row.InstalledAt) = (served.NotBefore.ToUniversalTime(), served.NotAfter.ToUniversalTime(), now);
        (row.ObtainedBy, row.NextKey) = (null, null);
        (row.Attempts, row.NotBeforeAttempt, row.ProblemCode, row.Problem) = (0, null, null, null);
        var operation = queue.Add(context, actor, known.RequestOf(OperationKinds.InstallCertificate));
        await context.SaveChangesAsync(cancellationToken);
        return OperationView.From(operation);
    }

    /// <summary>Takes an uploaded certificate away.</summary>
    public async Task<Outcome<OperationView>> ForgetAsync(
        PanelDbContext context,
        Actor actor,
        CertificateReading.Known known,
        CancellationToken cancellationToken
    )
    {
        if (known.Certificate?.Source != CertificateSource.Uploaded)
        {
            return new Problem(
                ProblemKind.Conflict,
                "certificate-not-uploaded",
                $"The certificate of {known.Host} was not uploaded, so there is nothing to take away."
            );
        }

        context.HostCertificates.Remove(await known.RowAsync(context, cancellationToken));
        var operation = queue.Add(context, actor, known.RequestOf(OperationKinds.InstallCertificate));
        await context.SaveChangesAsync(cancellationToken);
        return OperationView.From(operation);
    }
}
