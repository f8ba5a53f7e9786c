using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using HostingPanel.Tests.Operations;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Volumes;

/// <summary>When the disk is looked at and who is stopped: rows, a clock that the test moves, and a disk of figures.</summary>
public sealed class DiskGuardTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private const long Megabyte = 1L << 20;
    private const long Gigabyte = 1L << 30;
    private readonly FakeDisk _disk = new();

    [Fact(Timeout = 60_000)]
    public async Task The_site_that_fills_a_disk_in_danger_is_stopped_once_with_the_reason()
    {
        await AddSiteAsync("filler", "small");
        await AddSiteAsync("neighbour", "large");
        var guard = NewGuard();
        Assert.Null(await LookAsync(guard, 7000));
        _disk.Lengths["v-filler"] = 8 * Gigabyte;
        _disk.Lengths["v-neighbour"] = 20 * Gigabyte;
        // There is room yet, so nobody is asked what takes it.
        Assert.Null(await LookAsync(guard, 5121));
        Assert.Equal(0, _disk.Counts);
        Assert.Equal("filler", await LookAsync(guard, 5000));

        var operation = Assert.Single(await StopsAsync());
        Assert.Equal(
            (OperationPriority.Person, "panel", "filler", Guid.Empty),
            (operation.Priority, operation.RequestedByName, operation.Target, operation.RequestedById)
        );
        Assert.Equal(
            "It filled the disk: its organisation's volumes take 8 GB, its plan allows 5 GB, and only 4.9 GB were free. "
                + "Delete what it does not need or give the organisation a bigger plan, then start it.",
            operation.ArgumentsAs<StopArguments>().Reason
        );

        // While it waits or stops no other is chosen, and neither is it, whatever it still writes.
        Assert.Null(await LookAsync(guard, 3000));
        Assert.Null(await LookAsync(guard, 2000));
        Assert.Equal((1, 1), (_disk.Counts, (await StopsAsync()).Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_it_wrote_until_it_had_stopped_is_no_reason_to_stop_another()
    {
        await AddSiteAsync("filler", "small");
        await AddSiteAsync("other", "small");
        _disk.Lengths["v-filler"] = 9 * Gigabyte;
        _disk.Lengths["v-other"] = 8 * Gigabyte;
        var guard = NewGuard();
        await LookAsync(guard, 6000);
        Assert.Equal("filler", await LookAsync(guard, 5000));
        Assert.Null(await LookAsync(guard, 3000));
        await SettleAsync("filler");
        Time.Advance(DiskGuard.Pause);
        Assert.Null(await LookAsync(guard, 2000));
        for (var look = 0; look < 10; look++)
        {
            Assert.Null(await LookAsync(guard, 2000));
        }

        // Now it is the other one's doing.
        Assert.Equal("other", await LookAsync(guard, 1900));
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_waits_too_long_to_be_stopped_does_not_spare_the_next()
    {
        await AddSiteAsync("busy", "small");
        await AddSiteAsync("other", "small");
        _disk.Lengths["v-busy"] = 9 * Gigabyte;
        _disk.Lengths["v-other"] = 8 * Gigabyte;
        var guard = NewGuard();
        await LookAsync(guard, 6000);
        Assert.Equal("busy", await LookAsync(guard, 5000));
        Assert.Null(await LookAsync(guard, 4000));
        Time.Advance(DiskGuard.Patience);
        Assert.Null(await LookAsync(guard, 3000));
        Assert.Equal("other", await LookAsync(guard, 2000));
    }

    [Fact(Timeout = 60_000)]
    public async Task Within_the_plan_nobody_is_stopped_and_the_volumes_are_not_walked_all_the_time()
    {
        await AddSiteAsync("loud", "large");
        _disk.Lengths["v-loud"] = 100 * Gigabyte;
        var guard = NewGuard();
        await LookAsync(guard, 6000);
        for (var free = 5000; free > 2000; free -= 100)
        {
            Assert.Null(await LookAsync(guard, free));
        }

        // Thirty looks, five seconds from one to the next, and a walk every thirty.
        Assert.Equal(5, _disk.Counts);
        for (var look = 0; look < 20; look++)
        {
            Assert.Null(await LookAsync(guard, 2000));
        }

        // One more for what had gone since the last, and then none: nothing goes any more.
        Assert.Equal(6, _disk.Counts);
        Assert.Empty(await StopsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_starts_on_a_disk_in_danger_waits_until_more_goes()
    {
        await AddSiteAsync("filler", "small");
        _disk.Lengths["v-filler"] = 9 * Gigabyte;
        var guard = NewGuard();
        Assert.Null(await LookAsync(guard, 3000));
        Assert.Null(await LookAsync(guard, 2990));
        Assert.Equal("filler", await LookAsync(guard, 2900));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(OperationKinds.StopSite, OperationState.Queued)]
    [InlineData(OperationKinds.StopSite, OperationState.Running)]
    [InlineData(OperationKinds.TrashSite, OperationState.Queued)]
    [InlineData(OperationKinds.PurgeSite, OperationState.Running)]
    public async Task One_that_a_person_stops_already_is_left_to_them(string kind, OperationState state)
    {
        var site = await AddSiteAsync("filler", "small");
        var operation = await QueueAsync(kind, site);
        await SetAsync(operation, state);
        _disk.Lengths["v-filler"] = 9 * Gigabyte;
        var guard = NewGuard();
        await LookAsync(guard, 6000);
        Assert.Null(await LookAsync(guard, 5000));
        await SetAsync(operation, OperationState.Failed);
        Time.Advance(DiskGuard.Pause);
        Assert.Equal("filler", await LookAsync(guard, 4000));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_backup_of_it_is_no_reason_to_leave_it()
    {
        var site = await AddSiteAsync("filler", "small");
        await SetAsync(await QueueAsync(OperationKinds.TakeBackup, site), OperationState.Running);
        _disk.Lengths["v-filler"] = 9 * Gigabyte;
        var guard = NewGuard();
        await LookAsync(guard, 6000);
        Assert.Equal("filler", await LookAsync(guard, 5000));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_workers_by_mistake_queue_one_stop()
    {
        await AddSiteAsync("filler", "small");
        await AddSiteAsync("other", "small");
        _disk.Lengths["v-filler"] = 9 * Gigabyte;
        _disk.Lengths["v-other"] = 8 * Gigabyte;
        DiskGuard[] guards = [NewGuard(), NewGuard(), NewGuard()];
        foreach (var guard in guards)
        {
            await LookAsync(guard, 6000);
        }

        _disk.Free = 4000 * Megabyte;
        var stopped = await Task.WhenAll(guards.Select(guard => Task.Run(() => guard.GuardAsync(Token), Token)));
        Assert.Equal(["filler"], stopped.OfType<string>());
        Assert.Single(await StopsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disk_of_which_nothing_can_be_told_and_a_look_that_fails_stop_nobody()
    {
        await AddSiteAsync("filler", "small");
        _disk.Lengths["v-filler"] = 9 * Gigabyte;
        var guard = NewGuard();
        await LookAsync(guard, 6000);
        _disk.Free = null;
        Assert.Null(await guard.GuardAsync(Token));
        _disk.Failure = new PlatformException("engine-unavailable", "It does not answer.");
        await Assert.ThrowsAsync<PlatformException>(() => LookAsync(guard, 5000));
        // The next look does not wait: nothing was found out.
        _disk.Failure = null;
        Assert.Equal("filler", await LookAsync(guard, 5000));
    }

    private DiskGuard NewGuard() =>
        new(
            Contexts,
            new OperationQueue(Time),
            _disk,
            new Held(),
            Options.Create(new VolumesOptions()),
            Time,
            NullLogger<DiskGuard>.Instance
        );

    /// <summary>Five seconds later, with so many megabytes free.</summary>
    private Task<string?> LookAsync(DiskGuard guard, long free)
    {
        Time.Advance(TimeSpan.FromSeconds(5));
        _disk.Free = free * Megabyte;
        return guard.GuardAsync(Token);
    }

    private async Task<List<Operation>> StopsAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.Operations.AsNoTracking().Where(row => row.Kind == OperationKinds.StopSite).ToListAsync(Token);
    }

    private async Task SettleAsync(string slug)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        await context
            .Operations.Where(row => row.Target == slug)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, OperationState.Succeeded), Token);
        await context
            .Sites.Where(site => site.Slug == slug)
            .ExecuteUpdateAsync(set => set.SetProperty(site => site.State, SiteState.Stopped), Token);
    }

    private async Task SetAsync(Guid operation, OperationState state)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        await context
            .Operations.Where(row => row.Id == operation)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state), Token);
    }

    /// <summary>A running site of an organisation of its own, with one volume of a gigabyte by its last measurement.</summary>
    private async Task<Guid> AddSiteAsync(string slug, string plan)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var organisation = new Organisation
        {
            Id = Guid.CreateVersion7(),
            Slug = slug,
            Name = slug,
            PlanName = plan,
            CreatedAt = Time.GetUtcNow(),
        };
        var site = new Site
        {
            Id = Guid.CreateVersion7(),
            ShortId = slug,
            Slug = slug,
            OrganisationId = organisation.Id,
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = SiteState.Running,
            SubnetIndex = await context.Sites.CountAsync(Token),
            CreatedAt = Time.GetUtcNow(),
            ProvisionedAt = Time.GetUtcNow(),
        };
        site.Volumes.Add(
            new Volume
            {
                Id = Guid.CreateVersion7(),
                SiteId = site.Id,
                Name = "content",
                Kind = VolumeKind.Files,
                EngineName = $"v-{slug}",
                MountedBy = ["web:/data"],
                CreatedAt = Time.GetUtcNow(),
                Bytes = Gigabyte,
                ApparentBytes = Gigabyte,
                MeasuredAt = Time.GetUtcNow(),
            }
        );
        context.Organisations.Add(organisation);
        context.Sites.Add(site);
        await context.SaveChangesAsync(Token);
        return site.Id;
    }

    private sealed class FakeDisk : IEngineDisk
    {
        private int _counts;

        public long? Free { get; set; }

        public Dictionary<string, long> Lengths { get; } = new(StringComparer.Ordinal);

        public Exception? Failure { get; set; }

        public int Counts => _counts;

        public long? FreeBytes() => Free;

        public Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _counts);
            return Failure is { } failure
                ? Task.FromException<IReadOnlyDictionary<string, long>>(failure)
                : Task.FromResult<IReadOnlyDictionary<string, long>>(Lengths);
        }
    }

    private sealed class Held : IWorkerLease
    {
        public bool IsHeld => true;
    }
}
