using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>The process with a worker that nobody waits for.</summary>
public sealed class AccessApp(PostgresFixture postgres) : PanelApp(postgres)
{
    /// <inheritdoc />
    protected override void Configure(IDictionary<string, string?> settings) => settings["Worker:BaseAddress"] = "http://127.0.0.1:9";
}

/// <summary>Something of everything, of one organisation.</summary>
/// <param name="Organisation">Its slug.</param>
/// <param name="Site">The slug of its site.</param>
/// <param name="Volume">A volume of the site that nothing mounts.</param>
/// <param name="Point">A good restore point of the site.</param>
/// <param name="Drill">A drill of it.</param>
/// <param name="Operation">An operation on the site that has ended.</param>
/// <param name="Member">Somebody who may be removed.</param>
public sealed record Belongings(string Organisation, string Site, Guid Volume, Guid Point, Guid Drill, Guid Operation, Guid Member)
{
    /// <summary>A token of the organisation that may be revoked.</summary>
    public Guid Token { get; } = Guid.CreateVersion7();

    /// <summary>A download of the site that may be taken.</summary>
    public Guid Download { get; } = Guid.CreateVersion7();
}

/// <summary>Two organisations that have the same, and everybody who may come to the first one.</summary>
public sealed class AccessWorld(PanelApp app, Belongings own, Belongings foreign)
{
    private readonly Dictionary<Who, string?> _secrets = [];
    private readonly Dictionary<Who, AccountView?> _accounts = [];

    /// <summary>Of the organisation that everybody but the other tenant belongs to.</summary>
    public Belongings Own => own;

    /// <summary>Of another one.</summary>
    public Belongings Foreign => foreign;

    /// <summary>The secret of a token with exactly the powers of somebody; null for nobody.</summary>
    public string? SecretOf(Who who) => _secrets[who];

    /// <summary>The account behind somebody; null for nobody.</summary>
    public AccountView? AccountOf(Who who) => _accounts[who];

    /// <summary>Makes everybody.</summary>
    public async Task PopulateAsync()
    {
        foreach (var who in Enum.GetValues<Who>())
        {
            if (who == Who.Nobody)
            {
                (_secrets[who], _accounts[who]) = (null, null);
                continue;
            }

            var account = await app.NewAccountAsync(
                who switch
                {
                    Who.Administrator or Who.Suspended or Who.ReadOnlyToken => StaffRole.Administrator,
                    Who.Operator => StaffRole.Operator,
                    Who.Auditor => StaffRole.Auditor,
                    _ => null,
                }
            );
            _accounts[who] = account;
            if (who is Who.Viewer or Who.Manager or Who.Owner or Who.SiteToken or Who.OtherTenant)
            {
                await JoinAsync(
                    account.Id,
                    who == Who.OtherTenant ? foreign : own,
                    who switch
                    {
                        Who.Viewer => "Viewer",
                        Who.Manager => "Manager",
                        _ => "Owner",
                    }
                );
            }

            if (who == Who.Developer)
            {
                await app.ExecuteAsync(
                    "INSERT INTO site_accesses (account_id, site_id, role, until, given_at, given_by_name) "
                        + "SELECT $1, id, 'Developer', now() + interval '7 days', now(), 'somebody' FROM sites WHERE slug = $2",
                    account.Id,
                    own.Site
                );
            }

            if (who == Who.Suspended)
            {
                await app.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = $1", account.Id);
            }

            _secrets[who] = await AddTokenAsync(Guid.CreateVersion7(), account.Id, who);
        }
    }

    /// <summary>Puts back what an allowed call may have taken away.</summary>
    public async Task RefillAsync(Belongings belongings)
    {
        await JoinAsync(belongings.Member, belongings, "Viewer");
        await app.ExecuteAsync(
            "INSERT INTO site_accesses (account_id, site_id, role, until, given_at, given_by_name) "
                + "SELECT $1, id, 'Developer', now() + interval '7 days', now(), 'somebody' FROM sites WHERE slug = $2 ON CONFLICT DO NOTHING",
            belongings.Member,
            belongings.Site
        );
        await app.ExecuteAsync(
            "INSERT INTO api_tokens (id, name, prefix, hash, created_at, created_by_name, organisation_id, is_read_only) "
                + "SELECT $1, 'spare', 'hpt_spare', $2, now(), 'somebody', id, false FROM organisations WHERE slug = $3 ON CONFLICT DO NOTHING",
            belongings.Token,
            belongings.Token.ToByteArray(),
            belongings.Organisation
        );
        await app.ExecuteAsync(
            "INSERT INTO backup_downloads (id, site_id, site_slug, kind, file_name, bytes, sha256, requested_by_id, requested_by_name, created_at, expires_at) "
                + "SELECT $1, id, slug, 'Files', slug || '.tar.gz', 2, 'ab', $1, 'somebody', now(), now() + interval '1 hour' FROM sites WHERE slug = $2 "
                + "ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at",
            belongings.Download,
            belongings.Site
        );
        var downloads = Directory.CreateDirectory(Path.Combine(app.UploadsDirectory, "downloads"));
        await File.WriteAllTextAsync(
            Path.Combine(downloads.FullName, belongings.Download.ToString("N")),
            "ab",
            TestContext.Current.CancellationToken
        );
    }

    private Task JoinAsync(Guid account, Belongings belongings, string role) =>
        app.ExecuteAsync(
            "INSERT INTO memberships (account_id, organisation_id, role, since) SELECT $1, id, $2, now() FROM organisations WHERE slug = $3 "
                + "ON CONFLICT DO NOTHING",
            account,
            role,
            belongings.Organisation
        );

    /// <summary>
    /// A token that was made with all powers, so that those that its account has now are what it has: so a script speaks for each role,
    /// also for those that can make no token.
    /// </summary>
    private async Task<string> AddTokenAsync(Guid id, Guid account, Who who)
    {
        var secret = $"{TokenService.Marker}{id:N}0123456789a";
        await app.ExecuteAsync(
            "INSERT INTO api_tokens (id, name, prefix, hash, created_at, created_by_name, created_by_id, made_as_staff, is_read_only, site_id, organisation_id) "
                + "VALUES ($1, $2, 'hpt_', $3, now(), 'somebody', $4, 'Administrator', $5, (SELECT id FROM sites WHERE slug = $6), "
                + "(SELECT organisation_id FROM sites WHERE slug = $6))",
            id,
            who.ToString(),
            SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
            account,
            who == Who.ReadOnlyToken,
            who == Who.SiteToken ? own.Site : string.Empty
        );
        return secret;
    }
}
