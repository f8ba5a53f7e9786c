using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace HostingPanel.Web.Security;

/// <summary>
/// Reads the keys of cookies as soon as their table is there, so that the first visitor need not wait for it. In place of the framework's
/// own reading at start, which a first start, before a worker has set up the database, would log as an error.
/// </summary>
internal sealed class KeyReader(NpgsqlDataSource database, IDataProtectionProvider protection, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Puts it in the place of the framework's. Comes last, for everything that uses cookies adds that one anew.</summary>
    public static void Add(IServiceCollection services)
    {
        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        services.AddHostedService<KeyReader>();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await IsThereAsync(stoppingToken))
            {
                await Task.Delay(Interval, time, stoppingToken);
            }

            protection.CreateProtector(nameof(KeyReader)).Protect([]);
        }
        catch (Exception failure) when (failure is CryptographicException or OperationCanceledException)
        {
            // Told by whoever reads them; the first cookie tries again.
        }
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT to_regclass('data_protection_keys') IS NOT NULL");
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (NpgsqlException)
        {
            // Not there, either.
            return false;
        }
    }
}
