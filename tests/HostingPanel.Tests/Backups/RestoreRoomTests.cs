using HostingPanel.Backups;
using HostingPanel.Platform;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>A restore gives up before the disk is full: live sites stand on the same one.</summary>
public sealed class RestoreRoomTests
{
    private readonly MemoryEngine _engine = new();

    private RestoreRoom Room => new(new FakeSwarm(_engine, new Crasher(killAt: null)));

    [Fact]
    public async Task What_has_room_comes_to_its_end()
    {
        var token = TestContext.Current.CancellationToken;

        Assert.Equal(7, await Room.WhileAsync(_ => Task.FromResult(7), token));
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            Room.WhileAsync<int>(_ => throw new InvalidDataException("of its own"), token)
        );
    }

    [Fact(Timeout = 30_000)]
    public async Task What_has_none_any_more_is_given_up_and_says_so()
    {
        _engine.Failures["room"] = new PlatformException("no-disk-space", "Only 3 MB are free.");

        var failure = await Assert.ThrowsAsync<PlatformException>(() =>
            Room.WhileAsync(
                async token =>
                {
                    await Task.Delay(Timeout.Infinite, token);
                    return 0;
                },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal(("no-disk-space", "Only 3 MB are free."), (failure.Code, failure.Message));
    }
}
