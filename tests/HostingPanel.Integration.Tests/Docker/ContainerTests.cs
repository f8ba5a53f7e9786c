using System.Formats.Tar;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

[Collection(DockerEngineTests.Name)]
public sealed class ContainerTests(DockerEngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ContainersOperations Containers => engine.Client.Containers;

    [Fact]
    public async Task A_container_is_made_started_awaited_read_and_removed()
    {
        // Whether it ran already is not asked: an engine 20.10 answered 304 to the first start about one time in six, for a reason not found.
        // The same version, started anew, did so in none of over 500 first starts under load, by this client and by bare requests; where
        // the bytes were listened to (136 of them) each start went out once and came back 204. So it was not this client asking twice, as
        // far as that could be seen; an engine that has run for long was not tried. A_running_container_… does ask.
        var id = await CreateAsync(
            "life",
            "echo out; echo err >&2; printf 'ä no end'; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exit 3"
        );

        await Containers.StartAsync(id, Token);
        Assert.Equal(3, (await Containers.WaitAsync(id, WaitCondition.NotRunning, Token)).StatusCode);

        var state = (await Containers.InspectAsync(id, Token)).State;
        Assert.Equal(("exited", 3, false), (state.Status, state.ExitCode, state.OomKilled));
        Assert.True(state.FinishedAt >= state.StartedAt);
        var lines = await LogsAsync(id, new LogOptions { Timestamps = true });
        Assert.Equal(["out", "ä no end"], Text(lines, LogSource.Stdout));
        Assert.Equal(["err"], Text(lines, LogSource.Stderr));
        Assert.All(lines, line => Assert.True(line.Timestamp > state.StartedAt!.Value.AddSeconds(-1)));
        Assert.Equal(["ä no end"], Text(await LogsAsync(id, new LogOptions { Tail = 1, Stderr = false }), LogSource.Stdout));
        await Containers.RemoveAsync(id, force: false, volumes: true, Token);
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Containers.InspectAsync(id, Token));
    }

    [Fact]
    public async Task A_line_longer_than_the_engines_chunks_stays_one_line_with_one_time()
    {
        // 2^16 bytes of text. (ASCII: what the engine's chunks of 16 KiB cut through, its json-file driver replaces before we see it.)
        var id = await CreateAsync("long", "s=abcd; i=0; while [ $i -lt 14 ]; do s=$s$s; i=$((i+1)); done; echo x$s; echo next");
        await RunAsync(id);

        foreach (var timestamps in new[] { true, false })
        {
            var lines = await LogsAsync(id, new LogOptions { Timestamps = timestamps, Details = timestamps });

            Assert.Equal(["x" + string.Concat(Enumerable.Repeat("abcd", 1 << 14)), "next"], lines.Select(line => line.Text));
            Assert.All(lines, line => Assert.Equal(timestamps, line.Timestamp is not null));
        }
    }

    [Fact]
    public async Task A_terminals_output_is_read_raw()
    {
        var id = await CreateAsync("tty", "echo one; echo two >&2", tty: true);
        await RunAsync(id);

        Assert.Equal(["one", "two"], Text(await LogsAsync(id, new LogOptions()), LogSource.Stdout));
    }

    [Fact]
    public async Task A_followed_log_gives_lines_while_the_container_runs_and_ends_with_it()
    {
        var id = await CreateAsync("follow", "trap 'echo got it; exit 7' USR1; echo ready; while :; do sleep 0.05; done");
        await Containers.StartAsync(id, Token);
        var lines = new List<string>();

        await foreach (var line in Containers.LogsAsync(id, new LogOptions { Follow = true }, Token))
        {
            lines.Add(line.Text);
            if (line.Text == "ready")
            {
                await Containers.KillAsync(id, "SIGUSR1", Token);
            }
        }

        Assert.Equal(["ready", "got it"], lines);
        Assert.Equal(7, (await Containers.WaitAsync(id, WaitCondition.NotRunning, Token)).StatusCode);
        await Assert.ThrowsAsync<DockerConflictException>(() => Containers.KillAsync(id, "SIGUSR1", Token));
    }

    [Fact]
    public async Task A_running_container_is_measured_stopped_and_not_removed_by_accident()
    {
        var id = await CreateAsync("busy", "echo x > /tmp/new; echo ready; while :; do sleep 0.05; done");
        Assert.True(await Containers.StartAsync(id, Token));
        Assert.False(await Containers.StartAsync(id, Token));
        await foreach (var line in Containers.LogsAsync(id, new LogOptions { Follow = true }, Token))
        {
            Assert.Equal("ready", line.Text);
            break;
        }

        var stats = await Containers.StatsAsync(id, Token);
        Assert.True(stats.Memory!.WorkingSet > 0 && stats.Memory.WorkingSet <= stats.Memory.Usage);
        Assert.True(stats.Cpu!.Usage!.TotalNanoseconds > 0 && stats.Cpu.SystemNanoseconds > 0);
        Assert.True(stats.Pids!.Current > 0);
        await foreach (var next in Containers.StreamStatsAsync(id, Token))
        {
            Assert.True(next.Read > DateTimeOffset.UnixEpoch);
            break;
        }

        var changes = await Containers.ChangesAsync(id, Token);
        Assert.Contains(changes, change => change is { Path: "/tmp/new", Kind: FilesystemChangeKind.Added });
        var listed = Assert.Single(await Containers.ListAsync(all: false, engine.Mine & Filters.Name(engine.Name("busy")), Token));
        Assert.Equal((id, "running"), (listed.Id, listed.State));

        await Assert.ThrowsAsync<DockerConflictException>(() => Containers.RemoveAsync(id, force: false, volumes: false, Token));
        Assert.True(await Containers.StopAsync(id, TimeSpan.Zero, Token));
        Assert.False(await Containers.StopAsync(id, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task A_name_is_taken_once_and_an_image_must_be_there()
    {
        await CreateAsync("taken", "");

        await Assert.ThrowsAsync<DockerConflictException>(() => CreateAsync("taken", ""));
        await Assert.ThrowsAsync<DockerNotFoundException>(() =>
            Containers.CreateAsync(new ContainerCreateRequest { Image = $"hpt-{engine.Run}/none:1", Labels = engine.Labels }, Token)
        );
    }

    [Fact]
    public async Task An_unchanged_container_has_no_changes()
    {
        Assert.Empty(await Containers.ChangesAsync(await CreateAsync("unchanged", ""), Token));
    }

    [Fact]
    public async Task A_volume_is_filled_and_read_through_a_container_that_never_runs()
    {
        engine.Require();
        var volume = engine.Name("marked");
        await engine.Client.Volumes.CreateAsync(new VolumeCreateRequest { Name = volume, Labels = engine.Labels }, Token);
        var writer = await CreateAsync("writer", "", mount: volume);
        using var tar = new MemoryStream();
        await using (var archive = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await archive.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, ".hp-volume")
                {
                    Uid = 33,
                    Gid = 34,
                    Mode = UnixFileMode.UserRead | UnixFileMode.OtherRead,
                    DataStream = new MemoryStream("volume-1\n"u8.ToArray()),
                },
                Token
            );
        }

        tar.Position = 0;
        await Containers.PutArchiveAsync(writer, "/data", tar, Token);
        Assert.True(tar.CanRead);
        await Containers.RemoveAsync(writer, force: false, volumes: false, Token);

        var reader = await CreateAsync("reader", "", mount: volume);
        await using var answer = await Containers.GetArchiveAsync(reader, "/data/.hp-volume", Token);
        await using var entries = new TarReader(answer);
        var entry = await entries.GetNextEntryAsync(copyData: true, Token);

        Assert.Equal((33, 34), (entry!.Uid, entry.Gid));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.OtherRead, entry.Mode);
        using var text = new StreamReader(entry.DataStream!, Encoding.UTF8);
        Assert.Equal("volume-1\n", await text.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task An_archive_for_a_missing_container_or_directory_is_refused_by_name()
    {
        var id = await CreateAsync("archive", "");
        using var large = new MemoryStream(new byte[8 * 1024 * 1024]);

        await Assert.ThrowsAsync<DockerNotFoundException>(() => Containers.PutArchiveAsync(engine.Name("none"), "/", large, Token));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Containers.PutArchiveAsync(id, "/none", large, Token));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Containers.GetArchiveAsync(id, "/none", Token));
        await Assert.ThrowsAnyAsync<DockerApiException>(() =>
            Containers.PutArchiveAsync(id, "/", new MemoryStream(Encoding.ASCII.GetBytes(new string('x', 4096))), Token)
        );
    }

    [Fact]
    public async Task Environment_values_arrive_byte_for_byte()
    {
        const string Value = "$HOME # ' \" `id` \\ \n = ü 🐘 \t end ";
        engine.Require();
        var created = await Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = engine.Image,
                Labels = engine.Labels,
                Env = ["V=" + Value],
                Cmd = ["/bin/sh", "-c", "printf '%s|' \"$V\""],
            },
            Token
        );
        await RunAsync(created.Id);

        Assert.Equal(Value + "|", string.Join('\n', (await LogsAsync(created.Id, new LogOptions())).Select(line => line.Text)));
    }

    private async Task<string> CreateAsync(string name, string script, bool tty = false, string? mount = null)
    {
        engine.Require();
        var created = await Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Name = engine.Name(name),
                Image = engine.Image,
                Labels = engine.Labels,
                Tty = tty,
                Cmd = ["/bin/sh", "-c", script],
                HostConfig = new HostConfig
                {
                    Mounts = mount is null ? null : [new Mount { Source = mount, Target = "/data" }],
                    NetworkMode = "none",
                },
            },
            Token
        );
        return created.Id;
    }

    private async Task RunAsync(string id)
    {
        await Containers.StartAsync(id, Token);
        Assert.Equal(0, (await Containers.WaitAsync(id, WaitCondition.NotRunning, Token)).StatusCode);
    }

    private async Task<List<LogLine>> LogsAsync(string id, LogOptions options)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Containers.LogsAsync(id, options, Token))
        {
            lines.Add(line);
        }

        return lines;
    }

    private static IEnumerable<string> Text(IEnumerable<LogLine> lines, LogSource source) =>
        lines.Where(line => line.Stream == source).Select(line => line.Text);
}
