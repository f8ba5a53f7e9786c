using System.Security.Cryptography;
using System.Text;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// The login of one backup of the panel: it may read, and nothing else, and is there no longer than its operation. Its password never
/// travels: PostgreSQL is given what it checks passwords with.
/// </summary>
internal sealed class PanelLogin(IDbContextFactory<PanelDbContext> contexts, IManifestSigner signer, TimeProvider time)
{
    private const int Iterations = 4096;
    private const int Length = 32;

    /// <summary>As a role is called; generated, and the same in every life of the worker.</summary>
    public static string NameOf(Guid operationId) => $"hp_backup_{operationId.ToString("N")[^12..]}";

    /// <summary>64 hexadecimal digits, the same in every life of the worker, which alone can make them.</summary>
    public string PasswordOf(Guid operationId) => signer.Sign(Encoding.ASCII.GetBytes($"panel-backup-login/{operationId:N}"));

    /// <summary>Makes it, or makes it right again.</summary>
    public async Task EnsureAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var until = time.GetUtcNow().Add(Toolbox.StepTimeout).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        await context.Database.ExecuteSqlAsync(
            $"SELECT set_config('hp.role', {NameOf(operationId)}, true), set_config('hp.verifier', {VerifierOf(PasswordOf(operationId))}, true), set_config('hp.until', {until}, true)",
            cancellationToken
        );
        await context.Database.ExecuteSqlAsync(
            $"""
            DO $do$
            DECLARE
                name text := current_setting('hp.role');
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                    EXECUTE format('CREATE ROLE %I', name);
                END IF;
                EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 4 PASSWORD %L VALID UNTIL %L',
                    name, current_setting('hp.verifier'), current_setting('hp.until'));
                EXECUTE format('GRANT pg_read_all_data TO %I', name);
                EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
            END
            $do$
            """,
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Takes it away, if it is there.</summary>
    public async Task RemoveAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT set_config('hp.role', {NameOf(operationId)}, true)", cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""
            DO $do$
            DECLARE
                name text := current_setting('hp.role');
            BEGIN
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                    EXECUTE format('DROP OWNED BY %I', name);
                    EXECUTE format('DROP ROLE %I', name);
                END IF;
            END
            $do$
            """,
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>What PostgreSQL stores of a password (RFC 5803).</summary>
    public static string VerifierOf(string password)
    {
        // From the password alone, so that doing it twice is doing it once; it is as random as a salt.
        var salt = SHA256.HashData(Encoding.ASCII.GetBytes($"salt/{password}"))[..16];
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, Length);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}"
        );
    }
}
