using System.Text;
using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Volumes;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Disposability;

/// <summary>
/// Takes fingerprints of sites: the front page through the gateway, rows and files by the toolbox's programs <c>hp-count-rows</c> and
/// <c>hp-fingerprint</c> beside them. What is counted is only read, and links are not followed.
/// </summary>
internal sealed class FingerprintTool(
    ImageCatalogue images,
    ISwarm swarm,
    IGateway gateway,
    PaceKeeper pace,
    IOptions<PanelOptions> options,
    TimeProvider time
)
{
    /// <summary>How long one of the two jobs may take; a site so large is not one for a drill by day.</summary>
    public static readonly TimeSpan JobTimeout = TimeSpan.FromMinutes(20);

    /// <summary>Long enough for a page that tells the time to tell another one.</summary>
    private static readonly TimeSpan BetweenPages = TimeSpan.FromMilliseconds(1100);
    private static readonly ResourceLimits Limits = new(512L << 20, 1_000_000_000, 32);

    /// <summary>Nobody's: it needs no right to any file but the passwords, which are given to it.</summary>
    private static readonly NumericUser Nobody = new(65534, 65534);
    private readonly SiteNames _names = new(options.Value);

    /// <summary>Takes one.</summary>
    /// <param name="site">Of which site.</param>
    /// <param name="operationId">The operation.</param>
    /// <param name="which">1 for the one before, 2 for the one after: part of the jobs' names, so that a resumed step finds its own.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StepFailedException"><c>fingerprint-failed</c>: a part of it could not be told.</exception>
    public async Task<TakenFingerprint> TakeAsync(SiteAssembly site, Guid operationId, int which, CancellationToken cancellationToken)
    {
        // First, both times: what a visit tidies up, such as values that have expired, is tidied up before the rows are counted.
        var page = await PageAsync(site, cancellationToken);
        var databases = await DatabasesAsync(site, operationId, which, cancellationToken);
        var (volumes, lists, _) = await VolumesAsync(site, operationId, which, cancellationToken);
        List<string> notCompared =
        [
            .. site
                .Site.Volumes.Where(volume => volume.Kind == VolumeKind.Cache)
                .Select(volume => $"Volume {volume.Name}: a cache is made again."),
            .. site
                .Site.Volumes.Where(volume => volume.Kind == VolumeKind.Database)
                .Select(volume => $"Volume {volume.Name}: a database server's own files; the rows of its tables are counted instead."),
            .. site.Site.Volumes.Where(volume => volume.StandsAlone).Select(volume => $"Volume {volume.Name}: no container has it."),
        ];
        if (page.Digest is null)
        {
            notCompared.Add("The front page's text: it differs from one answer to the next by itself.");
        }

        return new TakenFingerprint(new SiteFingerprint(page, databases, volumes, notCompared), lists);
    }

    private async Task<PageFingerprint> PageAsync(SiteAssembly site, CancellationToken cancellationToken)
    {
        var first = await AskAsync(site, cancellationToken);
        await Task.Delay(BetweenPages, time, cancellationToken);
        var second = await AskAsync(site, cancellationToken);
        var (one, two) = (FrontPage.Digest(first.Page ?? string.Empty), FrontPage.Digest(second.Page ?? string.Empty));
        return new PageFingerprint(second.Status!.Value, second.Title, one == two ? two : null);
    }

    private async Task<ProbeResult> AskAsync(SiteAssembly site, CancellationToken cancellationToken) =>
        await gateway.ProbeAsync(site.PrimaryHost, "/", cancellationToken) is { Status: not null, FromGateway: false } answer
            ? answer
            : throw new StepFailedException("fingerprint-failed", $"{site.Facts.Url}/ did not answer while its fingerprint was taken.");

    private async Task<IReadOnlyList<DatabaseFingerprint>> DatabasesAsync(
        SiteAssembly site,
        Guid operationId,
        int which,
        CancellationToken cancellationToken
    )
    {
        var databases = site.Blueprint.Databases;
        if (databases.Count == 0)
        {
            return [];
        }

        var job = new JobDefinition(
            _names.Job(site.Site.Slug, $"rows-{which}", operationId),
            operationId,
            Container(site, operationId) with
            {
                User = Nobody.ToString(),
                Command = ["hp-count-rows", .. databases.Select(database => $"{database.Name}@{database.Host}")],
                Secrets =
                [
                    .. databases
                        .Select(database => SecretNames.DatabasePassword(database.Name))
                        .Select(name => new SecretMount(site.SecretName(name), name, Nobody.Uid, Nobody.Gid)),
                ],
                Networks = [new NetworkAttachment(site.Network.Name, [])],
            },
            JobTimeout
        );
        var rows = databases.ToDictionary(
            database => database.Name,
            _ => new SortedDictionary<string, long>(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in await RunAsync<RowsLine>(job, "The rows of its databases could not be counted", cancellationToken))
        {
            foreach (var (table, count) in line.Rows ?? [])
            {
                rows[line.Database][table] = count;
            }

            if (line.Tables == rows[line.Database].Count)
            {
                whole.Add(line.Database);
            }
        }

        return rows.Keys.All(whole.Contains)
            ? [.. rows.Select(database => new DatabaseFingerprint(database.Key, database.Value))]
            : throw new StepFailedException(
                "fingerprint-failed",
                "The rows of its databases could not be counted: there are more tables than can be told."
            );
    }

    private Task<FoundVolumes> VolumesAsync(SiteAssembly site, Guid operationId, int which, CancellationToken cancellationToken) =>
        ReadVolumesAsync(
            site,
            [
                .. site
                    .Site.Volumes.Where(volume => volume.Kind is VolumeKind.Code or VolumeKind.Files or VolumeKind.Private)
                    .Where(volume => volume is { State: VolumeState.InUse, StandsAlone: false })
                    .OrderBy(volume => volume.Name, StringComparer.Ordinal),
            ],
            $"files-{which}",
            operationId,
            new VolumeReading(JobTimeout),
            cancellationToken
        );

    /// <summary>Reads volumes of a site, in one job: what is in each, and where there are not too many the list of its files.</summary>
    /// <exception cref="StepFailedException"><c>fingerprint-failed</c>: one could not be read.</exception>
    public async Task<FoundVolumes> ReadVolumesAsync(
        SiteAssembly site,
        IReadOnlyList<Volume> volumes,
        string jobName,
        Guid operationId,
        VolumeReading reading,
        CancellationToken cancellationToken
    )
    {
        if (volumes.Count == 0)
        {
            return new FoundVolumes([], new Dictionary<string, byte[]>(StringComparer.Ordinal), FilesRead: 0);
        }

        var job = new JobDefinition(
            _names.Job(site.Site.Slug, jobName, operationId),
            operationId,
            Container(site, operationId) with
            {
                User = "0:0",
                Command = ["hp-fingerprint", .. volumes.Select(volume => volume.Id.ToString())],
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["HP_SYNC"] = reading.UntilOnDisk ? "yes" : "no",
                    ["HP_CHECKSUM"] = reading.AsArchive ? "archive" : "list",
                },
                Volumes =
                [
                    .. volumes.Select(volume => new VolumeMount(volume.EngineName, volume.Id, $"/volumes/{volume.Id}", ReadOnly: true)),
                    .. reading.Checksums is { } known ? [known] : Array.Empty<VolumeMount>(),
                ],
                Capabilities = [ToolCapabilities.Read],
            },
            reading.Timeout
        )
        {
            IsTool = true,
            ComparesMarkers = false,
        };
        var parts = volumes.ToDictionary(volume => volume.Id, _ => new StringBuilder());
        var found = new Dictionary<Guid, VolumeLine>();
        foreach (var line in await RunAsync<VolumeLine>(job, "The files of its volumes could not be read", cancellationToken))
        {
            // While it waited for the machine it told of that, too.
            if (!parts.TryGetValue(line.Volume, out var part))
            {
                continue;
            }

            part.Append(line.Part);
            if (line.Checksum is not null)
            {
                found[line.Volume] = line;
            }
        }

        if (volumes.FirstOrDefault(volume => !found.ContainsKey(volume.Id)) is { } missing)
        {
            throw new StepFailedException("fingerprint-failed", $"The volume {missing.Name} could not be read.");
        }

        return new FoundVolumes(
            [
                .. volumes.Select(volume =>
                {
                    var line = found[volume.Id];
                    return new VolumeFingerprint(
                        volume.Name,
                        volume.Kind,
                        line.Files,
                        line.Bytes,
                        line.Checksum!,
                        line.Unread,
                        line.Listed
                    );
                }),
            ],
            volumes
                .Where(volume => found[volume.Id].Listed)
                .ToDictionary(
                    volume => volume.Name,
                    volume => Convert.FromBase64String(parts[volume.Id].ToString()),
                    StringComparer.Ordinal
                ),
            found.Values.Sum(line => line.Read)
        );
    }

    private async Task<IReadOnlyList<T>> RunAsync<T>(JobDefinition job, string failed, CancellationToken cancellationToken)
        where T : class
    {
        var result = await swarm.RunJobAsync(await pace.AppliedAsync(job, cancellationToken), cancellationToken);
        return result.ExitCode == 0
            ? [.. JobLines.Read<T>(result)]
            : throw new StepFailedException(
                "fingerprint-failed",
                $"{failed}: {result.Error.Concat(result.Output).LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? $"exit code {result.ExitCode}"}"
            );
    }

    private ContainerDefinition Container(SiteAssembly site, Guid operationId) =>
        new()
        {
            Image = images.Resolve("toolbox").TryGet(out var image, out var problem)
                ? image
                : throw new StepFailedException(problem.Code, problem.Message),
            Owner = new Ownership(site.Site.Id, site.Site.OrganisationId, operationId),
            Tmpfs = [new TmpfsMount("/tmp", 128L << 20)],
            Limits = Limits,
        };

    private sealed record RowsLine(string Database, Dictionary<string, long>? Rows, int? Tables);

    private sealed record VolumeLine(
        Guid Volume,
        string? Part,
        long Files,
        long Bytes,
        string? Checksum,
        long Read,
        int Unread,
        bool Listed
    );
}
