using System.Threading.Channels;
using HostingPanel.Operations;
using HostingPanel.Tests.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Tests.Operations;

/// <summary>What looks now and then goes on looking, in one worker.</summary>
public sealed class WorkerLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_look_that_failed_is_followed_by_the_next()
    {
        using var loop = new Loop(
            new Lease { IsHeld = true },
            new FastTime(),
            look => look == 1 ? throw new InvalidOperationException("no") : 0
        );
        await loop.StartAsync(Token);
        Assert.Equal(1, await loop.Looks.ReadAsync(Token));
        Assert.Equal(2, await loop.Looks.ReadAsync(Token));
        await loop.StopAsync(Token);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_stands_by_looks_at_nothing_until_the_lease_is_its_own()
    {
        var lease = new Lease();
        using var loop = new Loop(lease, new FastTime(), _ => 0);
        await loop.StartAsync(Token);
        await lease.Asked.ReadAsync(Token);
        await lease.Asked.ReadAsync(Token);
        Assert.False(loop.Looks.TryRead(out _));
        lease.IsHeld = true;
        Assert.Equal(1, await loop.Looks.ReadAsync(Token));
        await loop.StopAsync(Token);
    }

    private sealed class Loop(IWorkerLease lease, TimeProvider time, Func<int, int> look)
        : WorkerLoop(lease, time, NullLogger<Loop>.Instance)
    {
        private readonly Channel<int> _looks = Channel.CreateUnbounded<int>();
        private int _count;

        public ChannelReader<int> Looks => _looks.Reader;

        protected override string Purpose => "Looking";

        protected override Task LookAsync(CancellationToken cancellationToken)
        {
            _looks.Writer.TryWrite(++_count);
            look(_count);
            return Task.CompletedTask;
        }
    }

    private sealed class Lease : IWorkerLease
    {
        private readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();
        private volatile bool _held;

        public ChannelReader<bool> Asked => _asked.Reader;

        public bool IsHeld
        {
            get
            {
                var held = _held;
                _asked.Writer.TryWrite(held);
                return held;
            }
            set => _held = value;
        }
    }
}
