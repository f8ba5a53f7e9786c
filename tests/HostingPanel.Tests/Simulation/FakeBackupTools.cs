using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using HostingPanel.Backups;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Simulation;

/// <summary>What the toolbox's programs for backups do, in memory.</summary>
internal static class FakeBackupTools
{
    public const int DumpBytes = 10;
    private static int _made;

    public static JobResult Run(MemoryEngine engine, ContainerDefinition container) =>
        container.Command!.ToArray() switch
        {
            ["hp-dump", _, _, .. var databases] => FakeTools.Said([
                .. databases.SelectMany(Told),
                .. databases.Select(name =>
                    FakeTools.Line(
                        $"\"database\":\"{name}\",\"file\":\"{name}.sql\",\"bytes\":{DumpBytes},\"sha256\":\"00\",\"tables\":1,\"views\":0,\"triggers\":0,\"routines\":0,\"events\":0"
                    )
                ),
                FakeTools.Line("\"server\":\"11.8\",\"notTransactional\":[]"),
            ]),
            ["hp-pg-dump", ..] => FakeTools.Said([
                FakeTools.Line($"\"rows\":{FakeTools.Line("\"sites\":3")}"),
                FakeTools.Line($"\"file\":\"panel.sql\",\"bytes\":{DumpBytes},\"sha256\":\"00\",\"tables\":1,\"server\":\"17.6\""),
            ]),
            ["hp-load", _, var host, .. var databases] => Load(
                engine,
                container.Networks[0].Network,
                host,
                [.. databases.Select(database => database.Split('=')[0])]
            ),
            ["sha256sum", "--", .. var files] => FakeTools.Said([.. files.Select(file => $"00  {file}")]),
            ["hp-load-tables", "load", _, _, var database, .. var pairs] => FakeTools.Said([
                FakeTools.Line(
                    $"\"database\":\"{database}\",\"counts\":[{string.Join(',', Enumerable.Repeat(3, Beside(engine, container, pairs.Length / 2)))}],\"foreignKeys\":0"
                ),
            ]),
            ["hp-load-tables", "drop", ..] => TakeAway(engine, container),
            ["hp-put-beside", "put", ..] => FakeTools.Said([
                FakeTools.Line($"\"put\":true,\"files\":{Beside(engine, container, 1)},\"leftOut\":0,\"setId\":0"),
            ]),
            ["hp-put-beside", "remove", ..] => TakeAway(engine, container),
            ["hp-pack", ..] => FakeTools.Said([FakeTools.Line("\"packed\":true,\"bytes\":7,\"leftOut\":1,\"setId\":1")]),
            ["hp-restic", .. var words] => Restic(engine, container, words),
            _ => throw new InvalidOperationException("Not a program for backups."),
        };

    /// <summary>Into the volume of the server that is found by this name on this network.</summary>
    private static JobResult Load(MemoryEngine engine, string network, string host, string[] databases)
    {
        var server = engine.Services.Values.Single(service =>
            service.Replicas > 0
            && service.Container.Networks.Any(attachment =>
                attachment.Network == network && attachment.Aliases.Contains(host, StringComparer.Ordinal)
            )
        );
        var volume = server.Container.Volumes[0].VolumeName;
        if (engine.Volumes[volume].Fillings.Length > 0)
        {
            return new JobResult(1, [], [$"hp-load: Database {databases[0]} is not empty: it has 1 tables."]);
        }

        engine.Volumes[volume] = engine.Volumes[volume] with { Fillings = "loaded"u8.ToArray() };
        return FakeTools.Said([.. databases.SelectMany(Told)]);
    }

    /// <summary>What a program wrote into the scratch volume.</summary>
    public static byte[] FileNamed(string path)
    {
        if (path != "index.gz")
        {
            return Encoding.ASCII.GetBytes("archive");
        }

        using var index = new MemoryStream();
        using (var gzip = new GZipStream(index, CompressionLevel.Fastest))
        {
            gzip.Write(
                """
                ["/volumes","content","dir",0,2147484141,0,0,"2026-01-01T00:00:00Z"]
                ["/volumes/content","page","file",3,420,33,33,"2026-01-01T00:00:00Z"]

                """u8
            );
        }

        return index.ToArray();
    }

    /// <summary>Something stands in a site beside what is its own, once per operation.</summary>
    private static int Beside(MemoryEngine engine, ContainerDefinition container, int things)
    {
        engine.Beside[container.Owner.OperationId!.Value] = container.Owner.SiteId!.Value;
        return things;
    }

    private static JobResult TakeAway(MemoryEngine engine, ContainerDefinition container)
    {
        engine.Beside.TryRemove(container.Owner.OperationId!.Value, out _);
        return FakeTools.Said([]);
    }

    private static string[] Told(string database) =>
        [FakeTools.Line($"\"database\":\"{database}\",\"rows\":{FakeTools.Line("\"users\":3")}")];

    private static JobResult Restic(MemoryEngine engine, ContainerDefinition container, string[] words)
    {
        var address = container.Environment["HP_REPOSITORY"];
        var key = Encoding.ASCII.GetString(engine.Secrets[container.Secrets[0].SecretName].Value.Span);
        if (words is ["init"])
        {
            return engine.Repositories.TryAdd(address, new FakeRepository(key)) ? Identity(address) : Error("repository-exists");
        }

        var makes = container.Environment.ContainsKey("HP_MAKE");
        if (makes)
        {
            engine.Repositories.TryAdd(address, new FakeRepository(key));
        }

        if (!engine.Repositories.TryGetValue(address, out var repository))
        {
            return Error("repository-missing");
        }

        if (repository.Key != key)
        {
            return Error("wrong-key");
        }

        switch (words)
        {
            case ["identity"]:
                return Identity(address);
            case ["list"]:
                return FakeTools.Said([
                    .. repository.Snapshots.Select(made =>
                        FakeTools.Line($"\"snapshots\":[{FakeTools.Line($"\"snapshot\":\"{made.Id}\",\"tags\":[\"{made.Tag}\"]")}]")
                    ),
                    FakeTools.Line($"\"count\":{repository.Snapshots.Count}"),
                ]);
            case ["forget-plan", .. var ids]:
                return PlanToForget(repository, ids);
            case ["forget", .. var gone]:
                repository.Snapshots.RemoveAll(made => gone.Contains(made.Id, StringComparer.Ordinal));
                return FakeTools.Said([FakeTools.Line($"\"left\":{repository.Snapshots.Count}")]);
            case ["empty", var known]:
                return known == address && engine.Repositories.TryRemove(address, out _)
                    ? FakeTools.Said([FakeTools.Line("\"emptied\":true")])
                    : Error("failed");
            case ["prune"]:
                return FakeTools.Said([FakeTools.Line("\"pruned\":true")]);
            case ["check", ..]:
                return FakeTools.Said([FakeTools.Line("\"checked\":true")]);
            case ["backup", .. var paths]:
                return Told(Save(engine, container, repository, paths));
            case ["backup-and-read", BackupNames.Expected, .. var paths]:
                var saved = Save(engine, container, repository, paths);
                var read = ReadBack(engine, container, saved);
                string[] made = makes ? [.. Identity(address).Output] : [];
                return new JobResult(read.ExitCode, [.. made, .. Told(saved).Output, .. read.Output], read.Error);
            case ["readback", var id, BackupNames.Expected]:
                return ReadBack(engine, container, repository.Snapshots.Single(made => made.Id == id));
            case ["index" or "collect", ..]:
                return FakeTools.Said([FakeTools.Line("\"done\":true")]);
            case ["restore" or "restore-again", var id, var path, var into]:
                var target = container.Volumes.Single(volume =>
                    volume.Path == into || into.StartsWith($"{volume.Path}/", StringComparison.Ordinal)
                );
                var content = repository.Snapshots.Single(made => made.Id == id).Paths[path];
                engine.Volumes[target.VolumeName] = engine.Volumes[target.VolumeName] with { Fillings = content };
                return FakeTools.Said([FakeTools.Line("\"restored\":\"yes\",\"files\":1,\"bytes\":1")]);
            default:
                return Error("failed");
        }
    }

    private static SavedSnapshot Save(MemoryEngine engine, ContainerDefinition container, FakeRepository repository, string[] paths)
    {
        var snapshot = new SavedSnapshot(
            $"snapshot-{Interlocked.Increment(ref _made)}",
            container.Environment["HP_TAGS"],
            paths.ToDictionary(path => path, path => ContentOf(engine, container, path), StringComparer.Ordinal)
        );
        repository.Snapshots.Add(snapshot);
        return snapshot;
    }

    private static JobResult Told(SavedSnapshot snapshot) =>
        FakeTools.Said([FakeTools.Line($"\"snapshot\":\"{snapshot.Id}\",\"files\":1,\"bytes\":1,\"added\":1,\"seconds\":1")]);

    private static JobResult PlanToForget(FakeRepository repository, string[] ids)
    {
        var left = repository.Snapshots.Count(made => !ids.Contains(made.Id, StringComparer.Ordinal));
        return left == 0 || repository.Snapshots.Count - left != ids.Length
            ? Error("failed")
            : FakeTools.Said([FakeTools.Line($"\"forget\":{ids.Length},\"left\":{left}")]);
    }

    /// <summary>The counts of volumes are told as they are in the snapshot, those of the dumps as they are expected.</summary>
    private static JobResult ReadBack(MemoryEngine engine, ContainerDefinition container, SavedSnapshot snapshot)
    {
        var scratch = engine.Volumes[container.Volumes.Single(volume => volume.Path == BackupNames.Scratch).VolumeName];
        var expected = BackupJson.Read<ExpectedSet>(FileIn(scratch.Fillings, "expected.json"));
        return expected.Sources.All(source => snapshot.Paths.ContainsKey(source.Path))
            ? FakeTools.Said([
                .. expected.Sources.Select(source =>
                    FakeTools.Line(
                        source.Path == BackupNames.Dumps
                            ? $"\"source\":\"{source.Path}\",\"files\":{source.Files},\"bytes\":{source.Bytes}"
                            : $"\"source\":\"{source.Path}\",\"files\":{snapshot.Paths[source.Path].Length},\"bytes\":1"
                    )
                ),
            ])
            : Error("incomplete");
    }

    private static byte[] ContentOf(MemoryEngine engine, ContainerDefinition container, string path)
    {
        var volume = container.Volumes.Single(volume =>
            path == volume.Path || path.StartsWith($"{volume.Path}/", StringComparison.Ordinal)
        );
        return engine.Volumes[volume.VolumeName].Fillings;
    }

    private static string FileIn(byte[] archive, string name)
    {
        using var tar = new TarReader(new MemoryStream(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == name)
            {
                using var text = new StreamReader(entry.DataStream!);
                return text.ReadToEnd();
            }
        }

        throw new InvalidOperationException($"There is no {name} in the volume.");
    }

    private static JobResult Identity(string address) => FakeTools.Said([FakeTools.Line($"\"repository\":\"{address}\"")]);

    private static JobResult Error(string word) => new(1, [FakeTools.Line($"\"error\":\"{word}\",\"message\":\"It is {word}.\"")], []);
}
