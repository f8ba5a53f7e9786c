using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp backups files</c>, <c>tables</c>, <c>fetch</c>, <c>put-back</c>, <c>download</c> and <c>export-key</c>.</summary>
internal static class BackupContentsCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static IEnumerable<Command> Build(HpCommand hp) =>
        [
            Files(hp),
            Tables(hp),
            Get(
                hp,
                "fetch",
                "Make a download of files, tables, or, with neither, the whole restore point",
                (client, site, id, request, token) => client.FetchAsync(site, id, request, Keys.New(), token)
            ),
            Get(
                hp,
                "put-back",
                "Put files or tables back into the site, beside what is there; nothing is overwritten",
                (client, site, id, request, token) => client.PutBackAsync(site, id, request, Keys.New(), token)
            ),
            Downloads(hp),
            Download(hp),
            Repositories(hp),
            ExportKey(hp),
        ];

    private static Argument<string> Site() => new("site") { Description = "The site" };

    private static Argument<Guid> Id() => new("id") { Description = "The restore point" };

    private static Command Files(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var volume = new Argument<string>("volume") { Description = "The volume" };
        var path = new Argument<string>("path")
        {
            Description = "A directory in it; the volume itself when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("files", "What was in a directory of a volume") { site, id, volume, path };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await ListAsync(
                    session,
                    cursor =>
                        session.Panel.Backups.ListFilesAsync(
                            parsed.GetValue(site)!,
                            parsed.GetValue(id),
                            parsed.GetValue(volume)!,
                            parsed.GetValue(path),
                            200,
                            cursor,
                            cancellationToken
                        ),
                    cancellationToken
                );
                session.Output.WriteTable(
                    all,
                    ["MODE", "OWNER", "BYTES", "CHANGED", "NAME"],
                    file =>
                        [
                            file.Mode,
                            string.Create(CultureInfo.InvariantCulture, $"{file.Uid}:{file.Gid}"),
                            file.Kind == BackupFileKind.File ? Output.Bytes(file.Bytes) : Output.Word(file.Kind),
                            Output.Time(file.ModifiedAt),
                            file.Shown,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    /// <summary>All parts of a directory; waits for its list to be made, the first time.</summary>
    private static async Task<IReadOnlyList<BackupFile>> ListAsync(
        Session session,
        Func<string?, Task<BackupDirectory>> ask,
        CancellationToken cancellationToken
    )
    {
        var first = await ask(null);
        if (first.Preparing is { } operation)
        {
            var ended = await OperationCommands.WaitAsync(session, operation.Id, cancellationToken);
            if (ended.Error is { } error)
            {
                throw new PanelApiException(new Problem("The list could not be made", 409, error.Message, error.Code));
            }

            first = await ask(null);
        }

        var all = first.Items.ToList();
        for (var next = first.NextCursor; next is not null; )
        {
            var more = await ask(next);
            all.AddRange(more.Items);
            next = more.NextCursor;
        }

        return all;
    }

    private static Command Tables(HpCommand hp)
    {
        var (site, id) = (Site(), Id());
        var command = new Command("tables", "The tables of a restore point's databases") { site, id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var databases = await session.Panel.Backups.ListTablesAsync(parsed.GetValue(site)!, parsed.GetValue(id), cancellationToken);
                session.Output.WriteTable(
                    [.. databases.Items.SelectMany(database => database.Tables.Select(table => (Database: database.Name, Table: table)))],
                    ["DATABASE", "ROWS", "TABLE"],
                    row => [row.Database, row.Table.Rows.ToString(CultureInfo.InvariantCulture), row.Table.Name]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Get(
        HpCommand hp,
        string name,
        string description,
        Func<BackupsClient, string, Guid, FetchRequest, CancellationToken, Task<Accepted>> ask
    )
    {
        var (site, id) = (Site(), Id());
        var volume = new Option<string?>("--volume") { Description = "The volume that the paths are in" };
        var paths = new Option<string[]>("--path") { Description = "A file or directory in it; may be given again" };
        var database = new Option<string?>("--database") { Description = "The database that the tables are in" };
        var tables = new Option<string[]>("--table") { Description = "A table of it; may be given again" };
        var target = new Option<string?>("--from") { Description = "The target to fetch from; else the nearest" };
        var command = new Command(name, description) { site, id, volume, paths, database, tables, target, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await ask(
                        session.Panel.Backups,
                        parsed.GetValue(site)!,
                        parsed.GetValue(id),
                        new FetchRequest(
                            parsed.GetValue(volume),
                            Given(parsed.GetValue(paths)),
                            parsed.GetValue(database),
                            Given(parsed.GetValue(tables)),
                            parsed.GetValue(target)
                        ),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static string[]? Given(string[]? values) => values is { Length: > 0 } ? values : null;

    private static Command Downloads(HpCommand hp)
    {
        var site = new Option<string?>("--site") { Description = "Only those of this site" };
        var command = new Command("downloads", "Downloads that wait to be taken") { site };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var page = await session.Panel.Downloads.ListAsync(parsed.GetValue(site), cancellationToken);
                session.Output.WriteTable(
                    page.Items,
                    ["ID", "FILE", "BYTES", "UNTIL", "BY"],
                    row => [row.Id.ToString(), row.FileName, Output.Bytes(row.Bytes), Output.Time(row.ExpiresAt), row.RequestedBy]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Download(HpCommand hp)
    {
        var id = new Argument<Guid>("id") { Description = "The download: the id of the operation that made it" };
        var file = new Option<FileInfo>("--to") { Description = "The file to write; it must not be there", Required = true };
        var command = new Command("download", "Take a download") { id, file };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await SaveAsync(session, parsed.GetValue(id), parsed.GetValue(file)!, cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Command Repositories(HpCommand hp)
    {
        var site = Site();
        var command = new Command("repositories", "Where a site's restore points lie, as restic finds them") { site };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var page = await session.Panel.Backups.ListRepositoriesAsync(parsed.GetValue(site)!, cancellationToken);
                session.Output.WriteTable(
                    page.Items,
                    ["ID", "TARGET", "ADDRESS", "RESTIC ID"],
                    row => [row.Id.ToString(), row.Target, row.Address, row.ResticId]
                );
                return true;
            }
        );
        return command;
    }

    private static Command ExportKey(HpCommand hp)
    {
        var site = Site();
        var repository = new Argument<Guid>("repository") { Description = "The repository; see hp backups repositories" };
        var file = new Option<FileInfo>("--to") { Description = "The file to write the key to; it must not be there", Required = true };
        var command = new Command("export-key", "Take the key of a repository out, for restic without the panel")
        {
            site,
            repository,
            file,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var accepted = await session.Panel.Backups.ExportKeyAsync(
                    parsed.GetValue(site)!,
                    parsed.GetValue(repository),
                    Keys.New(),
                    cancellationToken
                );
                if (!await OperationCommands.FollowAsync(session, accepted.Operation.Id, cancellationToken))
                {
                    return false;
                }

                await SaveAsync(session, accepted.Operation.Id, parsed.GetValue(file)!, cancellationToken);
                return true;
            }
        );
        return command;
    }

    /// <summary>Takes a download.</summary>
    private static Task SaveAsync(Session session, Guid id, FileInfo file, CancellationToken cancellationToken) =>
        NewFile.SaveAsync(
            session,
            file,
            () => session.Panel.Downloads.OpenAsync(id, cancellationToken: cancellationToken),
            cancellationToken
        );
}
