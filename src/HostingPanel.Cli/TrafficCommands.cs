using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites traffic …</c>.</summary>
internal static class TrafficCommands
{
    public static Command Build(HpCommand hp) =>
        new("traffic", "What a site's visitors are led to and kept from") { Show(hp), Set(hp), Maintenance(hp), Reset(hp) };

    private static Argument<string> Slug() => new("slug") { Description = "The site" };

    private static Command Show(HpCommand hp)
    {
        var slug = Slug();
        var command = new Command("show", "How a site's visitors are treated, and what was refused in the last hour") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                session.Output.Write(await session.Panel.Sites.GetTrafficAsync(parsed.GetValue(slug)!, cancellationToken), Fields);
                return true;
            }
        );
        return command;
    }

    private static Command Set(HpCommand hp)
    {
        var slug = Slug();
        var file = new Option<FileInfo>("--file")
        {
            Description = "The settings as JSON, such as “settings” of “show --json”; what is left out is as the blueprint says",
            Required = true,
        };
        var command = new Command("set", "Set the whole of how a site's visitors are treated") { slug, file };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var settings = await ReadAsync(parsed.GetValue(file)!, cancellationToken);
                session.Output.Write(
                    await session.Panel.Sites.SetTrafficAsync(parsed.GetValue(slug)!, settings, cancellationToken),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static Command Maintenance(HpCommand hp)
    {
        var slug = Slug();
        var state = new Argument<string>("state") { Description = "on or off" };
        state.AcceptOnlyFromAmong("on", "off");
        var text = new Option<string?>("--text") { Description = "What visitors read" };
        var command = new Command("maintenance", "Show visitors the maintenance page, or the site again") { slug, state, text };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var sites = session.Panel.Sites;
                var present = (await sites.GetTrafficAsync(parsed.GetValue(slug)!, cancellationToken)).Settings;
                var wanted = present with
                {
                    InMaintenance = parsed.GetValue(state) == "on",
                    MaintenanceText = parsed.GetValue(text) ?? present.MaintenanceText,
                };
                session.Output.Write(await sites.SetTrafficAsync(parsed.GetValue(slug)!, wanted, cancellationToken), Fields);
                return true;
            }
        );
        return command;
    }

    private static Command Reset(HpCommand hp)
    {
        var slug = Slug();
        var command = new Command("reset", "Treat a site's visitors as its blueprint says") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                session.Output.Write(
                    await session.Panel.Sites.SetTrafficAsync(parsed.GetValue(slug)!, new TrafficSettings(), cancellationToken),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static async Task<TrafficSettings> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            return await JsonSerializer.DeserializeAsync<TrafficSettings>(stream, PanelJson.Options, cancellationToken)
                ?? throw new UsageException($"There are no settings in {file.Name}.");
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file.Name} can't be read as settings: {unreadable.Message}");
        }
    }

    private static IEnumerable<(string, string?)> Fields(Traffic traffic)
    {
        var settings = traffic.Settings;
        return
        [
            ("in force", traffic.Fault ?? (traffic.ChangedAt is null || traffic.AppliedAt is not null ? "yes" : "in a moment")),
            ("set here", traffic.Changed.Count == 0 ? "nothing: as the blueprint says" : string.Join(", ", traffic.Changed)),
            ("https", settings.RedirectsToHttps == true ? "HTTP leads to it" : "as visitors come"),
            ("maintenance", settings.InMaintenance == true ? "on" : "off"),
            ("redirects", Number(settings.Redirects?.Count)),
            ("password", settings.Login is { } login ? $"for {login.User}" : "none"),
            ("networks", settings.AllowedAddresses is { Count: > 0 } networks ? string.Join(' ', networks) : "all"),
            (
                "at once",
                $"{Number(settings.MaxConcurrent)}, then {Number(settings.QueueLength)} wait {Number(settings.QueueSeconds)} s at most"
            ),
            ("one address", $"{Number(settings.PagesPerMinute)} pages and {Number(settings.ExpensivePerMinute)} expensive ones a minute"),
            (
                "crawlers",
                $"search {Word(settings.SearchEngines)}, AI {Word(settings.AiCrawlers)}, other {Word(settings.OtherCrawlers)}, no agent {Word(settings.NoAgent)}"
            ),
            ("refused", traffic.Refused.Count == 0 ? "nothing in the last hour" : string.Join("; ", traffic.Refused.Select(Told))),
            ("changed", traffic.ChangedAt is null ? null : $"{Output.Time(traffic.ChangedAt)} by {traffic.ChangedBy}"),
        ];
    }

    private static string Told(RefusedRequests refused) =>
        string.Create(CultureInfo.InvariantCulture, $"{Output.Word(refused.Reason)} {refused.Requests} of {refused.Addresses}");

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Word(CrawlerPolicy? policy) => policy is { } known ? Output.Word(known) : null;
}
