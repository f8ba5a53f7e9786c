using System.Security.Cryptography;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>What the steps of a site's operations read and write of it. Worker side: it may open the site's secrets.</summary>
internal sealed class SiteStore(
    IDbContextFactory<PanelDbContext> contexts,
    BlueprintCatalogue blueprints,
    ISecretProtector protector,
    IOptions<PanelOptions> options
)
{
    /// <summary>The site as it is now.</summary>
    public async Task<SiteAssembly> LoadAsync(Guid siteId, Guid? operationId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context
            .Sites.WithDrills()
            .AsNoTracking()
            .AsSplitQuery()
            .Include(site => site.Services)
            .Include(site => site.Secrets)
            .Include(site => site.Volumes)
            .Include(site => site.Domains)
            .Include(site => site.Organisation)
                .ThenInclude(organisation => organisation!.Plan)
            .SingleAsync(site => site.Id == siteId, cancellationToken);
        return Assemble(site, operationId);
    }

    /// <summary>What a site that was read with all its parts is in the engine.</summary>
    /// <exception cref="PlatformException">Its blueprint is not installed any more.</exception>
    public SiteAssembly Assemble(Site site, Guid? operationId) => new(site, BlueprintOf(site), options.Value, operationId);

    public Blueprint BlueprintOf(Site site) =>
        blueprints.Get(site.Blueprint)
        ?? throw new PlatformException(
            "blueprint-missing",
            $"The blueprint “{site.Blueprint}” of {site.Slug} is not installed any more. Put docker/blueprints/{site.Blueprint}.yaml back and run ./panel up."
        );

    /// <summary>Changes the site's row.</summary>
    public async Task UpdateAsync(Guid siteId, Action<Site> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(await context.Sites.WithDrills().SingleAsync(site => site.Id == siteId, cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Makes the secrets that the blueprint asks for and that are not there yet, and opens all of them.</summary>
    /// <returns>Their values by name, rendered init.sql included.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>> EnsureSecretsAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context.Sites.WithDrills().Include(site => site.Secrets).SingleAsync(site => site.Id == siteId, cancellationToken);
        var blueprint = BlueprintOf(site);
        foreach (var secret in blueprint.AllSecrets())
        {
            AddIfMissing(site, secret.Name, () => Encoding.ASCII.GetBytes(Generate(secret)));
        }

        var passwords = PasswordsOf(site, blueprint);
        foreach (var service in blueprint.Databases.Select(database => database.Service).Distinct(StringComparer.Ordinal))
        {
            AddIfMissing(
                site,
                SiteAssembly.InitSqlSecret(service),
                () => Encoding.UTF8.GetBytes(DatabaseInitSql.Render(blueprint, service, passwords))
            );
        }

        await context.SaveChangesAsync(cancellationToken);
        return site.Secrets.ToDictionary(secret => secret.Name, secret => Open(site, secret.Name), StringComparer.Ordinal);
    }

    /// <summary>
    /// Brings the site's init.sql in line: one of an older panel, or one with other grants, becomes a new version. The servers have to be
    /// started anew to run it.
    /// </summary>
    /// <returns>True when one is another now.</returns>
    public async Task<bool> RenewInitSqlAsync(Guid siteId, InitSqlGrants grants, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context.Sites.WithDrills().Include(site => site.Secrets).SingleAsync(site => site.Id == siteId, cancellationToken);
        var blueprint = BlueprintOf(site);
        var passwords = PasswordsOf(site, blueprint);
        foreach (var service in blueprint.Databases.Select(database => database.Service).Distinct(StringComparer.Ordinal))
        {
            var name = SiteAssembly.InitSqlSecret(service);
            var wanted = Encoding.UTF8.GetBytes(DatabaseInitSql.Render(blueprint, service, passwords, grants));
            if (!Open(site, name).AsSpan().SequenceEqual(wanted))
            {
                var secret = site.Secrets.Single(secret => secret.Name == name);
                (secret.Version, secret.Value) = (secret.Version + 1, protector.Protect(wanted, Context(site, name)));
            }
        }

        return await context.SaveChangesAsync(cancellationToken) > 0;
    }

    /// <summary>Gives a site that has just been reserved the secrets of another's restore point, where it has none of these names yet.</summary>
    public async Task TakeOverSecretsAsync(Guid siteId, IReadOnlyDictionary<string, byte[]> values, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context.Sites.WithDrills().Include(site => site.Secrets).SingleAsync(site => site.Id == siteId, cancellationToken);
        foreach (var (name, value) in values)
        {
            AddIfMissing(site, name, () => value);
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Opens one secret.</summary>
    public byte[] Open(Site site, string name) =>
        protector.Unprotect(site.Secrets.Single(secret => secret.Name == name).Value, Context(site, name));

    /// <summary>Encrypts a value for a secret of the site.</summary>
    public byte[] Seal(Site site, string name, byte[] value) => protector.Protect(value, Context(site, name));

    /// <summary>Opens a value that <see cref="Seal"/> has encrypted.</summary>
    public byte[] Unseal(Site site, string name, byte[] value) => protector.Unprotect(value, Context(site, name));

    /// <summary>The init.sql of a database service by the site's present passwords, with these grants.</summary>
    public byte[] RenderInitSql(Site site, string service, InitSqlGrants grants)
    {
        var blueprint = BlueprintOf(site);
        return Encoding.UTF8.GetBytes(DatabaseInitSql.Render(blueprint, service, PasswordsOf(site, blueprint), grants));
    }

    /// <summary>What <see cref="DatabaseInitSql"/> wants to know.</summary>
    private Dictionary<string, string> PasswordsOf(Site site, Blueprint blueprint)
    {
        var passwords = blueprint.Databases.ToDictionary(
            database => database.Name,
            database => Encoding.ASCII.GetString(Open(site, SecretNames.DatabasePassword(database.Name))),
            StringComparer.Ordinal
        );
        if (passwords.Count > 0)
        {
            passwords[SecretNames.BackupPassword] = Encoding.ASCII.GetString(Open(site, SecretNames.BackupPassword));
        }

        return passwords;
    }

    private void AddIfMissing(Site site, string name, Func<byte[]> make)
    {
        if (site.Secrets.All(secret => secret.Name != name))
        {
            site.Secrets.Add(
                new SiteSecret
                {
                    SiteId = site.Id,
                    Name = name,
                    Version = 1,
                    Value = protector.Protect(make(), Context(site, name)),
                }
            );
        }
    }

    private static string Context(Site site, string name) => $"{site.Id:N}/{name}";

    private static string Generate(BlueprintSecret secret) =>
        secret.Encoding switch
        {
            SecretEncoding.Hex => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(secret.Bytes)),
            SecretEncoding.Base64 => Convert.ToBase64String(RandomNumberGenerator.GetBytes(secret.Bytes)),
            SecretEncoding.Base64Url => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(secret.Bytes)),
            SecretEncoding.Alphanumeric => RandomNumberGenerator.GetString(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                secret.Bytes
            ),
            _ => throw new InvalidOperationException($"The encoding {secret.Encoding} is not written down."),
        };
}
