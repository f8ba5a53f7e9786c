using System.Net.ServerSentEvents;
using HostingPanel.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Web.Tests.Api;

/// <summary>The web process beside a worker that answers for logs.</summary>
public class LogsApp(PostgresFixture postgres) : PanelApp(postgres)
{
    private readonly string _keyFile = Path.GetTempFileName();
    private Uri? _address;

    internal FakeWorker Worker { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        _address = await Worker.StartAsync();
        await File.WriteAllTextAsync(_keyFile, Worker.Key + "\n", TestContext.Current.CancellationToken);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Worker.DisposeAsync();
        File.Delete(_keyFile);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings["Worker:BaseAddress"] = _address!.ToString();
        settings["Worker:KeyFile"] = _keyFile;
    }
}

public sealed class SiteLogTests(LogsApp app) : ApiTest<LogsApp>(app)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_last_lines_of_the_front_service_come_when_nothing_else_is_said()
    {
        App.Worker.Lines.Clear();
        App.Worker.Lines.AddRange([new(Noon, false, "one"), new(Noon, true, "two \u001b[31m <b> \u20ac"), new(Noon, false, "three")]);
        var slug = (await NewSiteAsync()).Site!.Slug;
        var lines = (await Api.Sites.ListLogsAsync(slug, cancellationToken: Cancellation)).Items;
        Assert.Equal(App.Worker.Lines, lines);
        Assert.Equal(("web", 100, false), App.Worker.Asked);

        lines = (await Api.Sites.ListLogsAsync(slug, "db", 1, Cancellation)).Items;
        Assert.Equal("three", Assert.Single(lines).Text);
        Assert.Equal(("db", 1, false), App.Worker.Asked);
    }

    [Fact]
    public async Task Followed_logs_come_as_they_are_written_until_the_follower_leaves()
    {
        App.Worker.Lines.Clear();
        App.Worker.Lines.Add(new(Noon, false, "before"));
        var slug = (await NewSiteAsync()).Site!.Slug;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = new List<string>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in Api.Sites.FollowLogsAsync(slug, "web", cancellationToken: leave.Token))
            {
                seen.Add(line.Text);
                if (seen.Count == 3)
                {
                    await leave.CancelAsync();
                }
                else
                {
                    await App.Worker.Live.Writer.WriteAsync(new(Noon, false, $"live {seen.Count}"), Cancellation);
                }
            }
        });
        Assert.Equal(["before", "live 1", "live 2"], seen);
        await App.Worker.FollowerLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../../web")]
    [InlineData("web/../db")]
    public async Task A_service_that_the_site_does_not_have_is_not_found_and_the_worker_not_asked(string service)
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var refusal = await RefusalAsync(() => Api.Sites.ListLogsAsync(slug, service, cancellationToken: Cancellation));
        Assert.Equal((404, "service-not-found"), (refusal.Status, refusal.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_tail_out_of_bounds_is_refused(int tail)
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var refusal = await RefusalAsync(() => Api.Sites.ListLogsAsync(slug, null, tail, Cancellation));
        Assert.Equal((400, "tail"), (refusal.Status, Assert.Single(refusal.Errors).Path));
    }
}

/// <summary>The web process beside a worker, on a clock of the test's.</summary>
public sealed class SilentLogsApp(PostgresFixture postgres) : LogsApp(postgres)
{
    internal FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    protected override void ConfigureServices(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
}

public sealed class SilentServiceTests(SilentLogsApp app) : ApiTest<SilentLogsApp>(app)
{
    [Fact]
    public async Task A_service_that_writes_nothing_can_be_followed_until_it_does()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        using var http = App.Http(App.Secret);
        var asking = http.GetStreamAsync(new Uri($"/api/v1/sites/{slug}/logs?follow=true", UriKind.Relative), Cancellation);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        while (!asking.IsCompleted)
        {
            bound.Token.ThrowIfCancellationRequested();
            App.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(asking, Task.Delay(5, bound.Token));
        }

        await using var stream = await asking;
        await App.Worker.Live.Writer.WriteAsync(new(null, false, "at last"), Cancellation);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(bound.Token))
        {
            Assert.Equal(("line", """{"at":null,"error":false,"text":"at last"}"""), (item.EventType, item.Data));
            break;
        }
    }
}

/// <summary>The web process where the worker's address leads nowhere.</summary>
public sealed class LonelyApp(PostgresFixture postgres) : PanelApp(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings) => settings["Worker:BaseAddress"] = "http://127.0.0.1:1";
}

public sealed class SiteLogWithoutWorkerTests(LonelyApp app) : ApiTest<LonelyApp>(app)
{
    [Fact]
    public async Task Logs_say_that_the_worker_does_not_answer()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var once = await RefusalAsync(() => Api.Sites.ListLogsAsync(slug, cancellationToken: Cancellation));
        Assert.Equal((503, "worker-unreachable"), (once.Status, once.Code));
        var followed = await RefusalAsync(async () =>
            await Api.Sites.FollowLogsAsync(slug, cancellationToken: Cancellation).ToListAsync(Cancellation)
        );
        Assert.Equal((503, "worker-unreachable"), (followed.Status, followed.Code));
    }
}
