using System.Security.Cryptography;
using System.Text;
using HostingPanel.Backups;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Certificates;

/// <summary>What the worker reads and writes of certificates; it may open their keys.</summary>
internal sealed partial class CertificateStore(
    IDbContextFactory<PanelDbContext> contexts,
    ISecretProtector protector,
    SealingKeys sealing,
    CertificateReading reading,
    ILogger<CertificateStore> logger
)
{
    /// <summary>What the gateway needs: the certificates that are there, by host name, and what it answers challenges with.</summary>
    public async Task<GatewayTrust> ReadTrustAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var thumbprint = await context.AcmeAccounts.Select(account => account.Thumbprint).SingleOrDefaultAsync(cancellationToken);
        var rows = await (
            from row in context.HostCertificates
            where row.Chain != null && row.Key != null
            // What is left of a name that has another owner now, or none, is served to nobody.
            where row.SiteId == null || context.Domains.Any(domain => domain.Host == row.Host && domain.SiteId == row.SiteId)
            select row
        )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var certificates = new Dictionary<string, string>(StringComparer.Ordinal);
        // Read once, for this is done at each change of the gateway.
        Func<byte[], string, byte[]>? open = null;
        foreach (var row in rows)
        {
            try
            {
                var keyContext = HostCertificate.KeyContext(row.Host);
                var key =
                    row.Source == CertificateSource.Uploaded
                        ? (open ??= await sealing.OpenerAsync(cancellationToken))(row.Key!, keyContext)
                        : protector.Unprotect(row.Key!, keyContext);
                certificates[row.Host] = row.Chain + Encoding.ASCII.GetString(key);
            }
            catch (CryptographicException broken)
            {
                // It must not keep the gateway from the others; the name has the self-signed one then.
                LogUnreadable(row.Host, broken.Message);
            }
        }

        return new GatewayTrust { AcmeThumbprint = thumbprint, Certificates = certificates };
    }

    /// <summary>A name as it stands now; null when nobody has it any more.</summary>
    public async Task<(CertificateReading.Known Known, IReadOnlyList<CertificateAuthority> Authorities, DnsAccount? Dns)?> FindAsync(
        string host,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var panel = await reading.OfPanelAsync(context, cancellationToken);
        var sites = context.Sites.Where(site => site.Domains.Any(domain => domain.Host == host));
        var known =
            panel.Host == host
                ? panel
                : (await CertificateReading.OfSitesAsync(context, sites, cancellationToken)).Find(one => one.Host == host);
        return known is null
            ? null
            : (
                known,
                await context.CertificateAuthorities.AsNoTracking().ToListAsync(cancellationToken),
                (await context.DnsAccounts.AsNoTracking().ToListAsync(cancellationToken)).Find(account => account.Covers(host))
            );
    }

    /// <summary>The key of the certificate that is being asked for: the same one for as long as it is being asked for.</summary>
    public async Task<byte[]> NextKeyAsync(CertificateReading.Known known, CancellationToken cancellationToken)
    {
        byte[]? key = null;
        await UpdateAsync(
            known,
            row =>
            {
                var context = HostCertificate.KeyContext(row.Host);
                if (row.NextKey is { } begun)
                {
                    key = protector.Unprotect(begun, context);
                    return;
                }

                using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                key = Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem() + "\n");
                row.NextKey = protector.Protect(key, context);
            },
            cancellationToken
        );
        return key!;
    }

    /// <summary>Changes the row of a name; makes it where there is none, and anew where it is another owner's.</summary>
    public async Task UpdateAsync(CertificateReading.Known known, Action<HostCertificate> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context
            .HostCertificates.Where(row => row.Host == known.Host && row.SiteId != known.SiteId)
            .ExecuteDeleteAsync(cancellationToken);
        var row =
            await context.HostCertificates.SingleOrDefaultAsync(row => row.Host == known.Host, cancellationToken)
            ?? context.HostCertificates.Add(new HostCertificate { Host = known.Host, SiteId = known.SiteId }).Entity;
        change(row);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Serves a name with what an authority gave for <see cref="HostCertificate.NextKey"/>.</summary>
    public Task InstallAsync(
        CertificateReading.Known known,
        ServedCertificate served,
        Guid operationId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        UpdateAsync(
            known,
            row =>
            {
                (row.Source, row.Chain, row.Issuer) = (CertificateSource.Authority, served.Chain, served.Issuer);
                row.Key = protector.Protect(served.Key, HostCertificate.KeyContext(row.Host));
                (row.NotBefore, row.NotAfter) = (served.NotBefore.ToUniversalTime(), served.NotAfter.ToUniversalTime());
                (row.InstalledAt, row.ObtainedBy, row.NextKey) = (now, operationId, null);
                (row.Attempts, row.NotBeforeAttempt, row.ProblemCode, row.Problem) = (0, null, null, null);
            },
            cancellationToken
        );

    /// <summary>Asks an authority for nothing before a moment.</summary>
    public async Task PauseAsync(Guid authorityId, DateTimeOffset until, string why, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .CertificateAuthorities.Where(row => row.Id == authorityId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.PausedUntil, until).SetProperty(row => row.PausedWhy, why),
                cancellationToken
            );
    }

    /// <summary>The credentials of a DNS account, as lines NAME=value.</summary>
    public Task<byte[]> OpenAsync(DnsAccount account, CancellationToken cancellationToken) =>
        sealing.OpenAsync(account.Credentials, DnsAccount.CredentialsContext(account.Id), cancellationToken);

    /// <summary>By what an authority knows whose the panel's account is, as <c>hp-acme</c> reads it: a line for the key id, one for the key. Null where it is told nothing.</summary>
    public async Task<byte[]?> OpenAsync(CertificateAuthority authority, CancellationToken cancellationToken) =>
        authority.BindingKey is { } box
            ?
            [
                .. Encoding.ASCII.GetBytes($"{authority.BindingKeyId}\n"),
                .. await sealing.OpenAsync(box, CertificateAuthority.BindingContext(authority.Id), cancellationToken),
                (byte)'\n',
            ]
            : null;

    [LoggerMessage(
        95,
        LogLevel.Error,
        "The key of the certificate of {Host} can't be read; it is served with the self-signed one: {Reason}"
    )]
    private partial void LogUnreadable(string host, string reason);
}
