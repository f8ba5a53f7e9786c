using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HostingPanel.Telemetry;

/// <summary>Which process sends, and what beside the panel's own metrics.</summary>
/// <param name="Service">As the collector is told.</param>
/// <param name="Meters">The framework's meters.</param>
internal sealed record MetricsSource(string Service, IReadOnlyList<string> Meters);

/// <summary>Sends metrics to where <see cref="TelemetryOptions"/> say, from the process's start to its end. A receiver that is away harms nobody.</summary>
internal sealed partial class MetricsExport(
    MetricsSource source,
    IOptions<TelemetryOptions> options,
    IOptions<PanelOptions> panel,
    ILogger<MetricsExport> logger
) : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>For what was counted last, on the way out.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private MeterProvider? _provider;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.MetricsAddress is not { } address)
        {
            return Task.CompletedTask;
        }

        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(
                ResourceBuilder
                    .CreateDefault()
                    .AddService(
                        source.Service,
                        panel.Value.Installation,
                        typeof(MetricsExport).Assembly.GetName().Version?.ToString(3),
                        autoGenerateServiceInstanceId: true
                    )
            )
            .AddMeter([PanelMetrics.MeterName, .. source.Meters])
            .AddOtlpExporter(
                (exporter, reader) =>
                {
                    exporter.Endpoint = address;
                    exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                    exporter.TimeoutMilliseconds = (int)AnswerWithin.TotalMilliseconds;
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)Interval.TotalMilliseconds;
                    reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = (int)AnswerWithin.TotalMilliseconds;
                }
            )
            .Build();
        LogSends(address.GetLeftPart(UriPartial.Path));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) =>
        // It waits for the receiver's answer on its own thread.
        _provider is { } provider
            ? Task.Run(() => provider.Shutdown((int)LastWords.TotalMilliseconds), CancellationToken.None)
            : Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _provider?.Dispose();

    [LoggerMessage(81, LogLevel.Information, "Metrics are sent to {Address}")]
    private partial void LogSends(string address);
}
