using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>A repository, and what is put into it, as <c>hp-restic</c> sees them: <c>/target</c>, <c>/volumes/files</c>, <c>/scratch</c>.</summary>
internal sealed class ToolboxRepository
{
    private const string Expected = "/expected/expected.json";
    private const string Manifest = """{"site":1}""";
    private readonly ToolboxFixture _toolbox;
    private readonly ToolSetup _setup;

    public ToolboxRepository(ToolboxFixture toolbox, string? address = null, IReadOnlyList<(string Name, string Value)>? credentials = null)
    {
        _toolbox = toolbox;
        (Target, Files, Scratch) = (toolbox.Place(), toolbox.Place(), toolbox.Place());
        _setup = new ToolSetup
        {
            Networked = address is not null,
            Mounts =
            [
                (Target, "/target"),
                (Files, "/volumes/files"),
                (Scratch, "/scratch"),
                (toolbox.Secrets([("repository-key", Key), .. credentials ?? []]), "/run/secrets"),
            ],
            Environment = [("HP_REPOSITORY", address ?? "/target/site"), ("HP_TAGS", "site:1,manual")],
        };
        File.WriteAllText(Path.Combine(Files, ".hp-volume"), "the-identity");
        File.WriteAllText(Path.Combine(Files, "page.html"), "<h1>Help</h1>");
        File.WriteAllBytes(Path.Combine(Files, "picture"), RandomNumberGenerator.GetBytes(3_000_000));
        File.CreateSymbolicLink(Path.Combine(Files, "link"), "page.html");
        File.WriteAllText(Path.Combine(Scratch, "manifest.json"), Manifest);
    }

    /// <summary>The repository's key, which nothing may show.</summary>
    public static string Key => "the-key-of-the-repository";

    /// <summary>Where the local target lies.</summary>
    public string Target { get; }

    /// <summary>A volume of the site.</summary>
    public string Files { get; }

    /// <summary>Where dumps and the manifest lie.</summary>
    public string Scratch { get; }

    /// <summary>Packs at the local target, the largest first.</summary>
    public IReadOnlyList<FileInfo> Packs =>
        [
            .. new DirectoryInfo(Path.Combine(Target, "site", "data"))
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderByDescending(pack => pack.Length),
        ];

    /// <summary>Everything an action can see and be told.</summary>
    public ToolSetup Setup => _setup;

    /// <summary>Runs an action.</summary>
    public Task<ToolRun> RunAsync(params string[] action) => _toolbox.RunAsync(_setup, ["hp-restic", .. action]);

    /// <summary>Runs an action with other or more of this.</summary>
    public Task<ToolRun> RunAsync(Func<ToolSetup, ToolSetup> change, params string[] action) =>
        _toolbox.RunAsync(change(_setup), ["hp-restic", .. action]);

    /// <summary>Takes a snapshot; gives its id.</summary>
    public async Task<string> BackUpAsync()
    {
        var ran = (await RunAsync("backup", "/volumes/files", "/scratch")).Well();
        return ran.Last.GetProperty("snapshot").GetString()!;
    }

    /// <summary>Reads a snapshot back. The volume has three names and the two files' bytes.</summary>
    public Task<ToolRun> ReadBackAsync(string snapshot, long files = 3, string? manifest = null) =>
        ExpectingAsync(files, manifest, "readback", snapshot, Expected);

    /// <summary>Takes a snapshot and reads it back in the same run.</summary>
    public Task<ToolRun> BackUpAndReadAsync(long files = 3, string? manifest = null) =>
        ExpectingAsync(files, manifest, "backup-and-read", Expected, "/volumes/files", "/scratch");

    private async Task<ToolRun> ExpectingAsync(long files, string? manifest, params string[] action)
    {
        var expected = new
        {
            sources = new object[]
            {
                new
                {
                    path = "/volumes/files",
                    files,
                    bytes = 3_000_013,
                },
                new { path = "/scratch", minFiles = 1 },
            },
            manifest = new
            {
                path = "/scratch/manifest.json",
                sha256 = manifest ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Manifest))),
            },
        };
        var place = _toolbox.Place();
        await File.WriteAllTextAsync(
            Path.Combine(place, "expected.json"),
            JsonSerializer.Serialize(expected),
            TestContext.Current.CancellationToken
        );
        return await RunAsync(setup => setup with { Mounts = [.. setup.Mounts, (place, "/expected")] }, action);
    }

    /// <summary>Flips a bit in the middle of a file, whoever may write to it.</summary>
    public static void Spoil(FileInfo pack)
    {
        pack.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = pack.Open(FileMode.Open);
        file.Position = file.Length / 2;
        var found = file.ReadByte();
        file.Position -= 1;
        file.WriteByte((byte)(found ^ 1));
    }
}
