using System.Diagnostics.Metrics;
using System.Text;
using HostingPanel.Operations;
using HostingPanel.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Telemetry;

/// <summary>What is sent, to where, and what is refused.</summary>
public sealed class MetricsExportTests
{
    private const string Framework = "HostingPanel.Tests.Framework";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task What_was_counted_arrives_at_the_latest_when_the_process_stops()
    {
        await using var receiver = new OtlpReceiver();
        await using var services = Services(receiver.Address.ToString().TrimEnd('/'));
        var export = services.GetRequiredService<IHostedService>();
        await export.StartAsync(Token);
        using var metrics = new PanelMetrics();
        metrics.OperationEnded(OperationKinds.TakeBackup, OperationState.Succeeded, TimeSpan.FromSeconds(3));
        metrics.ReconcilerLooked(TimeSpan.FromMilliseconds(20));
        using var framework = new Meter(Framework);
        framework.CreateCounter<int>("of.the.framework").Add(1);
        using var foreign = new Meter("HostingPanel.Tests.Foreign");
        foreign.CreateCounter<int>("of.nobody").Add(1);
        await export.StopAsync(Token);

        var (line, body) = await receiver.ReceiveAsync(Token);
        Assert.Equal("POST /v1/metrics HTTP/1.1", line);
        var names = OtlpReceiver.NamesIn(body);
        Assert.Contains("hostingpanel.operations.ended", names);
        Assert.Contains("hostingpanel.operation.duration", names);
        Assert.Contains("hostingpanel.reconciler.passes", names);
        Assert.Contains("of.the.framework", names);
        Assert.DoesNotContain("of.nobody", names);
        var text = Encoding.UTF8.GetString(body);
        Assert.Contains("hostingpanel-test", text, StringComparison.Ordinal);
        Assert.Contains("take-backup", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_that_is_away_neither_stops_the_process_nor_keeps_it_from_stopping()
    {
        string address;
        await using (var receiver = new OtlpReceiver())
        {
            address = receiver.Address.ToString();
        }

        await using var services = Services(address);
        var export = services.GetRequiredService<IHostedService>();
        await export.StartAsync(Token);
        using var metrics = new PanelMetrics();
        metrics.CronRan("succeeded");
        await export.StopAsync(Token).WaitAsync(TimeSpan.FromSeconds(15), Token);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("off")]
    public async Task Without_an_address_nothing_is_watched(string? address)
    {
        await using var services = Services(address);
        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Null(services.GetRequiredService<IOptions<TelemetryOptions>>().Value.MetricsAddress);
        await services.GetRequiredService<IHostedService>().StartAsync(Token);
    }

    [Theory]
    [InlineData("collector:4318")]
    [InlineData("/v1/metrics")]
    [InlineData("ftp://collector")]
    [InlineData("http://me:word@collector:4318")]
    [InlineData("http://collector:4318/?key=word")]
    [InlineData("http://collector:99999")]
    public async Task An_address_that_can_not_be_is_refused_at_the_start_and_not_repeated(string address)
    {
        await using var services = Services(address);
        var refusal = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("Telemetry:OtlpEndpoint", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/metrics")]
    [InlineData("https://collector.example.org/", "https://collector.example.org/v1/metrics")]
    [InlineData("http://collector/tenant/v1/metrics", "http://collector/tenant/v1/metrics")]
    public void The_usual_path_is_added_where_there_is_none(string address, string expected) =>
        Assert.Equal(new Uri(expected), new TelemetryOptions { OtlpEndpoint = address }.MetricsAddress);

    private static ServiceProvider Services(string? address)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Telemetry:OtlpEndpoint"] = address })
            .Build();
        var services = new ServiceCollection();
        services.AddLogging().AddOptions<PanelOptions>();
        services.AddMetricsExport(configuration, "hostingpanel-test", Framework);
        return services.BuildServiceProvider();
    }
}
