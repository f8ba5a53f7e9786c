using System.Net.Sockets;
using HostingPanel.Docker;
using HostingPanel.Platform;
using HostingPanel.Tests.Docker;
using HostingPanel.Worker.Swarm;

namespace HostingPanel.Tests.Worker;

/// <summary>What the worker asks of the machine before it makes the first thing of a site: each shortcoming has its own name and mend.</summary>
public sealed class MachineCheckTests : IAsyncDisposable
{
    private const string Manager = """{"Swarm":{"NodeID":"n","LocalNodeState":"active","ControlAvailable":true}}""";
    private readonly FakeEngine _engine = new();
    private readonly Disk _disk = new(free: 2000L << 20);

    [Fact]
    public async Task A_manager_with_room_and_the_images_is_good()
    {
        _engine.OnJson("GET /v1.41/info", Manager);
        _engine.OnJson("GET /v1.41/images/one:1/json", """{"Id":"sha256:1"}""");
        await CheckAsync("one:1");
        Assert.All(_engine.Calls, call => Assert.Equal("GET", call.Method));
    }

    [Theory]
    [InlineData("""{"Swarm":{"LocalNodeState":"inactive","ControlAvailable":false}}""")]
    [InlineData("""{"Swarm":{"LocalNodeState":"active","ControlAvailable":false}}""")]
    [InlineData("""{"Swarm":{"LocalNodeState":"pending","ControlAvailable":false}}""")]
    [InlineData("""{"Swarm":{"LocalNodeState":"locked","ControlAvailable":false}}""")]
    public async Task An_engine_that_manages_no_swarm_is_refused(string info)
    {
        _engine.OnJson("GET /v1.41/info", info);
        await RefusedAsync("no-swarm-manager", "./panel up");
    }

    [Fact]
    public async Task A_disk_with_less_than_is_kept_back_is_refused_in_numbers()
    {
        _engine.OnJson("GET /v1.41/info", Manager);
        _disk.Free = 300L << 20;
        await RefusedAsync("no-disk-space", "Only 300 MB are free", "1024 MB");
    }

    [Fact]
    public async Task A_disk_that_can_not_be_asked_stops_nothing()
    {
        _engine.OnJson("GET /v1.41/info", Manager);
        _disk.Free = null;
        await CheckAsync();
    }

    [Fact]
    public async Task A_missing_image_is_named()
    {
        _engine.OnJson("GET /v1.41/info", Manager);
        _engine.OnJson("GET /v1.41/images/one:1/json", """{"Id":"sha256:1"}""");
        _engine.OnJson("GET /v1.41/images/two:2/json", """{"message":"No such image: two:2"}""", status: 404);
        await RefusedAsync("image-missing", "two:2", "./panel up");
    }

    [Fact]
    public async Task An_engine_too_old_is_refused_with_both_versions()
    {
        _engine.Speak("1.40");
        await RefusedAsync("engine-too-old", "1.40", "1.41");
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_named()
    {
        await using var client = new DockerClient(new DockerClientOptions { Endpoint = new Uri("unix:///nonexistent/engine.sock") });
        var refusal = await Assert.ThrowsAsync<PlatformException>(() => Platform(client).CheckAsync([], Cancellation));
        Assert.Equal("engine-unavailable", refusal.Code);
        Assert.IsType<SocketException>(refusal.GetBaseException());
    }

    [Fact]
    public async Task An_engine_that_fails_is_told_in_its_own_words()
    {
        _engine.OnJson("GET /v1.41/info", """{"message":"something is on fire"}""", status: 500);
        await RefusedAsync("engine-refused", "something is on fire");
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task CheckAsync(params string[] images)
    {
        await using var client = _engine.Client();
        await Platform(client).CheckAsync(images, Cancellation);
    }

    private async Task RefusedAsync(string code, params string[] words)
    {
        var refusal = await Assert.ThrowsAsync<PlatformException>(() => CheckAsync("one:1", "two:2"));
        Assert.Equal(code, refusal.Code);
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
        Assert.All(_engine.Calls, call => Assert.Equal("GET", call.Method));
    }

    private SwarmPlatform Platform(DockerClient client) =>
        new(client, new SwarmOptions("hp", "toolbox:1", 1024L << 20), _disk, TimeProvider.System);

    private sealed class Disk(long? free) : IDiskSpace
    {
        public long? Free { get; set; } = free;

        public long? FreeBytes() => Free;
    }
}
