using System.Security.Cryptography;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Docker;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary><c>hp-restic</c> with a repository on this machine.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxResticTests(ToolboxFixture toolbox)
{
    [Fact(Timeout = 180_000)]
    public async Task What_is_backed_up_is_read_back_and_restored_as_it_was()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("identity")).FailedAs("repository-missing");
        var made = (await repository.RunAsync("init")).Well();
        (await repository.RunAsync("init")).FailedAs("repository-exists");
        var known = (await repository.RunAsync("identity")).Well();
        Assert.Equal(made.Last.GetProperty("repository").GetString(), known.Last.GetProperty("repository").GetString());

        // As the job does it, in the container, for owners and attributes are not for everybody.
        await toolbox.RunAsync(repository.Setup, "bash", "-euc", Nasty);
        var before = await FingerprintAsync(repository.Files);
        var taken = (await repository.RunAsync("backup", "/volumes/files", "/scratch")).Well();
        var snapshot = taken.Last.GetProperty("snapshot").GetString()!;
        Assert.True(taken.Last.GetProperty("added").GetInt64() > 1_000_000, taken.ToString());
        var restored = toolbox.Place();
        await File.WriteAllTextAsync(Path.Combine(restored, ".hp-volume"), "another", TestContext.Current.CancellationToken);

        var ran = await RestoreAsync(snapshot, "/volumes/files", restored);

        ran.Well();
        Assert.Equal(before, await FingerprintAsync(restored));
        Assert.Contains("holes 104857600", before, StringComparison.Ordinal);
        Assert.Equal("another", await File.ReadAllTextAsync(Path.Combine(restored, ".hp-volume"), TestContext.Current.CancellationToken));
        (await RestoreAsync(snapshot, "/volumes/files", restored)).FailedAs("failed").Failed("is not empty");

        // A byte that is another one though size and time are the same, and a file that has gone: they are found and mended.
        (await toolbox.RunAsync(repository.Setup with { Mounts = [(restored, "/new")] }, "bash", "-euc", Spoil)).Well();
        Assert.NotEqual(before, await FingerprintAsync(restored));
        (await RestoreAsync(snapshot, "/volumes/files", restored, "restore-again")).Well();
        Assert.Equal(before, await FingerprintAsync(restored));
        (await RestoreAsync(snapshot, "/volumes/other", toolbox.Place())).FailedAs("incomplete");

        Task<ToolRun> RestoreAsync(string what, string path, string place, string action = "restore") =>
            repository.RunAsync(setup => setup with { Mounts = [.. setup.Mounts, (place, "/new")] }, action, what, path, "/new");
    }

    [Fact(Timeout = 180_000)]
    public async Task What_is_wrong_with_a_target_has_a_name_and_no_secret_in_it()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var other = toolbox.Secrets(("repository-key", "another-secret-key"));
        var wrong = await repository.RunAsync(
            setup => setup with { Mounts = [.. setup.Mounts.Where(mount => mount.Target != "/run/secrets"), (other, "/run/secrets")] },
            "backup",
            "/volumes/files"
        );
        wrong.FailedAs("wrong-key");
        Assert.DoesNotContain("another-secret-key", wrong.ToString(), StringComparison.Ordinal);
        (await AtAsync("/nowhere/site")).FailedAs("unreachable");
        (await AtAsync("sftp:-oProxyCommand=touch@host:/x")).FailedAs("failed").Failed("address that is none");
        (await AtAsync("rest:http://user:word@host/x")).FailedAs("failed").Failed("address that is none");
        (await AtAsync("/target/../run/secrets")).FailedAs("failed").Failed("address that is none");

        var full = await toolbox.RunAsync(
            repository.Setup with
            {
                Small = "/small",
                Environment = [("HP_REPOSITORY", "/small/site")],
            },
            "bash",
            "-c",
            "hp-restic init >/dev/null && hp-restic backup /volumes/files; code=$?; hp-restic list >&2; exit $code"
        );
        Assert.True(full.Code == 1 && full.Last.GetProperty("error").GetString() == "target-full", full.ToString());
        Assert.Equal("""{"count":0}""", full.Error[^1]);

        Task<ToolRun> AtAsync(string address) =>
            repository.RunAsync(setup => setup with { Environment = [("HP_REPOSITORY", address)] }, "identity");
    }

    [Fact(Timeout = 180_000)]
    public async Task What_is_killed_in_the_middle_leaves_no_snapshot_and_the_next_run_works()
    {
        toolbox.Require();
        var token = TestContext.Current.CancellationToken;
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        // So slow that it can't have ended.
        var slow = repository.Setup with
        {
            Environment = [.. repository.Setup.Environment, ("HP_UPLOAD_KIB", "64")],
        };
        var running = await toolbox.StartAsync(slow, "hp-restic", "backup", "/volumes/files");
        var locks = Path.Combine(repository.Target, "site", "locks");
        await DockerEngineFixture.EventuallyAsync(
            "The first pack or lock of the backup",
            _ => Task.FromResult(Directory.EnumerateFiles(locks).Any() && repository.Packs.Count > 0 ? this : null),
            token
        );
        await toolbox.Docker.Containers.KillAsync(running, "KILL", token);
        await toolbox.Docker.Containers.WaitAsync(running, WaitCondition.NotRunning, token);

        Assert.NotEmpty(Directory.EnumerateFiles(locks));
        Assert.Equal(0, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());
        var snapshot = await repository.BackUpAsync();
        (await repository.ReadBackAsync(snapshot)).Well();
        (await repository.RunAsync("prune")).FailedAs("locked");
        (await repository.RunAsync("unlock")).Well();
        (await repository.RunAsync("prune")).Well();
        (await repository.RunAsync("check", "1/1")).Well();

        // Asked to stop, it ends by itself and takes its lock along.
        await File.WriteAllBytesAsync(Path.Combine(repository.Files, "more"), RandomNumberGenerator.GetBytes(3_000_000), token);
        var asked = await toolbox.StartAsync(slow, "hp-restic", "backup", "/volumes/files");
        await DockerEngineFixture.EventuallyAsync(
            "The lock of the backup",
            _ => Task.FromResult(Directory.EnumerateFiles(locks).Any() ? this : null),
            token
        );
        await toolbox.Docker.Containers.KillAsync(asked, "TERM", token);
        var ended = await toolbox.Docker.Containers.WaitAsync(asked, WaitCondition.NotRunning, token);
        Assert.NotEqual(0, ended.StatusCode);
        Assert.Empty(Directory.EnumerateFiles(locks));
        Assert.Equal(1, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());
    }

    [Fact(Timeout = 180_000)]
    public async Task Snapshots_go_by_their_whole_id_and_never_the_last()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var (first, second) = (await repository.BackUpAsync(), await repository.BackUpAsync());
        var listed = (await repository.RunAsync("list"))
            .Well()
            .With("snapshots")
            .SelectMany(line => line.GetProperty("snapshots").EnumerateArray())
            .ToList();
        Assert.Equal([first, second], listed.Select(snapshot => snapshot.GetProperty("snapshot").GetString()));
        Assert.Equal(["site:1", "manual"], listed[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(1, (await repository.RunAsync("forget-plan", first)).Well().Last.GetProperty("left").GetInt32());

        foreach (var wrong in new[] { "latest", first[..8], "--keep-last=1", new string('0', 64) })
        {
            (await repository.RunAsync("forget", wrong)).FailedAs("failed");
        }

        (await repository.RunAsync("forget", first, second)).FailedAs("failed").Failed("No snapshot would be left");
        (await repository.RunAsync("forget")).FailedAs("failed");
        (await repository.RunAsync("forget", first)).Well();
        (await repository.RunAsync("forget", first)).FailedAs("failed");
        (await repository.RunAsync("prune")).Well();
        (await repository.ReadBackAsync(second)).Well();
        Assert.Equal(
            ["link", "page.html", "picture"],
            (await repository.RunAsync("ls", second, "/volumes/files"))
                .Well()
                .With("entries")
                .SelectMany(line => line.GetProperty("entries").EnumerateArray())
                .Select(entry => entry.GetProperty("name").GetString())
        );
        Assert.Equal(["<h1>Help</h1>"], (await repository.RunAsync("fetch", second, "/volumes/files/page.html")).Well().Output);
        (await repository.RunAsync("fetch", second, "/volumes/files")).FailedAs("failed");
    }

    private const string Spoil = """
        cd /new
        touch -r page.html /tmp/time
        printf X | dd of=page.html bs=1 seek=2 conv=notrunc status=none
        touch -r /tmp/time page.html
        rm picture
        """;

    private const string Nasty = """
        cd /volumes/files
        mkdir -p d/empty
        echo text >d/file
        ln d/file hard
        ln -s /etc/passwd absolute
        truncate -s 100M holes
        printf x | dd of=holes bs=1 seek=50000000 conv=notrunc status=none
        printf a >$'new\nline "quoted" ünï 日本'
        setfattr -n user.note -v 'a value' d/file
        setfacl -m u:1234:r,g:777:rw picture
        chown 4242:4343 d/file
        chown -h 1:2 link
        chown 100000:100001 picture
        chmod 2750 d
        chmod 4755 page.html
        touch -d '2001-02-03 04:05:06.123456789' d/file
        touch -h -d '2002-02-03 04:05:06.987654321' link
        touch -d '1999-01-01 00:00:00.000000001' d
        chown 33:44 .
        chmod 2751 .
        touch -d '2003-03-03 03:03:03.333333333' .
        """;

    /// <summary>Everything about a tree but its marker; times with their nanoseconds, and whether it has holes.</summary>
    private async Task<string> FingerprintAsync(string place)
    {
        var ran = await toolbox.RunAsync(
            new ToolSetup { Mounts = [(place, "/it")] },
            "bash",
            "-euc",
            """
            cd /it
            find . ! -name .hp-volume -printf '%y %m %U:%G %n %T@ %l %P\0' | sort -z | tr '\0\n' '\n?'
            find . -type f ! -name .hp-volume -print0 | sort -z | xargs -0 sha256sum
            stat -c '%n %s' holes
            (($(stat -c %b holes) < 10000)) && echo has holes
            getfattr -Rh -d -m user . | grep -v '^# file'
            getfacl -Rn . | grep -v '^# file: .hp-volume'
            """
        );
        return string.Join('\n', ran.Well().Output);
    }
}
