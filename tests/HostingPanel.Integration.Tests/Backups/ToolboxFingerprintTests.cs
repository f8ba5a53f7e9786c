using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>What <c>hp-fingerprint</c> tells of a volume, and what it reads of it for that.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxFingerprintTests(ToolboxFixture toolbox)
{
    private const string Id = "0195d0a0-0000-7000-8000-000000000001";
    private const string Volume = $"/volumes/{Id}";

    /// <summary>Names and things as no site should have them, in an order in which a slash is the least of all, and more than are read at once.</summary>
    private const string Tree = $$"""
        umask 022; cd {{Volume}}
        printf marker >.hp-volume; printf x >x; mkdir a a-b empty; printf 1 >a/z; printf 2 >a-b/z; printf 3 >a.txt; printf dash >--help
        printf line >$'two\nlines'; printf latin >$'caf\xe9'; printf 'own marker' >a/.hp-volume
        : >nothing; head -c 3000000 /dev/urandom >large; ln large a/hard; ln -s /etc/passwd out; ln -s nowhere dangling; ln -s $'odd\ntarget' a/odd
        mkfifo pipe; printf s >program; chmod 6755 program; printf p >private; chmod 0600 private; chown 33:34 private; chown -h 5:6 out; chmod 2770 a
        mkdir many; for i in {1..300}; do printf %d $i >many/$i; done
        """;

    /// <summary>The plain files of it.</summary>
    private const int Plain = 313;

    /// <summary>All looks of a test are made by one container: this is one of them.</summary>
    private const string Look = $$"""look() { env "$@" hp-fingerprint {{Id}} | grep -v '"part"'; }""";

    [Fact(Timeout = 120_000)]
    public async Task The_checksum_is_over_what_is_written_down_and_over_nothing_else()
    {
        toolbox.Require();
        var setup = new ToolSetup { Mounts = [(toolbox.Place(), Volume)] };
        (await toolbox.RunAsync(setup, "bash", "-euc", Tree)).Well();

        var said = (await toolbox.RunAsync(setup, "hp-fingerprint", Id)).Well().Last;
        var expected = await ExpectedAsync(setup);

        Assert.Equal(expected, said.GetProperty("checksum").GetString());
        var kinds = (await ListAsync(setup, "%y")).Where(kind => kind != "d").ToList();
        Assert.Equal(kinds.Count, said.GetProperty("files").GetInt32());
        Assert.Equal(kinds.Count(kind => kind == "f"), said.GetProperty("read").GetInt32());
        Assert.Equal(0, said.GetProperty("unread").GetInt32());

        // A manifest of the first format has another, which anybody with tar can reckon.
        const string Archive = $$"""
            {{Look}}; look HP_CHECKSUM=archive
            printf '{"tar":"%s"}\n' "$(cd {{Volume}}; tar -cf - --sort=name --format=gnu --numeric-owner --mtime=@0 --anchored --exclude=./.hp-volume . | sha256sum | cut -c -64)"
            """;
        var older = (await toolbox.RunAsync(setup, "bash", "-euc", Archive)).Well();
        Assert.Equal(older.Last.GetProperty("tar").GetString(), Assert.Single(older.With("checksum")).GetProperty("checksum").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task Only_what_changed_is_read_again_and_nothing_that_changed_is_missed()
    {
        toolbox.Require();
        // A look by another name knows nothing from before. What changed in the last two seconds is not kept.
        const string Changes = $$"""
            {{Tree}}
            {{Look}}
            sleep 2.2; look; look
            printf 9 >a/z; touch -d @1000000000 a/z
            cp -p a-b/z new; mv new a-b/z
            chmod 0640 program; chown 7:8 private; rm x; printf w >w; rm large; ln -s a/hard large; mv many more
            look; look; sleep 2.2; look; look
            hp-fingerprint other | grep -v '"part"'
            """;
        const int Moved = 300;
        const int Others = 6; // a/z, a-b/z, program, private, w, and a/hard, which has one name less
        var place = toolbox.Place();
        var setup = new ToolSetup { Mounts = [(place, Volume), (place, "/volumes/other"), (toolbox.Place(), "/checksums")] };

        var said = (await toolbox.RunAsync(setup, "bash", "-euc", Changes)).Well().With("checksum");

        Assert.Equal([Plain, 0, Moved + Others, Others, Others, 0, Plain - 1], said.Select(Read));
        Assert.Equal(2, said.Select(Told).Distinct(StringComparer.Ordinal).Count());
        Assert.Single(said.Skip(2).Select(Told).Distinct(StringComparer.Ordinal));
        Assert.Equal(await ExpectedAsync(setup), said[^1].GetProperty("checksum").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_list_that_is_damaged_or_cannot_be_kept_costs_reading_and_nothing_else()
    {
        toolbox.Require();
        const string Damages = $$"""
            {{Tree}}
            {{Look}}
            sleep 2.2; look; cp /checksums/{{Id}} /tmp/whole
            damaged() { look; look; }
            truncate -s -1 /checksums/{{Id}}; damaged
            head -c 5000 /tmp/whole >/checksums/{{Id}}; damaged
            : >/checksums/{{Id}}; damaged
            { head -c 200 /tmp/whole; printf '?'; tail -c +202 /tmp/whole; } >/checksums/{{Id}}; damaged
            rm /checksums/{{Id}}; damaged
            """;
        var setup = new ToolSetup { Mounts = [(toolbox.Place(), Volume), (toolbox.Place(), "/checksums")] };
        var said = (await toolbox.RunAsync(setup, "bash", "-euc", Damages)).Well().With("checksum");
        Assert.Equal([Plain, .. Enumerable.Repeat(new[] { Plain, 0 }, 5).SelectMany(pair => pair)], said.Select(Read));
        Assert.Single(said.Select(Told).Distinct(StringComparer.Ordinal));

        // There is room for a mebibyte only.
        const string Full = $$"""
            cd {{Volume}}; long=$(printf '%0200d' 0); for i in {1..6000}; do : >$long$i; done
            {{Look}}
            sleep 2.2; look; look; ls -A /checksums >&2
            """;
        var full = new ToolSetup { Mounts = [(toolbox.Place(), Volume)], Small = "/checksums" };
        var tight = (await toolbox.RunAsync(full, "bash", "-euc", Full)).Well();
        Assert.Equal([6000, 6000], tight.With("checksum").Select(Read));
        Assert.All(tight.Error, line => Assert.Equal("read-volume: what was read can't be kept: No space left on device", line));
        Assert.Equal(2, tight.Error.Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_site_that_swaps_things_meanwhile_gets_nobody_out_of_its_volume()
    {
        toolbox.Require();
        // What is outside has a name that must never be listed, and a file that nobody but root may read.
        const string Swaps = $$"""
            mkdir -p /tmp/outside; printf secret >/tmp/outside/told; chmod 0600 /tmp/outside/told
            cd {{Volume}}; mkdir real; for i in {1..200}; do printf $i >real/$i; done; ln -s /tmp/outside bad; cp -a real spare
            ( while :; do mv -T real aside; ln -s /tmp/outside real; printf more >>spare/1; rm spare/2; printf 2 >spare/2; rm real; mv -T aside real; done ) 2>/dev/null &
            for i in {1..15}; do
                hp-fingerprint {{Id}} >/tmp/said; grep -v '"part"' /tmp/said
                sed -n 's/.*"part":"\([^"]*\)".*/\1/p' /tmp/said | base64 -d | gzip -d | tr '\0' '\n' | grep -c told >&2 || true
            done
            kill %1
            """;
        var setup = new ToolSetup { Mounts = [(toolbox.Place(), Volume)] };
        var said = (await toolbox.RunAsync(setup, "bash", "-euc", Swaps)).Well();
        Assert.Equal(15, said.With("checksum").Count);
        Assert.Equal(Enumerable.Repeat("0", 15), said.Error.Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_tree_deeper_than_files_may_be_open_is_told_of_as_far_as_it_goes()
    {
        toolbox.Require();
        const string Deep = $$"""
            deep={{Volume}}; for i in {1..250}; do deep=$deep/d; done; mkdir -p $deep
            cd $deep; for i in {1..70}; do printf $i >$i; done; cd /
            hp-fingerprint {{Id}} | grep -v '"part"'
            for limit in 128 200 254 255 256 257 258 259 260 290; do ( ulimit -n $limit; hp-fingerprint {{Id}} | grep -v '"part"' ); done
            """;
        var setup = new ToolSetup { Mounts = [(toolbox.Place(), Volume)] };
        var said = (await toolbox.RunAsync(setup, "bash", "-euc", Deep)).Well().With("checksum");
        Assert.Equal((70, 0), (said[0].GetProperty("files").GetInt32(), said[0].GetProperty("unread").GetInt32()));
        Assert.Equal(11, said.Count);
        Assert.All(said.Skip(1), line => Assert.NotEqual(0, line.GetProperty("unread").GetInt32()));
    }

    private static string Told(JsonElement line) =>
        string.Join(' ', new[] { "files", "bytes", "checksum", "unread" }.Select(name => line.GetProperty(name).ToString()));

    private static int Read(JsonElement line) => line.GetProperty("read").GetInt32();

    /// <summary>The same from what <c>find</c> says of each name.</summary>
    private async Task<string> ExpectedAsync(ToolSetup setup)
    {
        // Names as bytes: a letter for each.
        var names = await ListAsync(setup, "%y %m %U %G %P");
        var links = await ListAsync(setup, "%l");
        var sums = (
            await toolbox.RunAsync(
                setup,
                "bash",
                "-euc",
                $$"""cd {{Volume}}; find . -type f -exec sha256sum -z -- {} + | base64 -w 0; echo"""
            )
        ).Well();
        var contents = Entries(sums.Output[0]).ToDictionary(line => line[68..], line => line[..64], StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var entries = names
            .Zip(links, (name, link) => (Parts: name.Split(' ', 5), Link: link))
            .OrderBy(entry => entry.Parts[4].Replace('/', '\0'), StringComparer.Ordinal);
        foreach (var (parts, link) in entries)
        {
            var path = parts[4];
            string[] fields = [.. parts[..4], path.Length == 0 ? "." : path, parts[0] == "f" ? contents[path] : link];
            hash.AppendData(Encoding.Latin1.GetBytes(string.Concat(fields.Select(field => $"{field}\0"))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<IReadOnlyList<string>> ListAsync(ToolSetup setup, string format)
    {
        var run = await toolbox.RunAsync(
            setup,
            "bash",
            "-euc",
            $$"""cd {{Volume}}; find . ! -path ./.hp-volume -printf '{{format}}\0' | base64 -w 0; echo"""
        );
        return Entries(run.Well().Output[0]);
    }

    private static List<string> Entries(string packed) =>
        [.. Encoding.Latin1.GetString(Convert.FromBase64String(packed)).Split('\0')[..^1]];
}
