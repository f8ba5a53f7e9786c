using System.Globalization;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Drills;

/// <summary>What was found when somebody inside of a sealed site tried to get out.</summary>
/// <param name="Routes">How many ways out the container had; a sealed one has none.</param>
/// <param name="Tried">What it tried to reach.</param>
/// <param name="Reached">What of it answered.</param>
internal sealed record OutsideAnswer(int Routes, IReadOnlyList<string> Tried, IReadOnlyList<string> Reached);

/// <summary>A front page as it came over the sealed network.</summary>
/// <param name="Status">Its status; null when there was no answer.</param>
/// <param name="Error">Why there was none.</param>
/// <param name="Page">Its beginning.</param>
internal sealed record VisitAnswer(int? Status, string? Error, string Page);

/// <summary>The tables of a database, as its server has checked them.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Tables">How many were checked, views included.</param>
/// <param name="Faults">What the server said of those that are not right.</param>
/// <param name="Views">How many views there are.</param>
/// <param name="Triggers">How many triggers.</param>
/// <param name="Routines">How many routines.</param>
/// <param name="Events">How many events.</param>
internal sealed record TablesAnswer(
    string Database,
    int Tables,
    IReadOnlyList<string> Faults,
    int Views,
    int Triggers,
    int Routines,
    int Events
);

/// <summary>
/// Looks at a scratch site from inside, by the toolbox's programs <c>hp-outside</c>, <c>hp-visit</c> and <c>hp-check-tables</c>: as nobody,
/// without any capability, and on no other networks than the site's own services.
/// </summary>
internal sealed class DrillTool(Toolbox toolbox, IOptions<PanelOptions> options)
{
    /// <summary>
    /// What every machine with a way out would reach: resolvers that everybody knows, by address, for names are another matter; a mail port;
    /// and where the machines of clouds tell their secrets.
    /// </summary>
    public static readonly IReadOnlyList<string> Outside = ["1.1.1.1:443", "9.9.9.9:53", "8.8.8.8:25", "169.254.169.254:80"];
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMinutes(2);
    private static readonly ResourceLimits Limits = new(256L << 20, 1_000_000_000, 64);
    private readonly SiteNames _names = new(options.Value);

