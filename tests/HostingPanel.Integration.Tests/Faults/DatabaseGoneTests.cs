using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>PostgreSQL goes away in the middle of work on the real engine (fault F5): sites go on, and nothing is lost or done twice.</summary>
[Collection(FaultTests.Name)]
public sealed class DatabaseGoneTests(TestInstallation installation) : IAsyncLifetime
{
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(60);
    private DatabaseProxy? _database;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        installation.Require();
        await installation.StopWorkerAsync();
        _database = new DatabaseProxy(installation.Settings()["Database:ConnectionString"]!);
        await installation.StartWorkerAsync(settings => settings["Database:ConnectionString"] = _database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            _database.Return();
            await installation.StopWorkerAsync();
            await installation.StartWorkerAsync();
            await _database.DisposeAsync();
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Sites_answer_while_it_is_away_for_a_minute_and_work_goes_on_where_it_was()
    {
        await SucceedsAsync(await installation.CreateSiteAsync("dry-old", Token));
        var operation = await installation.CreateSiteAsync("dry-new", Token);
        await UntilAsync(operation, view => view.Steps.Any(step => step is { Name: "start-db", State: StepState.Running }));
        var health = installation.Get<IWorkerHealth>();
        Assert.Null(await health.FaultAsync(Token));

        _database!.Leave();
        var left = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(left) < Absence)
        {
            Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("dry-old.localhost", "/", Token)).Status);
            Assert.NotNull(await health.FaultAsync(Token));
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
        }

        _database.Return();
        await SucceedsAsync(operation);
        Assert.Null(await health.FaultAsync(Token));
        await IsWholeAsync("dry-new");
        await installation.PurgeAsync("dry-old", Token);
        await installation.PurgeAsync("dry-new", Token);
    }

    [Fact(Timeout = 300_000)]
    public async Task Connections_that_break_at_random_moments_lose_no_step_and_double_none()
    {
        var operation = await installation.CreateSiteAsync("shaky", Token);
        using var over = new CancellationTokenSource();
        var breaking = BreakAsync(over.Token);
        await SucceedsAsync(operation);
        await over.CancelAsync();
        Assert.True(await breaking > 3, "It was over before anything broke.");
        await IsWholeAsync("shaky");
        await installation.PurgeAsync("shaky", Token);
    }

    private async Task<int> BreakAsync(CancellationToken over)
    {
        for (var count = 0; ; count++)
        {
            try
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(50, 600), over);
            }
            catch (OperationCanceledException)
            {
                return count;
            }

            _database!.Break();
        }
    }

    private async Task SucceedsAsync(Guid operation)
    {
        var view = await UntilAsync(operation, view => view.IsFinished);
        Assert.True(view.State == OperationState.Succeeded, $"{view.Title}: {view.ErrorMessage}");
        Assert.All(view.Steps, step => Assert.Equal(StepState.Done, step.State));
    }

    /// <summary>One of each, and the page of the new site.</summary>
    private async Task IsWholeAsync(string slug)
    {
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, slug, Token)).Value;
        var things = await installation.LabelledAsync(id, Token);
        var containers = await installation.Docker.Containers.ListAsync(all: true, Filters.Label("hp.site", id.ToString()), Token);
        Assert.True(
            (2, 2, 2, 1) == (Count("service"), Count("container"), Count("volume"), Count("network")),
            string.Join(
                '\n',
                [.. things, .. containers.Select(container => $"{container.Id} {string.Join(' ', container.Names)}: {container.Status}")]
            )
        );
        Assert.Contains(
            $"Title of {slug}",
            (await installation.VisitAsync($"{slug}.localhost", "/", Token)).Body,
            StringComparison.Ordinal
        );

        int Count(string kind) => things.Count(thing => thing.StartsWith($"{kind} ", StringComparison.Ordinal));
    }

    /// <summary>Asks again and again: the connection on which somebody would wait may be among those that break.</summary>
    private async Task<OperationView> UntilAsync(Guid operation, Func<OperationView, bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                var view = await installation.Get<OperationService>().GetAsync(Actor.Panel, operation, Token);
                if (holds(view.Value))
                {
                    return view.Value;
                }
            }
            catch (Exception failure)
                when (failure is Npgsql.NpgsqlException or InvalidOperationException { InnerException: Npgsql.NpgsqlException })
            {
                // Broken on purpose.
            }

            await timer.WaitForNextTickAsync(Token);
        }
    }
}
