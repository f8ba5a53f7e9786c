using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace HostingPanel.Certificates;

/// <summary>The panel's account key at authorities: made at the worker's first start.</summary>
internal sealed class AcmeAccounts(IDbContextFactory<PanelDbContext> contexts, ISecretProtector protector) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.AcmeAccounts.AnyAsync(cancellationToken))
        {
            return;
        }

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = protector.Protect(Encoding.ASCII.GetBytes(pair.ExportECPrivateKeyPem() + "\n"), AcmeAccount.KeyContext);
        var thumbprint = ThumbprintOf(pair);
        // Of two workers that start at once one is first.
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO acme_accounts (id, key, thumbprint) VALUES ({AcmeAccount.OnlyId}, {key}, {thumbprint}) ON CONFLICT DO NOTHING",
            cancellationToken
        );
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The key, as PEM.</summary>
    public async Task<byte[]> OpenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context.AcmeAccounts.AsNoTracking().SingleAsync(cancellationToken);
        return protector.Unprotect(account.Key, AcmeAccount.KeyContext);
    }

    /// <summary>A key's JWK thumbprint (RFC 7638): SHA-256 of its required members, in their order, without a blank.</summary>
    internal static string ThumbprintOf(ECDsa pair)
    {
        var point = pair.ExportParameters(includePrivateParameters: false).Q;
        var jwk =
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
    }
}
