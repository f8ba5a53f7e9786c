using System.Diagnostics;
using System.Net;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.E2E.Tests;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Worker.Swarm;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>ABUSE 7, the disk filler: a site that fills the disk is stopped before it is full, and nobody else notices.</summary>
[Collection(FaultTests.Name)]
public sealed class DiskFillerTests(TestInstallation installation) : IAsyncLifetime
{
    private const string Filler = "filler";
    private const string Neighbour = "neighbour";
    private const string TinyPlan = "tiny";
    private const long Allowed = 512L << 20;
    private const long Danger = 5120L << 20;
    private const long Content = 700;
    private readonly Disk _disk = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        installation.Require();
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(
            settings =>
            {
                settings["Volumes:DangerMegabytes"] = $"{Danger >> 20}";
                settings["Volumes:GuardEverySeconds"] = "1";
            },
            services => services.AddSingleton<IDiskSpace>(_disk)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_site_that_fills_the_disk_is_stopped_and_comes_back_when_its_file_has_gone()
    {
        await AddOrganisationAsync();
        var made = new[]
        {
            await installation.CreateSiteAsync(Filler, Token, Filler),
            await installation.CreateSiteAsync(Neighbour, Token),
        };
        foreach (var operation in made)
        {
            await installation.SucceedsAsync(operation, Token);
        }

        var site = await installation.Get<SiteStore>().LoadAsync(await IdAsync(Filler), null, Token);
        var web = site.ServiceName("web");
        (string, string)[] content = [(site.Volume("content").Name, "content")];
        using var engine = new Engine();
        await engine.RunAsync(web, ["touch", "/var/www/html/wp-content/kept"], Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var visits = VisitNeighbourAsync(over.Token);

        // A second program of the filler's, which would never end by itself.
        var endless = await engine.StartAsync(web, ["sleep", "infinity"], Token);
        Assert.True(await RunsAsync(engine, endless));
        _disk.Begin(Danger + (400L << 20));
        var filling = engine.RunAsync(
            web,
            ["dd", "if=/dev/zero", "of=/var/www/html/wp-content/fill", "bs=1M", $"count={Content}", "conv=fsync"],
            Token
        );
        // Whether it comes to its end is a matter of luck: it is written, or broken off.
        await Task.WhenAny(filling);
        _disk.Highest = Danger - (200L << 20);

        var stop = await StopAsync();
        await installation.SucceedsAsync(stop, Token);
        var stopped = (await installation.Sites.GetAsync(Actor.Panel, Filler, Token)).Value;
        Assert.Equal(SiteState.Stopped, stopped.State);
        Assert.StartsWith("It filled the disk: its organisation's volumes take ", stopped.StoppedReason, StringComparison.Ordinal);
        Assert.Contains("its plan allows 512 MB", stopped.StoppedReason, StringComparison.Ordinal);
        var told = (await installation.Get<OperationService>().GetAsync(Actor.Panel, stop, Token)).Value;
        Assert.Contains(told.Steps, step => step.Message == stopped.StoppedReason);

        // Its programs have ended, its visitors are told, and nothing was deleted.
        Assert.False(await RunsAsync(engine, endless));
        Assert.Empty(await installation.Docker.Containers.ListAsync(all: false, Filters.Label("hp.site", $"{site.Site.Id}"), Token));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await installation.VisitAsync($"{Filler}.localhost", "/", Token)).Status);
        var left = await VolumeSite.RunAsync(installation, "test -f /v/content/kept; stat -c %s /v/content/fill", content);
        Assert.InRange(long.Parse(left, System.Globalization.CultureInfo.InvariantCulture), 1, Content << 20);

        await VolumeSite.RunAsync(installation, "rm /v/content/fill", content);
        _disk.End();
        await installation.SucceedsAsync(Filler, SiteAction.Start, Token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync($"{Filler}.localhost", "/", Token)).Status);
        Assert.Null((await installation.Sites.GetAsync(Actor.Panel, Filler, Token)).Value.StoppedReason);

