using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace HostingPanel.Backups;

/// <summary>The worker's half of <see cref="SealingKey"/>: makes the pair at its first start, and opens what the web has closed.</summary>
internal sealed class SealingKeys(IDbContextFactory<PanelDbContext> contexts, ISecretProtector protector) : IHostedService
{
    private const string PrivateKeyContext = "sealing-key";

    public Task StartAsync(CancellationToken cancellationToken) => EnsureAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes the pair, if there is none. Of two workers that start at once one is first.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.SealingKeys.AnyAsync(cancellationToken))
        {
            return;
        }

        var (publicKey, privateKey) = CredentialBox.MakeKeys();
        var stored = protector.Protect(privateKey, PrivateKeyContext);
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO sealing_keys (id, public_key, private_key) VALUES ({SealingKey.OnlyId}, {publicKey}, {stored}) ON CONFLICT DO NOTHING",
            cancellationToken
        );
    }

    /// <summary>The credentials of a target, as lines NAME=value; null where it has none.</summary>
    public async Task<byte[]?> OpenAsync(BackupTarget target, CancellationToken cancellationToken)
    {
        return target.Credentials is { } box ? await OpenAsync(box, BackupTarget.CredentialsContext(target.Id), cancellationToken) : null;
    }

    /// <summary>What somebody has closed for the worker; throws when it was changed or belongs to another context.</summary>
    public async Task<byte[]> OpenAsync(byte[] box, string boxContext, CancellationToken cancellationToken) =>
        (await OpenerAsync(cancellationToken))(box, boxContext);

    /// <summary>The same for many boxes, each with its context: the key is read once.</summary>
    public async Task<Func<byte[], string, byte[]>> OpenerAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var stored = await context.SealingKeys.AsNoTracking().SingleAsync(cancellationToken);
        var key = protector.Unprotect(stored.PrivateKey, PrivateKeyContext);
        return (box, boxContext) => CredentialBox.Open(key, box, boxContext);
    }
}
