using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>What looks into a snapshot, and gets parts of it: <c>hp-restic index</c> and <c>collect</c>, <c>hp-pack</c>, <c>hp-put-beside</c>.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxBrowseTests(ToolboxFixture toolbox)
{
    private const string Beside = "restored-20261126-abcdef";
    private static readonly string[] AllRights = ["DAC_READ_SEARCH", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETFCAP"];

    /// <summary>What abuse case 19 is about, as far as a site can have it in a volume.</summary>
    private const string Nasty = """
        cd /volumes/files
        mkdir -p 'a*b[c]' sub/deep; echo x >'a*b[c]/f?'; echo no >a1b; echo deep >sub/deep/file; chown 33:34 sub/deep/file
        ln -s /etc/passwd out; ln -s ../../../../.. up; ln sub/deep/file hard; printf z >$'new\nline'; printf q >$'bad\xff'
        printf r >$'\u202egpj.exe'; echo s >program; chmod 6755 program; mkfifo pipe; echo dash >--help
        """;

    [Fact(Timeout = 180_000)]
    public async Task What_is_in_a_snapshot_is_indexed_collected_packed_and_put_beside_and_no_link_is_followed()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await RunAsync(repository, "bash", "-euc", Nasty)).Well();
        try
        {
            await LookAndFetchAsync(repository);
        }
        finally
        {
            // Names that are no UTF-8 are none that .NET can remove.
            await RunAsync(
                repository,
                "bash",
                "-c",
                "rm -rf /volumes/files/* /volumes/files/.[!.]* /scratch/* /scratch/.[!.]* /target/live"
            );
        }
    }

    private async Task LookAndFetchAsync(ToolboxRepository repository)
    {
        (await repository.RunAsync("init")).Well();
        var snapshot = await repository.BackUpAsync();

        (await RunAsync(repository, "hp-restic", "index", snapshot, "/scratch/index.gz")).Well();
        var index = await IndexAsync(Path.Combine(repository.Scratch, "index.gz"));
        Assert.Equal(["/volumes/files", "new\nline", "file"], index.Single(row => row[1] == "new\nline")[..3]);
        Assert.Equal("symlink", index.Single(row => row[1] == "out")[2]);
        Assert.DoesNotContain(index, row => row[0].StartsWith("/volumes/files/up", StringComparison.Ordinal));
        Assert.Contains(index, row => row[1] == "\u202egpj.exe");

        // A name is no pattern, and no option.
        (
            await RunAsync(
                repository,
                ["hp-restic", "collect", snapshot, "/scratch", "/volumes/files/a*b[c]", "/volumes/files/out", "/volumes/files/--help"]
            )
        ).Well();
        Assert.Equal(
            ["--help", "a*b[c]", "a*b[c]/f?", "out"],
            (await RunAsync(repository, "bash", "-euc", "cd /scratch/volumes/files; find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort"))
                .Well()
                .Output
        );
        (await RunAsync(repository, "hp-restic", "collect", snapshot, "/scratch", "/volumes/files/nothing")).FailedAs("incomplete");
        (await RunAsync(repository, "hp-restic", "collect", snapshot, "/scratch", "/etc/passwd")).FailedAs("failed");
        (await RunAsync(repository, "hp-restic", "collect", snapshot, "/scratch", "/volumes/../etc")).FailedAs("failed");

        (await RunAsync(repository, "hp-restic", "collect", snapshot, "/scratch", "/volumes/files")).Well();
        var put = (
            await RunAsync(
                repository,
                "bash",
                "-euc",
                $"mkdir /target/live; chown 33:33 /target/live; hp-put-beside put /scratch/volumes/files /target/live {Beside}; "
                    + $"cd /target/live; stat -c '%n %u:%g %a' {Beside} {Beside}/files/program {Beside}/files/sub/deep/file; readlink {Beside}/files/out; "
                    + $"hp-put-beside put /scratch/volumes/files /target/live {Beside}; ls -A; hp-put-beside remove /target/live {Beside}; ls -A"
            )
        ).Well();
        Assert.Equal(
            [
                """{"put":true,"files":14,"leftOut":1,"setId":1}""",
                $"{Beside} 33:33 700",
                $"{Beside}/files/program 0:0 755",
                $"{Beside}/files/sub/deep/file 33:34 644",
                "/etc/passwd",
                """{"put":true,"files":14,"leftOut":1,"setId":1}""",
                Beside,
            ],
            put.Output
        );

        var packed = (await RunAsync(repository, "hp-pack", "/scratch", "/scratch/it.tar.gz")).Well();
        Assert.Equal((1, 1), (packed.Last.GetProperty("leftOut").GetInt32(), packed.Last.GetProperty("setId").GetInt32()));
        var entries = await EntriesAsync(Path.Combine(repository.Scratch, "it.tar.gz"));
        Assert.All(entries.Keys, name => Assert.False(name.StartsWith('/') || name.Split('/').Contains(".."), name));
        Assert.Equal(
            (TarEntryType.SymbolicLink, "/etc/passwd"),
            (entries["volumes/files/out"].EntryType, entries["volumes/files/out"].LinkName)
        );
        Assert.Equal((UnixFileMode)0b111_101_101, entries["volumes/files/program"].Mode);
        Assert.Equal((33, 34), (entries["volumes/files/hard"].Uid, entries["volumes/files/hard"].Gid));
        Assert.DoesNotContain("volumes/files/pipe", entries.Keys);
        // Killed after that it says the same, and does not begin again with half of it gone.
        Assert.Equal(
            packed.Last.GetProperty("bytes").GetInt64(),
            (await RunAsync(repository, "hp-pack", "/scratch", "/scratch/it.tar.gz")).Well().Last.GetProperty("bytes").GetInt64()
        );
    }

    /// <summary>Abuse case 20: whoever may write to the volume swaps names for links while files are put there.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_link_in_the_place_of_the_new_directory_is_not_followed()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        var ran = (
            await RunAsync(
                repository,
                "bash",
                "-euc",
                $$"""
                mkdir -p /scratch/from/d /target/live /target/victim; echo new >/scratch/from/d/file; echo mine >/target/victim/file
                ln -s /target/victim /target/live/{{Beside}}
                hp-put-beside put /scratch/from /target/live {{Beside}} >/dev/null
                ls -A /target/victim; cat /target/victim/file; [[ ! -L /target/live/{{Beside}} ]]
                rm -rf /target/live/{{Beside}}; ln -s /target/victim /target/live/{{Beside}}
                hp-put-beside remove /target/live {{Beside}}; ls -A /target/victim
                # Swapped again and again, by somebody who is as quick as the machine, and whom a moment lost to the other does not stop.
                while :; do rm -rf /target/live/{{Beside}} || :; ln -sfn /target/victim /target/live/{{Beside}} || :; done 2>/dev/null & swapper=$!
                for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do hp-put-beside put /scratch/from /target/live {{Beside}} >/dev/null 2>&1 || true; done
                kill $swapper; ls -A /target/victim; cat /target/victim/file
                """
            )
        ).Well();
        Assert.Equal(["file", "mine", "file", "file", "mine"], ran.Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task With_the_key_plain_restic_lists_and_restores_what_the_panel_took()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var snapshot = await repository.BackUpAsync();
        var ran = (
            await RunAsync(
                repository,
                "bash",
                "-euc",
                $"export RESTIC_REPOSITORY=/target/site RESTIC_PASSWORD={ToolboxRepository.Key}; restic snapshots --json | jq -r '.[].id'; "
                    + $"restic restore {snapshot} --target /tmp/out >/dev/null; cmp /tmp/out/volumes/files/picture /volumes/files/picture; cat /tmp/out/volumes/files/page.html"
            )
        ).Well();
        Assert.Equal([snapshot, "<h1>Help</h1>"], ran.Output);
    }

    private Task<ToolRun> RunAsync(ToolboxRepository repository, params string[] command) =>
        toolbox.RunAsync(repository.Setup with { Capabilities = AllRights }, command);

    private static async Task<IReadOnlyList<string[]>> IndexAsync(string file)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), Encoding.UTF8);
        var rows = new List<string[]>();
        while (await text.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            rows.Add([.. JsonDocument.Parse(line).RootElement.EnumerateArray().Select(member => member.ToString())]);
        }

        return rows;
    }

    private static async Task<Dictionary<string, TarEntry>> EntriesAsync(string file)
    {
        await using var tar = new TarReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var entries = new Dictionary<string, TarEntry>(StringComparer.Ordinal);
        while (await tar.GetNextEntryAsync(copyData: false, TestContext.Current.CancellationToken) is { } entry)
        {
            entries[entry.Name] = entry;
        }

        return entries;
    }
}
