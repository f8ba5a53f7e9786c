using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Tests.Docker;

public sealed class LogCallTests
{
    private static readonly byte[] HelloFrame = [1, 0, 0, 0, 0, 0, 0, 6, .. "hello\n"u8];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/vnd.docker.multiplexed-stream", true)]
    [InlineData("application/vnd.docker.raw-stream", false)]
    public async Task A_newer_engine_says_itself_how_the_stream_is_made(string mediaType, bool multiplexed)
    {
        await using var fake = new FakeEngine("1.42");
        fake.On("GET /v1.42/containers/x/logs", call => SendAsync(call, mediaType, multiplexed ? HelloFrame : "hello\r\n"u8.ToArray()));
        await using var client = fake.Client();

        // A wrong guess of the caller does not matter.
        var options = new LogOptions { Tty = multiplexed };

        Assert.Equal("hello", Assert.Single(await ToListAsync(client.Containers.LogsAsync("x", options, Token))).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_older_engine_is_asked_whether_there_is_a_terminal(bool tty)
    {
        await using var fake = new FakeEngine("1.41");
        var json = tty ? "true" : "false";
        var answer = tty ? "hello\r\n"u8.ToArray() : HelloFrame;
        fake.OnJson("GET /v1.41/containers/x/json", $$"""{"Id":"x","State":{},"Config":{"Tty":{{json}} } }""");
        fake.OnJson(
            "GET /v1.41/services/x",
            $$"""{"ID":"x","Version":{"Index":1},"Spec":{"Name":"x","TaskTemplate":{"ContainerSpec":{"Image":"i","TTY":{{json}} } } } }"""
        );
        fake.OnJson(
            "GET /v1.41/tasks/x",
            $$"""{"ID":"x","Version":{"Index":1},"Status":{},"Spec":{"ContainerSpec":{"Image":"i","TTY":{{json}} } } }"""
        );
        foreach (var noun in new[] { "containers", "services", "tasks" })
        {
            fake.On($"GET /v1.41/{noun}/x/logs", call => SendAsync(call, "application/vnd.docker.raw-stream", answer));
        }

        await using var client = fake.Client();

        var options = new LogOptions();
        Assert.Equal("hello", Assert.Single(await ToListAsync(client.Containers.LogsAsync("x", options, Token))).Text);
        Assert.Equal("hello", Assert.Single(await ToListAsync(client.Services.LogsAsync("x", options, Token))).Text);
        Assert.Equal("hello", Assert.Single(await ToListAsync(client.Tasks.LogsAsync("x", options, Token))).Text);
    }

    [Fact]
    public async Task A_caller_who_knows_about_the_terminal_saves_a_call()
    {
        await using var fake = new FakeEngine("1.41");
        fake.On("GET /v1.41/services/x/logs", call => SendAsync(call, "application/vnd.docker.raw-stream", HelloFrame));
        await using var client = fake.Client();
        var options = new LogOptions
        {
            Tty = false,
            Follow = true,
            Stderr = false,
            Tail = 5,
            Since = DateTimeOffset.UnixEpoch.AddTicks(15_000_001),
        };

        await ToListAsync(client.Services.LogsAsync("x", options, Token));

        var call = fake.SingleCall();
        Assert.Equal(
            ["stdout=true", "stderr=false", "follow=true", "timestamps=false", "details=false", "since=1.500000100", "tail=5"],
            call.Query
        );
    }

    [Fact]
    public async Task A_slow_stream_gives_each_line_when_it_is_there()
    {
        await using var fake = new FakeEngine("1.42");
        using var lineSeen = new SemaphoreSlim(0);
        fake.On(
            "GET /v1.42/containers/x/logs",
            async call =>
            {
                await call.BeginChunkedAsync("application/vnd.docker.multiplexed-stream");
                for (var i = 0; i < 3; i++)
                {
                    // Even its bytes come one by one; the next line waits until this one was seen.
                    foreach (var one in HelloFrame)
                    {
                        await call.ChunkAsync(new[] { one });
                    }

                    Assert.True(await lineSeen.WaitAsync(TimeSpan.FromSeconds(10), Token));
                }

                await call.EndChunkedAsync();
            }
        );
        await using var client = fake.Client();

        var count = 0;
        await foreach (var line in client.Containers.LogsAsync("x", new LogOptions { Follow = true }, Token))
        {
            Assert.Equal("hello", line.Text);
            count++;
            lineSeen.Release();
        }

        Assert.Equal(3, count);
    }

    [Fact]
    public async Task A_broken_connection_is_thrown_after_the_lines_before_it()
    {
        await using var fake = new FakeEngine("1.42");
        fake.On(
            "GET /v1.42/containers/x/logs",
            async call =>
            {
                await call.BeginChunkedAsync("application/vnd.docker.multiplexed-stream");
                await call.ChunkAsync(HelloFrame);
                call.Close();
            }
        );
        await using var client = fake.Client();
        var lines = new List<LogLine>();

        await Assert.ThrowsAsync<EngineConnectionLostException>(() =>
            ToListAsync(client.Containers.LogsAsync("x", new LogOptions(), Token), lines)
        );

        Assert.Equal("hello", Assert.Single(lines).Text);
    }

    [Fact]
    public async Task Whoever_stops_reading_a_followed_log_hangs_up()
    {
        await using var fake = new FakeEngine("1.42");
        var hungUp = new TaskCompletionSource();
        fake.On(
            "GET /v1.42/containers/x/logs",
            async call =>
            {
                await call.BeginChunkedAsync("application/vnd.docker.multiplexed-stream");
                await call.ChunkAsync(HelloFrame);
                await call.WaitForHangUpAsync();
                hungUp.SetResult();
            }
        );
        await using var client = fake.Client();

        await foreach (var line in client.Containers.LogsAsync("x", new LogOptions { Follow = true }, Token))
        {
            Assert.Equal("hello", line.Text);
            break;
        }

        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    private static async Task SendAsync(FakeCall call, string mediaType, byte[] body)
    {
        await call.BeginChunkedAsync(mediaType);
        await call.ChunkAsync(body);
        await call.EndChunkedAsync();
    }

    private static async Task<List<LogLine>> ToListAsync(IAsyncEnumerable<LogLine> stream, List<LogLine>? lines = null)
    {
        lines ??= [];
        await foreach (var line in stream)
        {
            lines.Add(line);
        }

        return lines;
    }
}