    /// <summary>Tries to get out, from where the site's front service stands.</summary>
    public async Task<OutsideAnswer> TryOutsideAsync(SiteAssembly site, Guid operationId, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            site,
            "outside",
            ["hp-outside", .. Outside],
            [],
            site.FrontNetwork,
            ShortTimeout,
            operationId,
            cancellationToken
        );
        return
            result.ExitCode == 0
            && JobLines.Read<OutsideLine>(result).LastOrDefault(line => line.Tried is not null) is { } line
            && Outside.All(place => line.Tried!.Contains(place, StringComparer.Ordinal))
            ? new OutsideAnswer(line.Routes, line.Tried!, line.Reached ?? [])
            : throw new StepFailedException(
                "seal-not-checked",
                $"Whether the scratch site has a way out could not be tried: {JobLines.LastWords(result)}"
            );
    }

    /// <summary>Asks for the front page as the gateway would, until it comes as the blueprint says or the time is up.</summary>
    public async Task<VisitAnswer> VisitAsync(SiteAssembly site, Guid operationId, CancellationToken cancellationToken)
    {
        var (front, probe) = (site.Blueprint.Front, site.Blueprint.Front.Probe);
        var result = await RunAsync(
            site,
            "visit",
            [
                "hp-visit",
                site.ServiceName(front.Service),
                front.Port.ToString(CultureInfo.InvariantCulture),
                site.Facts.Url,
                probe.Path,
                ((int)probe.Within.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                .. probe.Statuses.Select(status => status.ToString(CultureInfo.InvariantCulture)),
            ],
            [SecretNames.GatewayKey],
            site.FrontNetwork,
            probe.Within + ShortTimeout,
            operationId,
            cancellationToken
        );
        if (result.ExitCode != 0)
        {
            throw new StepFailedException("visit-failed", $"Nobody could be sent to look at it: {JobLines.LastWords(result)}");
        }

        var page = new StringBuilder();
        VisitLine? answer = null;
        foreach (var line in JobLines.Read<VisitLine>(result))
        {
            page.Append(line.Part);
            answer = line.Part is null ? line : answer;
        }

        return new VisitAnswer(answer?.Status, answer?.Error, page.ToString());
    }

    /// <summary>Has the servers check every table of the site's databases.</summary>
    /// <exception cref="StepFailedException"><c>tables-not-checked</c>.</exception>
    public async Task<IReadOnlyList<TablesAnswer>> CheckTablesAsync(
        SiteAssembly site,
        IReadOnlyList<DumpedDatabase> databases,
        Guid operationId,
        CancellationToken cancellationToken
    )
    {
        var result = await RunAsync(
            site,
            "tables",
            ["hp-check-tables", .. databases.Select(database => $"{database.Name}@{database.Service}")],
            [.. databases.Select(database => SecretNames.DatabasePassword(database.Name))],
            front: null,
            Toolbox.JobTimeout,
            operationId,
            cancellationToken
        );
        var lines = JobLines
            .Read<TablesLine>(result)
            .Where(line => line.Database is not null)
            .ToLookup(line => line.Database!, StringComparer.Ordinal);
        return result.ExitCode == 0 && databases.All(database => lines[database.Name].Any(line => line.Tables is not null))
            ? [.. databases.Select(database => Answer(database.Name, [.. lines[database.Name]]))]
            : throw new StepFailedException("tables-not-checked", $"Its tables could not be checked: {JobLines.LastWords(result)}");
    }

    private static TablesAnswer Answer(string database, IReadOnlyList<TablesLine> lines)
    {
        var whole = lines.Last(line => line.Tables is not null);
        return new TablesAnswer(
            database,
            whole.Tables!.Value,
            [.. lines.SelectMany(line => line.Faults ?? [])],
            whole.Views,
            whole.Triggers,
            whole.Routines,
            whole.Events
        );
    }

    private Task<JobResult> RunAsync(
        SiteAssembly site,
        string name,
        IReadOnlyList<string> command,
        IReadOnlyList<string> secrets,
        string? front,
        TimeSpan timeout,
        Guid operationId,
        CancellationToken cancellationToken
    ) =>
        toolbox.RunAsync<object>(
            new JobDefinition(
                _names.Job(site.Site.Slug, name, operationId),
                operationId,
                new ContainerDefinition
                {
                    Image = toolbox.Image,
                    Owner = new Ownership(site.Site.Id, site.Site.OrganisationId, operationId),
                    User = DatabaseTool.Nobody.ToString(),
                    Command = command,
                    Secrets =
                    [
                        .. secrets.Select(secret => new SecretMount(
                            site.SecretName(secret),
                            secret,
                            DatabaseTool.Nobody.Uid,
                            DatabaseTool.Nobody.Gid
                        )),
                    ],
                    Networks =
                    [
                        new NetworkAttachment(site.Network.Name, []),
                        .. front is null ? Array.Empty<NetworkAttachment>() : [new NetworkAttachment(front, [])],
                    ],
                    Tmpfs = [new TmpfsMount("/tmp", 64L << 20)],
                    Limits = Limits,
                },
                timeout
            )
            {
                IsTool = true,
            },
            report: null,
            cancellationToken
        );

    private sealed record OutsideLine(int Routes, IReadOnlyList<string>? Tried, IReadOnlyList<string>? Reached);

    private sealed record VisitLine(int? Status, string? Error, string? Part);

    private sealed record TablesLine(
        string? Database,
        int? Tables,
        IReadOnlyList<string>? Faults,
        int Views,
        int Triggers,
        int Routines,
        int Events
    );
}
