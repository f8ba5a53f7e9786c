using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp volumes …</c>.</summary>
internal static class VolumeCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp) =>
        new("volumes", "What outlives the sites' containers")
        {
            List(hp),
            On(hp, "show", "One volume", async (session, id, ct) => Show(session, await session.Panel.Volumes.GetAsync(id, ct))),
            On(hp, "history", "What was in a volume over time", HistoryAsync),
            Measure(hp),
            Clone(hp),
            On(
                hp,
                "delete",
                "Move a volume that nothing mounts to the trash; what is in it is kept",
                async (session, id, ct) => Show(session, await session.Panel.Volumes.DeleteAsync(id, Keys.New(), ct))
            ),
            On(
                hp,
                "untrash",
                "Take a volume out of the trash",
                async (session, id, ct) => Show(session, await session.Panel.Volumes.UntrashAsync(id, Keys.New(), ct))
            ),
            On(hp, "purge-preview", "What purging a volume would delete; changes nothing", PreviewAsync),
            Purge(hp),
            Unknown(hp),
            Adopt(hp),
            Exclude(hp),
            On(hp, "include", "Take the exclusion of a volume from backups back", IncludeAsync),
        };

    private static Command List(HpCommand hp)
    {
        var site = new Option<string?>("--site") { Description = "Only those of this site" };
        var organisation = new Option<string?>("--organisation") { Description = "Only those of this organisation's sites" };
        var kind = new Option<VolumeKind?>("--kind") { Description = "Only those of this kind" };
        var search = new Option<string?>("--search") { Description = "Only those with this text in their names or their site's" };
        var trashed = new Option<bool>("--trashed") { Description = "Those in the trash, alone or with their site" };
        var sort = new Option<string?>("--sort") { Description = "site, name, size, files or created; -size for the largest first" };
        var command = new Command("list", "Volumes of all sites") { site, organisation, kind, search, trashed, sort };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Volumes.ListAsync(
                        parsed.GetValue(site),
                        parsed.GetValue(organisation),
                        parsed.GetValue(kind),
                        parsed.GetValue(search),
                        parsed.GetValue(trashed),
                        parsed.GetValue(sort),
                        200,
                        cursor,
                        cancellationToken
                    )
                );
                session.Output.WriteTable(
                    all,
                    ["ID", "SITE", "NAME", "KIND", "SIZE", "FILES", "MOUNTED BY", "NODE", "BACKUP"],
                    volume =>
                        [
                            volume.Id.ToString(),
                            volume.Site,
                            volume.Name,
                            Output.Word(volume.Kind),
                            Output.Bytes(volume.Bytes),
                            volume.Files?.ToString(CultureInfo.InvariantCulture),
                            string.Join(' ', volume.MountedBy.Select(mount => mount.Split(':')[0])),
                            volume.Node,
                            Output.Word(volume.Coverage.State),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static async Task<bool> HistoryAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        var all = await Pages.AllAsync(cursor => session.Panel.Volumes.ListMeasurementsAsync(id, 200, cursor, cancellationToken));
        session.Output.WriteTable(
            all,
            ["MEASURED", "SIZE", "BYTES", "APPARENT BYTES", "FILES"],
            row =>
                [
                    Output.Time(row.MeasuredAt),
                    Output.Bytes(row.Bytes),
                    row.Bytes.ToString(CultureInfo.InvariantCulture),
                    row.ApparentBytes.ToString(CultureInfo.InvariantCulture),
                    row.Files.ToString(CultureInfo.InvariantCulture),
                ]
        );
        return true;
    }

    private static Command Measure(HpCommand hp)
    {
        var slug = new Argument<string>("site") { Description = "The site" };
        var command = new Command("measure", "Measure the volumes of a site now") { slug, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Sites.MeasureVolumesAsync(parsed.GetValue(slug)!, Keys.New(), cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Clone(HpCommand hp)
    {
        var id = Id();
        var name = new Argument<string>("name") { Description = "What the copy is called within the site, such as content-copy" };
        var command = new Command("clone", "Copy a volume into a new one of the same site") { id, name, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Volumes.CloneAsync(parsed.GetValue(id), parsed.GetValue(name)!, Keys.New(), cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<bool> PreviewAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        var preview = await session.Panel.Volumes.PreviewPurgeAsync(id, cancellationToken);
        session.Output.Write(
            preview,
            purge => [.. purge.Goes.Select(thing => (thing.What, (string?)thing.Text)), ("refused", purge.Refusal)]
        );
        return true;
    }

    private static Command Purge(HpCommand hp)
    {
        var id = Id();
        var command = new Command("purge", "Delete a volume in the trash for good") { id, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Volumes.PurgeAsync(parsed.GetValue(id), Keys.New(), cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Unknown(HpCommand hp)
    {
        var command = new Command("unknown", "Volumes on the nodes that no site owns");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor => session.Panel.Volumes.ListUnknownAsync(200, cursor, cancellationToken));
                session.Output.WriteTable(
                    all,
                    ["NAME", "NODE", "MADE", "OURS", "USED BY", "OBSTACLE"],
                    volume =>
                        [
                            volume.Name,
                            volume.Node,
                            Output.Time(volume.CreatedAt),
                            volume.Ours ? "yes" : "no",
                            string.Join(' ', volume.UsedBy),
                            volume.Obstacle,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Adopt(HpCommand hp)
    {
        var volume = new Argument<string>("volume") { Description = "Its name in the engine, as hp volumes unknown shows it" };
        var site = new Option<string>("--site") { Description = "The site that gets it", Required = true };
        var name = new Option<string>("--name") { Description = "What it is called within the site", Required = true };
        var kind = new Option<VolumeKind>("--kind") { Description = "What it holds", Required = true };
        var command = new Command("adopt", "Give a volume that no site owns to a site") { volume, site, name, kind, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Volumes.AdoptAsync(
                        parsed.GetValue(volume)!,
                        new AdoptVolumeRequest(parsed.GetValue(site), parsed.GetValue(name), parsed.GetValue(kind)),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Exclude(HpCommand hp)
    {
        var id = Id();
        var reason = new Option<string>("--reason") { Description = "Why no backup has to take it", Required = true };
        var command = new Command("exclude", "Write down why no backup has to take a volume") { id, reason };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Volumes.ExcludeAsync(parsed.GetValue(id), parsed.GetValue(reason)!, cancellationToken);
                return Show(session, await session.Panel.Volumes.GetAsync(parsed.GetValue(id), cancellationToken));
            }
        );
        return command;
    }

    private static async Task<bool> IncludeAsync(Session session, Guid id, CancellationToken cancellationToken)
    {
        await session.Panel.Volumes.IncludeAsync(id, cancellationToken);
        return Show(session, await session.Panel.Volumes.GetAsync(id, cancellationToken));
    }

    private static bool Show(Session session, Volume volume)
    {
        session.Output.Write(volume, Fields);
        return true;
    }

    private static IEnumerable<(string, string?)> Fields(Volume volume) =>
        [
            ("id", volume.Id.ToString()),
            ("name", volume.Name),
            ("site", $"{volume.Site} ({volume.Organisation})"),
            ("kind", Output.Word(volume.Kind)),
            ("state", Output.Word(volume.State)),
            ("in the engine", volume.EngineName),
            ("node", volume.Node),
            ("mounted by", volume.MountedBy.Count == 0 ? "nothing" : string.Join(", ", volume.MountedBy)),
            ("size", Output.Bytes(volume.Bytes)),
            ("files", volume.Files?.ToString(CultureInfo.InvariantCulture)),
            ("measured", Output.Time(volume.MeasuredAt)),
            ("backup", $"{Output.Word(volume.Coverage.State)}: {volume.Coverage.Reason}"),
            ("last covered", Output.Time(volume.Coverage.LastCoveredAt)),
            ("copy of", volume.ClonedFrom?.ToString()),
            ("made", Output.Time(volume.CreatedAt)),
            ("in the trash since", Output.Time(volume.TrashedAt)),
            ("kept for sure until", Output.Time(volume.KeptUntil)),
        ];

    private static Argument<Guid> Id() => new("id") { Description = "The volume's identity, as hp volumes list shows it" };

    private static Command On(HpCommand hp, string name, string description, Func<Session, Guid, CancellationToken, Task<bool>> run)
    {
        var id = Id();
        var command = new Command(name, description) { id };
        hp.OnRun(command, (parsed, session, cancellationToken) => run(session, parsed.GetValue(id), cancellationToken));
        return command;
    }
}
