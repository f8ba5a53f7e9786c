using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>
/// Dumps and loads the databases of a site by the toolbox's programs <c>hp-dump</c> and <c>hp-load</c>, as nobody, without any capability,
/// on the site's own network and beside nothing but the scratch volume.
/// </summary>
internal sealed class DatabaseTool(Toolbox toolbox, IOptions<PanelOptions> options)
{
    /// <summary>Nobody's: it needs no right to any file but the passwords, which are given to it, and its own directory.</summary>
    public static readonly NumericUser Nobody = new(65534, 65534);
    public const string LoadFailed = "load-failed";
    private static readonly ResourceLimits Limits = new(512L << 20, 1_000_000_000, 32);
    private readonly SiteNames _names = new(options.Value);

    /// <summary>Dumps databases of one server at one moment, in place of what a run before has left.</summary>
    /// <exception cref="StepFailedException"><c>dump-failed</c>.</exception>
    public async Task<ServerDump> DumpAsync(
        SiteAssembly site,
        string server,
        IReadOnlyList<string> databases,
        VolumeMount scratch,
        string job,
        Guid operationId,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var result = await toolbox.RunAsync<object>(
            Job(site, job, operationId, ["hp-dump", BackupNames.Dumps, server, .. databases], scratch, [SecretNames.BackupPassword]),
            report: null,
            cancellationToken,
            progress
        );
        if (result.ExitCode != 0)
        {
            throw new StepFailedException("dump-failed", $"The databases could not be dumped: {JobLines.LastWords(result)}");
        }

        var rows = databases.ToDictionary(
            name => name,
            _ => new SortedDictionary<string, long>(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        var files = new Dictionary<string, DumpLine>(StringComparer.Ordinal);
        string? version = null;
        IReadOnlyList<string> notTransactional = [];
        foreach (var line in JobLines.Read<DumpLine>(result))
        {
            (version, notTransactional) = (line.Server ?? version, line.NotTransactional ?? notTransactional);
            if (line.Database is { } name && rows.TryGetValue(name, out var counts))
            {
                foreach (var (table, count) in line.Rows ?? [])
                {
                    counts[table] = count;
                }

                if (line.Sha256 is not null)
                {
                    files[name] = line;
                }
            }
        }

        // What is not told may not be there: lines that got lost must not pass for an empty database.
        return version is not null && databases.All(name => files.TryGetValue(name, out var file) && file.Tables == rows[name].Count)
            ? new ServerDump(version, [.. databases.Select(name => ToDatabase(files[name], server, rows[name]))], notTransactional)
            : throw new StepFailedException("dump-failed", "The databases could not be dumped: what the job told of them is not whole.");
    }

    /// <summary>
    /// Loads dumps into the empty databases of one server and counts what came of it. Nothing is loaded that is not what the signed manifest
    /// names: SQL of a stranger could say anything.
    /// </summary>
    /// <returns>The rows by database and table; null when the databases were not empty.</returns>
    /// <exception cref="StepFailedException"><c>load-failed</c>, <c>restored-differs</c>.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>?> LoadAsync(
        SiteAssembly site,
        string server,
        IReadOnlyList<DumpedDatabase> dumps,
        VolumeMount scratch,
        string job,
        Guid operationId,
        CancellationToken cancellationToken
    )
    {
        var databases = dumps.Select(dump => dump.Name).ToList();
        var result = await toolbox.RunAsync<object>(
            Job(
                site,
                job,
                operationId,
                ["hp-load", BackupNames.Dumps, server, .. dumps.Select(dump => $"{dump.Name}={dump.Sha256}")],
                scratch,
                [.. databases.Select(SecretNames.DatabasePassword)]
            ),
            report: null,
            cancellationToken
        );
        if (JobLines.Read<DiffersLine>(result).FirstOrDefault(line => line.Differs is not null) is { } other)
        {
            throw new StepFailedException(
                "restored-differs",
                $"The dump of the database {other.Differs} is not the one that the manifest names. Nothing of it was loaded."
            );
        }

        if (result.ExitCode != 0)
        {
            return result.Error.Any(line => line.Contains("is not empty", StringComparison.Ordinal))
                ? null
                : throw new StepFailedException(LoadFailed, $"The databases could not be loaded: {JobLines.LastWords(result)}");
        }

        var rows = databases.ToDictionary(
            name => name,
            _ => new SortedDictionary<string, long>(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        foreach (var line in JobLines.Read<DumpLine>(result))
        {
            foreach (var (table, count) in line.Rows ?? [])
            {
                rows[line.Database!][table] = count;
            }
        }

        return rows.ToDictionary(
            database => database.Key,
            database => (IReadOnlyDictionary<string, long>)database.Value,
            StringComparer.Ordinal
        );
    }

    /// <summary>What the engine calls one of its jobs.</summary>
    public string JobName(SiteAssembly site, string job, Guid operationId) => _names.Job(site.Site.Slug, job, operationId);

    /// <summary>A job with a way to a site's servers and nothing else.</summary>
    public JobDefinition Job(
        SiteAssembly site,
        string name,
        Guid operationId,
        IReadOnlyList<string> command,
        VolumeMount scratch,
        IReadOnlyList<string> secrets
    ) =>
        new(
            JobName(site, name, operationId),
            operationId,
            new ContainerDefinition
            {
                Image = toolbox.Image,
                Owner = new Ownership(site.Site.Id, site.Site.OrganisationId, operationId),
                User = Nobody.ToString(),
                Command = command,
                Volumes = [scratch],
                Secrets = [.. secrets.Select(secret => new SecretMount(site.SecretName(secret), secret, Nobody.Uid, Nobody.Gid))],
                Networks = [new NetworkAttachment(site.Network.Name, [])],
                Tmpfs = [new TmpfsMount("/tmp", 64L << 20)],
                Limits = Limits,
            },
            Toolbox.JobTimeout
        )
        {
            IsTool = true,
        };

    private static DumpedDatabase ToDatabase(DumpLine file, string server, IReadOnlyDictionary<string, long> rows) =>
        new(
            file.Database!,
            server,
            file.File ?? $"{file.Database}.sql",
            file.Bytes,
            file.Sha256!,
            file.Tables ?? 0,
            file.Views,
            file.Triggers,
            file.Routines,
            file.Events,
            rows
        );

    private sealed record DiffersLine(string? Differs);

    private sealed record DumpLine(
        string? Database,
        Dictionary<string, long>? Rows,
        string? File,
        long Bytes,
        string? Sha256,
        int? Tables,
        int Views,
        int Triggers,
        int Routines,
        int Events,
        string? Server,
        IReadOnlyList<string>? NotTransactional
    );
}

/// <summary>The databases of one server, dumped.</summary>
internal sealed record ServerDump(string Version, IReadOnlyList<DumpedDatabase> Databases, IReadOnlyList<string> NotTransactional);
