using System.Net;
using System.Net.Http.Json;
using HostingPanel.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Web.Tests.Api;

public sealed class HealthTests(PanelApp app) : ApiTest(app)
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/api/v1/healthz")]
    [InlineData("/readyz")]
    [InlineData("/api/v1/readyz")]
    public async Task Health_is_told_without_a_token(string path)
    {
        await App.BeatAsync();
        using var http = App.Http();
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ok", (await response.Content.ReadFromJsonAsync<Client.Health>(PanelJson.Options, Cancellation))!.Status);
    }

    [Theory]
    [InlineData(25, null)]
    [InlineData(300, "300 seconds ago")]
    [InlineData(-3600, "set back")]
    public async Task A_panel_whose_worker_does_not_look_for_work_is_not_ready_and_says_so(double ago, string? fault)
    {
        await App.BeatAsync(ago);
        using var http = App.Http();
        using var response = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation);
        Assert.Equal(fault is null ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var health = await response.Content.ReadFromJsonAsync<Client.Health>(PanelJson.Options, Cancellation);
        Assert.Equal(["database", "schema", "worker"], health!.Checks.Select(check => check.Name));
        Assert.All(health.Checks.SkipLast(1), check => Assert.True(check.Ok));
        Assert.Equal(fault is null, health.Checks[2].Ok);
        Assert.Contains(fault ?? string.Empty, health.Checks[2].Message ?? string.Empty, StringComparison.Ordinal);
    }
}

/// <summary>The web process before the worker's first start.</summary>
public sealed class EarlyApp(PostgresFixture postgres) : PanelApp(postgres)
{
    /// <summary>What it logged.</summary>
    public CapturedLog Log { get; } = new();

    protected override bool HasSchema => false;

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(Log);
}

public sealed class EarlyHealthTests(EarlyApp app) : ApiTest<EarlyApp>(app)
{
    [Fact]
    public async Task To_start_before_the_worker_has_set_up_the_database_is_no_fault()
    {
        using var http = App.Http();
        using var alive = await http.GetAsync(new Uri("/healthz", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.DoesNotContain(
            App.Log.Faults,
            fault => fault.Exception is not null && fault.Category.Contains("KeyManagement", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Without_a_schema_the_panel_lives_but_is_not_ready_and_says_so()
    {
        using var http = App.Http("hpt_any");
        using var alive = await http.GetAsync(new Uri("/healthz", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        using var ready = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var health = await new PanelClient(http).GetReadinessAsync(Cancellation);
        Assert.Equal("degraded", health.Status);
        Assert.Contains(health.Checks, check => check is { Name: "schema", Ok: false, Message: not null });
        Assert.Contains(health.Checks, check => check is { Name: "worker", Ok: false, Message: not null });

        var refusal = await RefusalAsync(() => new PanelClient(http).Sites.ListAsync(cancellationToken: Cancellation));
        Assert.Equal((503, "database-unavailable"), (refusal.Status, refusal.Code));
    }
}

/// <summary>The web process whose database goes away.</summary>
public sealed class LostDatabaseTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task Without_its_database_the_panel_lives_and_says_what_is_missing()
    {
        await Api.ListPlansAsync(Cancellation);
        await App.Postgres.DropAsync(App.Database);
        using var http = App.Http(App.Secret);
        var health = await new PanelClient(http).GetReadinessAsync(Cancellation);
        Assert.Equal(("degraded", "database"), (health.Status, Assert.Single(health.Checks).Name));
        using var alive = await http.GetAsync(new Uri("/healthz", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        var refusal = await RefusalAsync(() => new PanelClient(http).Sites.ListAsync(cancellationToken: Cancellation));
        Assert.Equal((503, "database-unavailable"), (refusal.Status, refusal.Code));
    }
}