        await over.CancelAsync();
        var answers = await visits;
        Assert.Equal([HttpStatusCode.OK], answers.Distinct());
        Assert.True(answers.Count > 10, $"The neighbour was visited only {answers.Count} times.");
        Assert.Equal(SiteState.Running, (await installation.Sites.GetAsync(Actor.Panel, Neighbour, Token)).Value.State);
        await installation.PurgeAsync(Filler, Token);
        await installation.PurgeAsync(Neighbour, Token);
    }

    /// <summary>Visits a small file of the neighbour's four times a second, until it is told to end; gives what it answered.</summary>
    private async Task<List<HttpStatusCode>> VisitNeighbourAsync(CancellationToken cancellationToken)
    {
        var answers = new List<HttpStatusCode>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!cancellationToken.IsCancellationRequested)
        {
            answers.Add((await installation.VisitAsync($"{Neighbour}.localhost", "/wp-includes/css/buttons.min.css", Token)).Status);
            await timer.WaitForNextTickAsync(Token);
        }

        return answers;
    }

    /// <summary>Waits until the panel has asked for the stop.</summary>
    private async Task<Guid> StopAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var started = Stopwatch.GetTimestamp(); ; await timer.WaitForNextTickAsync(Token))
        {
            await using var context = await ContextAsync();
            var found = await context
                .Operations.Where(row => row.Target == Filler && row.Kind == OperationKinds.StopSite)
                .Select(row => row.Id)
                .ToListAsync(Token);
            if (found is [var stop])
            {
                return stop;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "The panel stopped nobody.");
        }
    }

    private async Task AddOrganisationAsync()
    {
        await using var context = await ContextAsync();
        context.Plans.Add(
            new Plan
            {
                Name = TinyPlan,
                Title = "Tiny",
                MaxSites = 2,
                MaxDiskBytes = Allowed,
                MaxMemoryBytes = 4L << 30,
                MaxRestorePoints = 10,
                MaxServiceCpus = 2,
                MaxServiceMemoryBytes = 1L << 30,
                MaxServicePids = 200,
            }
        );
        await context.SaveChangesAsync(Token);
        var organisation = new CreateOrganisation(Filler, "The Fillers", TinyPlan);
        var created = await installation.Get<OrganisationService>().CreateAsync(Actor.Panel, organisation, idempotencyKey: null, Token);
        Assert.Null(created.Problem);
    }

    /// <summary>Whether a program runs that was started in a container; the engine forgets it with the container.</summary>
    private static async Task<bool> RunsAsync(Engine engine, string program) =>
        await engine.AskAsync($"exec/{program}/json", Token) is { } told && told.Contains("\"Running\":true", StringComparison.Ordinal);

    private async Task<Guid> IdAsync(string slug) => (await installation.Sites.FindIdAsync(Actor.Panel, slug, Token)).Value;

    private Task<PanelDbContext> ContextAsync() => installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);

    /// <summary>
    /// The real disk, moved so that little is left of it: of the others that write to it and delete from it meanwhile, only what would make it
    /// roomier is left out.
    /// </summary>
    private sealed class Disk : IDiskSpace
    {
        private readonly DirectoryDiskSpace _real = new(Path.GetTempPath());
        private long _shift;
        private long _highest = long.MaxValue;
        private bool _isWatched;

        /// <summary>What it has at most.</summary>
        public long Highest
        {
            set => Volatile.Write(ref _highest, value);
        }

        /// <summary>From now on so much is free, and what is written is missing from it.</summary>
        public void Begin(long free)
        {
            Highest = free;
            Volatile.Write(ref _shift, free - _real.FreeBytes()!.Value);
            Volatile.Write(ref _isWatched, true);
        }

        /// <summary>There is room again.</summary>
        public void End() => Volatile.Write(ref _isWatched, false);

        public long? FreeBytes() =>
            Volatile.Read(ref _isWatched)
                ? Math.Min(_real.FreeBytes()!.Value + Volatile.Read(ref _shift), Volatile.Read(ref _highest))
                : 2 * Danger;
    }
}
