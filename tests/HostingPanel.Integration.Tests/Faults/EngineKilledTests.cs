using System.Diagnostics;
using System.Net;
using HostingPanel.Access;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>The engine is killed in the middle of work, and restarted (fault F4): sites answer again, and the work goes on.</summary>
public sealed class EngineKilledTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private SecondEngine? _engine;
    private TestInstallation? _installation;
    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private TestInstallation Installation => _installation!;

    public async ValueTask InitializeAsync()
    {
        var images = TestInstallation.BuiltImages();
        if (SecondEngine.WhyNot() is { } why)
        {
            Assert.Skip(why);
        }

        if (images.Count == 0)
        {
            Assert.Skip("HP_TEST_IMAGES names no list of built images; ./panel test builds them.");
        }

        _engine = await SecondEngine.StartAsync([images["wordpress"], images["mariadb"], images["toolbox"], images["gateway"]]);
        _installation = new TestInstallation(_engine.Endpoint, _engine.Address);
        await _installation.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_installation is not null)
        {
            await _installation.DisposeAsync();
        }

        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task Sites_answer_again_and_work_goes_on_after_the_engine_was_killed_and_after_it_was_restarted()
    {
        Installation.Require();
        await Installation.SucceedsAsync(await Installation.CreateSiteAsync("steady", Token), Token);
        var operation = await Installation.CreateSiteAsync("half-done", Token);
        await UntilStartedAsync(operation, "start-db");

        _engine!.Kill();
        await _engine.RunEngineAsync();
        await Installation.SucceedsAsync(operation, Token);
        await AnswersAsync("steady");
        await AnswersAsync("half-done");
        await IsWholeAsync("steady");
        await IsWholeAsync("half-done");

        await _engine.StopAsync();
        await _engine.RunEngineAsync();
        await AnswersAsync("steady");
        await AnswersAsync("half-done");
        Assert.Equal(HttpStatusCode.NotFound, (await Installation.VisitAsync("nobody.localhost", "/", Token)).Status);
        await IsWholeAsync("steady");
        await Installation.SucceedsAsync("steady", SiteAction.Restart, Token);
        await AnswersAsync("steady");
    }

    private async Task UntilStartedAsync(Guid operation, string step)
    {
        await foreach (var view in Installation.Get<OperationService>().WatchAsync(Actor.Panel, operation, Token))
        {
            if (view.Steps.Any(found => found.Name == step && found.State == StepState.Running))
            {
                return;
            }
        }

        Assert.Fail($"The operation ended before {step} ran.");
    }

    /// <summary>By its title, through the gateway; within two minutes.</summary>
    private async Task AnswersAsync(string slug)
    {
        var last = "";
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; )
        {
            try
            {
                var (status, body) = await Installation.VisitAsync($"{slug}.localhost", "/", Token);
                if (status == HttpStatusCode.OK && body.Contains($"Title of {slug}", StringComparison.Ordinal))
                {
                    return;
                }

                last = $"{status}";
            }
            catch (HttpRequestException failure)
            {
                // The gateway is a container, too.
                last = failure.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), Token);
        }

        Assert.Fail($"{slug} does not answer: {last}");
    }

    private async Task IsWholeAsync(string slug)
    {
        var id = (await Installation.Sites.FindIdAsync(Actor.Panel, slug, Token)).Value;
        var things = await Installation.LabelledAsync(id, Token);
        Assert.Equal((2, 2, 1), (Count("service"), Count("volume"), Count("network")));

        int Count(string kind) => things.Count(thing => thing.StartsWith($"{kind} ", StringComparison.Ordinal));
    }
}
