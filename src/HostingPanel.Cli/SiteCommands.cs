using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites …</c>.</summary>
internal static class SiteCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp) =>
        new("sites", "The sites")
        {
            List(hp),
            Create(hp),
            Show(hp),
            ServiceCommands.List(hp),
            Act(hp, "start", "Switch a site on", (sites, slug, key, ct) => sites.StartAsync(slug, key, ct)),
            Act(hp, "stop", "Switch a site off", (sites, slug, key, ct) => sites.StopAsync(slug, key, ct)),
            Act(hp, "restart", "Replace a site's containers", (sites, slug, key, ct) => sites.RestartAsync(slug, key, ct)),
            Act(hp, "delete", "Move a site to the trash; its volumes are kept", (sites, slug, key, ct) => sites.DeleteAsync(slug, key, ct)),
            Act(hp, "untrash", "Take a site out of the trash", (sites, slug, key, ct) => sites.UntrashAsync(slug, key, ct)),
            Act(
                hp,
                "purge",
                "Delete a site in the trash for good, with its volumes",
                (sites, slug, key, ct) => sites.PurgeAsync(slug, key, ct)
            ),
            DrillCommands.Drill(hp),
            DrillCommands.List(hp),
            LogIn(hp),
            VisitCommands.Show(hp),
            CronCommands.List(hp),
            CronCommands.Run(hp),
            DomainCommands.Build(hp),
            TrafficCommands.Build(hp),
            HandsOffCommands.Begin(hp),
            HandsOffCommands.End(hp),
        };

    private static Command List(HpCommand hp)
    {
        var organisation = new Option<string?>("--organisation") { Description = "Only those of this organisation" };
        var search = new Option<string?>("--search") { Description = "Only those with this text in slug, title or a host name" };
        var trashed = new Option<bool>("--trashed") { Description = "Those in the trash" };
        var command = new Command("list", "Sites by slug") { organisation, search, trashed };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Sites.ListAsync(
                        parsed.GetValue(organisation),
                        parsed.GetValue(search),
                        parsed.GetValue(trashed),
                        200,
                        cursor,
                        cancellationToken
                    )
                );
                session.Output.WriteTable(
                    all,
                    ["SLUG", "ORGANISATION", "STATE", "ADDRESS", "TITLE"],
                    site => [site.Slug, site.Organisation, StateOf(site), site.Url, site.Title]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Create(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "Its short name, such as food-bank" };
        var organisation = new Option<string>("--organisation") { Description = "Its organisation's slug", Required = true };
        var blueprint = new Option<string>("--blueprint")
        {
            Description = "Which kind of site",
            DefaultValueFactory = static _ => "wordpress",
        };
        var title = new Option<string>("--title") { Description = "Its title", Required = true };
        var email = new Option<string>("--admin-email") { Description = "Its administrator's e-mail address", Required = true };
        var domains = new Option<string[]>("--domain") { Description = "A host name of its own; may be given more than once" };
        var code = new Option<FileInfo?>("--code") { Description = "An archive of its code, for blueprints that want one" };
        var command = new Command("create", "Make a site") { slug, organisation, blueprint, title, email, domains, code, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var upload = parsed.GetValue(code) is { } archive ? await UploadAsync(session, archive, cancellationToken) : null;
                var request = new CreateSiteRequest(
                    parsed.GetValue(slug),
                    parsed.GetValue(organisation),
                    parsed.GetValue(blueprint),
                    parsed.GetValue(title),
                    parsed.GetValue(email),
                    parsed.GetValue(domains),
                    upload?.Id
                );
                var accepted = await session.Panel.Sites.CreateAsync(request, Keys.New(), cancellationToken);
                if (!await FinishAsync(parsed, session, accepted, cancellationToken))
                {
                    return false;
                }

                if (parsed.GetValue(Wait) && !session.Output.IsJson)
                {
                    var site = await session.Panel.Sites.GetAsync(accepted.Operation.Target, cancellationToken);
                    session.Output.Write(site, Fields);
                }

                return true;
            }
        );
        return command;
    }

    private static Command LogIn(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site; it must run" };
        var command = new Command("log-in", "Print an address that logs its administrator in, once and within ten minutes") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var made = await session.Panel.Sites.MakeLoginLinkAsync(parsed.GetValue(slug)!, Keys.New(), cancellationToken);
                var ended = await OperationCommands.WaitAsync(session, made.Operation.Id, cancellationToken);
                var isOpen = ended.State == OperationState.Succeeded;
                session.Output.Write(
                    new AcceptedLoginLink(ended, isOpen ? made.Link : null),
                    static shown => [.. OperationCommands.Fields(shown.Operation), ("link", shown.Link)]
                );
                return isOpen;
            }
        );
        return command;
    }

    private static Command Show(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var command = new Command("show", "One site") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                session.Output.Write(await session.Panel.Sites.GetAsync(parsed.GetValue(slug)!, cancellationToken), Fields);
                return true;
            }
        );
        return command;
    }

    private static Command Act(
        HpCommand hp,
        string name,
        string description,
        Func<SitesClient, string, string, CancellationToken, Task<Accepted>> act
    )
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var command = new Command(name, description) { slug, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var accepted = await act(session.Panel.Sites, parsed.GetValue(slug)!, Keys.New(), cancellationToken);
                return await FinishAsync(parsed, session, accepted, cancellationToken);
            }
        );
        return command;
    }

    private static Task<bool> FinishAsync(ParseResult parsed, Session session, Accepted accepted, CancellationToken cancellationToken) =>
        OperationCommands.FinishAsync(session, accepted, parsed.GetValue(Wait), cancellationToken);

    private static async Task<Upload> UploadAsync(Session session, FileInfo archive, CancellationToken cancellationToken)
    {
        if (!archive.Exists)
        {
            throw new UsageException($"There is no file {archive.FullName}.");
        }

        await using var content = archive.OpenRead();
        return await session.Panel.Uploads.CreateAsync(archive.Name, content, cancellationToken: cancellationToken);
    }

    internal static string StateOf(Site site) =>
        site switch
        {
            { ActiveOperation: { } active } => $"{Output.Word(site.State)} ({active.Title})",
            { StoppedReason: not null } => $"{Output.Word(site.State)} (by the panel)",
            { Trouble: { } trouble } => $"{Output.Word(site.State)} ({trouble.Code})",
            _ => Output.Word(site.State),
        };

    internal static IEnumerable<(string, string?)> Fields(Site site) =>
        [
            ("slug", site.Slug),
            ("title", site.Title),
            ("organisation", $"{site.OrganisationName} ({site.Organisation})"),
            ("blueprint", $"{site.Blueprint}, version {site.BlueprintVersion}"),
            ("state", StateOf(site)),
            ("address", site.Url),
            ("domains", string.Join(", ", site.Domains)),
            ("administrator", site.AdminEmail),
            ("set password", site.AdminLink),
            ("made", Output.Time(site.CreatedAt)),
            ("in the trash since", Output.Time(site.TrashedAt)),
            ("trouble", site.Trouble is { } trouble ? $"{trouble.Message} ({trouble.Code}, since {Output.Time(trouble.Since)})" : null),
            ("stopped because", site.StoppedReason),
            ("tried again", Output.Time(site.Trouble?.NextTryAt)),
            (
                "hands off",
                site.HandsOff is { } off ? $"{off.Reason} ({off.By}, since {Output.Time(off.Since)}, until {Output.Time(off.Until)})" : null
            ),
        ];
}
