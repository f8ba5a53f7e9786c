using System.Globalization;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// Dumps the panel's own database by <c>hp-pg-dump</c> of the image that the server itself runs, so that the two are always of one version:
/// as nobody, on the panel's private network, with a login that can only read.
/// </summary>
internal sealed class PanelDump(
    ImageCatalogue images,
    Toolbox toolbox,
    PanelLogin login,
    ISwarm swarm,
    IOptions<PanelOptions> panel,
    IOptions<DatabaseOptions> database,
    IOptions<PanelBackupOptions> options,
    TimeProvider time
)
{
    private const string PasswordFile = "panel-backup-password";
    private static readonly ResourceLimits Limits = new(512L << 20, 1_000_000_000, 32);
    private readonly BackupNames _names = new(panel.Value);

    /// <summary>The image of PostgreSQL.</summary>
    public string Image =>
        images.Resolve("postgres").TryGet(out var image, out var problem)
            ? image
            : throw new StepFailedException(problem.Code, problem.Message);

    /// <summary>Dumps it, in place of what a run before has left.</summary>
    /// <exception cref="StepFailedException"><c>dump-failed</c>.</exception>
    public async Task<PanelManifest> RunAsync(
        Operation operation,
        VolumeMount scratch,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var takenAt = time.GetStoredNow();
        await login.EnsureAsync(operation.Id, cancellationToken);
        var owner = new Ownership(SiteId: null, OrganisationId: null, operation.Id);
        var secret = SecretOf(operation.Id);
        await swarm.EnsureSecretAsync(
            new SecretDefinition(secret, System.Text.Encoding.ASCII.GetBytes(login.PasswordOf(operation.Id)), owner),
            cancellationToken
        );
        var server = new NpgsqlConnectionStringBuilder(database.Value.ConnectionString);
        var result = await toolbox.RunAsync<object>(
            new JobDefinition(
                _names.Job("panel-dump", operation.Id),
                operation.Id,
                new ContainerDefinition
                {
                    Image = Image,
                    Owner = owner,
                    User = DatabaseTool.Nobody.ToString(),
                    Command =
                    [
                        "hp-pg-dump",
                        BackupNames.Dumps,
                        options.Value.DatabaseHost ?? server.Host!,
                        (options.Value.DatabasePort ?? server.Port).ToString(CultureInfo.InvariantCulture),
                        server.Database!,
                        PanelLogin.NameOf(operation.Id),
                    ],
                    Secrets = [new SecretMount(secret, PasswordFile, DatabaseTool.Nobody.Uid, DatabaseTool.Nobody.Gid)],
                    Volumes = [scratch],
                    Networks = [new NetworkAttachment($"{panel.Value.Installation}-private", [])],
                    Tmpfs = [new TmpfsMount("/tmp", 64L << 20)],
                    Limits = Limits,
                },
                Toolbox.JobTimeout
            ),
            report: null,
            cancellationToken,
            progress
        );
        if (result.ExitCode != 0)
        {
            throw new StepFailedException("dump-failed", $"The panel's database could not be dumped: {JobLines.LastWords(result)}");
        }

        var lines = JobLines.Read<DumpLine>(result).ToList();
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (table, count) in lines.SelectMany(line => line.Rows ?? []))
        {
            rows[table] = count;
        }

        // What is not told may not be there: lines that got lost must not pass for a whole dump.
        return lines.LastOrDefault(line => line.Sha256 is not null) is { } file && file.Tables == rows.Count && rows.Count > 0
            ? new PanelManifest(operation.Id, panel.Value.Installation, takenAt, file.Server!, file.Bytes, file.Sha256!, rows)
            : throw new StepFailedException(
                "dump-failed",
                "The panel's database could not be dumped: what the job told of it is not whole."
            );
    }

    /// <summary>Takes login and secret away.</summary>
    public async Task CloseAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await swarm.RemoveSecretAsync(SecretOf(operationId), cancellationToken);
        await login.RemoveAsync(operationId, cancellationToken);
    }

    private string SecretOf(Guid operationId) => _names.Secret(PanelRepository.ShortId, "db-login", operationId, 0);

    private sealed record DumpLine(Dictionary<string, long>? Rows, int? Tables, long Bytes, string? Sha256, string? Server);
}
