using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;

namespace HostingPanel.Tests.Reconciliation;

/// <summary>What follows from a look at a service, look by look, on a clock of the test's own.</summary>
public sealed class ServiceHealthTests
{
    private static readonly DateTimeOffset Start = SampleSite.Now;
    private static readonly EngineReason NoAddress = new("no-address-left", "No address.");
    private static readonly ServiceHealth Unseen = new("unknown", 0, null, null);

    [Fact]
    public void A_service_that_does_not_start_gets_its_reason_after_thirty_seconds_and_not_before()
    {
        var seen = Seen("new", NoAddress);
        var first = Unseen.Next(seen, isWanted: true, obstacle: null, Start);
        Assert.Null(first.Reason);
        Assert.Equal(Start.AddSeconds(30), first.NextDue());

        var early = first.Next(seen, true, null, Start.AddSeconds(29));
        Assert.Null(early.Reason);

        var late = early.Next(seen, true, null, Start.AddSeconds(30));
        Assert.Equal(NoAddress, late.Reason);
        Assert.Equal(Start.AddSeconds(30), late.ReasonSince);

        var later = late.Next(seen, true, null, Start.AddSeconds(60));
        Assert.Equal(Start.AddSeconds(30), later.ReasonSince);

        var running = later.Next(Running(Start.AddSeconds(61)), true, null, Start.AddSeconds(62));
        Assert.Equal((null, null, null), (running.Reason, running.ReasonSince, running.DownSince));
    }

    [Fact]
    public void An_obstacle_is_told_at_once()
    {
        var missing = new EngineReason("volume-missing", "Gone.");
        Assert.Equal(missing, Unseen.Next(null, true, missing, Start).Reason);
    }

    [Fact]
    public void What_it_runs_with_is_written_down_and_forgotten_with_its_containers()
    {
        var row = new SiteService
        {
            SiteId = Guid.Empty,
            Name = "web",
            Image = "web:1",
            IsFront = true,
        };
        var limits = new ResourceLimits(512 << 20, 1_500_000_000, 200);
        Unseen.Next(Running(Start) with { Limits = limits }, true, null, Start).WriteTo(row, Start);
        Assert.Equal((512L << 20, 1_500_000_000L, 200), (row.ObservedMemoryBytes, row.ObservedNanoCpus, row.ObservedPids));
        var again = ServiceHealth.Of(row);
        Assert.Equal(limits, again.Limits);
        again.Next(Seen("starting", null), true, null, Start).WriteTo(row, Start);
        Assert.Equal((null, null, null), (row.ObservedMemoryBytes, row.ObservedNanoCpus, row.ObservedPids));
    }

    [Fact]
    public void A_service_that_nobody_wants_to_run_has_no_reason()
    {
        var health = Unseen
            .Next(Seen("failed", NoAddress), isWanted: false, obstacle: null, Start)
            .Next(null, false, null, Start.AddHours(1));
        Assert.Equal((null, null), (health.Reason, health.DownSince));
        Assert.Equal("absent", health.State);
    }

    [Fact]
    public void Crashes_are_counted_once_each_and_forgotten_after_two_minutes_of_running()
    {
        var failures = new List<TaskFailure>();
        var health = Unseen.Next(Running(Start), true, null, Start);
        for (var crash = 1; crash <= 3; crash++)
        {
            var at = Start.AddSeconds(10 * crash);
            failures.Add(new TaskFailure($"task{crash}", at, new EngineReason("out-of-memory", "Too much.")));
            var seen = Running(at.AddSeconds(3)) with { Failures = [.. failures] };
            health = health.Next(seen, true, null, at.AddSeconds(4));
            // Looked at again, the same crash is the same crash.
            health = health.Next(seen, true, null, at.AddSeconds(5));
            Assert.Equal(crash, health.Crashes);
        }

        // It runs just now; what it suffers from is told all the same.
        Assert.Equal("out-of-memory", health.Reason?.Code);
        var settled = health.Next(
            Running(Start.AddSeconds(33)) with
            {
                Failures = failures,
            },
            true,
            null,
            Start.AddSeconds(33) + ServiceHealth.Settled
        );
        Assert.Equal((0, null), (settled.Crashes, settled.Reason));
    }

    [Fact]
    public void What_somebody_kills_again_and_again_has_not_crashed()
    {
        var health = Unseen;
        var failures = new List<TaskFailure>();
        for (var kill = 1; kill <= ServiceHealth.CrashLimit; kill++)
        {
            var at = Start.AddSeconds(10 * kill);
            failures.Add(new TaskFailure($"task{kill}", at, new EngineReason(EngineReason.Killed, "Somebody did.")));
            health = health.Next(Running(at.AddSeconds(3)) with { Failures = [.. failures] }, true, null, at.AddSeconds(4));
        }

        Assert.Equal((0, null), (health.Crashes, health.Reason));
    }

    [Fact]
    public void While_the_next_try_is_made_ready_what_was_read_of_the_one_before_stands()
    {
        var unknown = new EngineReason(EngineReason.Unknown, "It is being made ready.");
        var failures = Enumerable.Range(1, 2).Select(crash => new TaskFailure($"task{crash}", Start.AddSeconds(crash), NoAddress)).ToList();
        var crashed = Unseen.Next(Seen("ready", unknown) with { Failures = failures }, true, null, Start.AddSeconds(3));
        Assert.Equal(NoAddress, crashed.Reason);
        Assert.Equal(NoAddress, crashed.Next(Seen("ready", unknown), true, null, Start.AddSeconds(4)).Reason);
        // Of one that has never crashed nothing was read.
        var waiting = Unseen.Next(Seen("ready", unknown), true, null, Start).Next(Seen("ready", unknown), true, null, Start.AddMinutes(1));
        Assert.Equal(unknown, waiting.Reason);
    }

    [Fact]
    public void Failures_from_before_the_first_look_are_history()
    {
        var old = new TaskFailure("task", Start.AddHours(-1), NoAddress);
        Assert.Equal(0, Unseen.Next(Running(Start.AddMinutes(-50)) with { Failures = [old] }, true, null, Start).Crashes);
    }

    [Fact]
    public void A_rest_keeps_its_reason_until_it_is_over()
    {
        var crashing = Unseen
            .Next(Seen("failed", NoAddress), true, null, Start)
            .Next(Seen("failed", NoAddress), true, null, Start.AddMinutes(1));
        var resting = crashing.Rest(Start.AddMinutes(5));
        var stopped = resting.Next(Seen("stopped", null) with { Replicas = 0 }, isWanted: false, null, Start.AddMinutes(2));
        Assert.Equal((NoAddress, Start.AddMinutes(5)), (stopped.Reason, stopped.RestsUntil));
        Assert.Equal(Start.AddMinutes(5), stopped.NextDue());
        var over = stopped.Next(Seen("stopped", null) with { Replicas = 0 }, isWanted: true, null, Start.AddMinutes(5));
        Assert.Null(over.RestsUntil);
        Assert.Equal(Start.AddMinutes(5), over.DownSince);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1000, 30)]
    public void The_wait_doubles_up_to_half_an_hour(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), BackOff.After(attempts));

    private static ServiceObservation Running(DateTimeOffset since) => Seen("running", null) with { Running = 1, RunningSince = since };

    private static ServiceObservation Seen(string state, EngineReason? reason) =>
        new()
        {
            Name = "hp-sample-web",
            SiteId = null,
            Service = "web",
            Replicas = 1,
            Running = 0,
            State = state,
            Reason = reason,
        };
}
