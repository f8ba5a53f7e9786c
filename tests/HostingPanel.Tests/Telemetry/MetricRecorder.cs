using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using HostingPanel.Telemetry;

namespace HostingPanel.Tests.Telemetry;

/// <summary>Writes down what one process counts and measures; others that the tests run at the same time have meters of the same name.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Name, string Labels, double Value)> _told = new();
    private readonly MeterListener _listener;

    public MetricRecorder(PanelMetrics metrics)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Add(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Add(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>Everything, such as <c>operations.ended kind=heal-site outcome=failed: 2</c>; of histograms how many values they were given.</summary>
    public IReadOnlyList<string> Told =>
        [
            .. _told
                .GroupBy(told => told.Labels.Length == 0 ? told.Name : $"{told.Name} {told.Labels}")
                .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {group.Sum(told => told.Value)}"))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Begins anew.</summary>
    public void Forget() => _told.Clear();

    /// <summary>What the gauges say now.</summary>
    public IReadOnlyList<string> Ask()
    {
        Forget();
        _listener.RecordObservableInstruments();
        return Told;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var words = string.Join(' ', labels.ToArray().Select(label => $"{label.Key}={label.Value}"));
        Assert.True(instrument is not Histogram<double> || value >= 0, $"{instrument.Name} is {value}.");
        _told.Enqueue((instrument.Name["hostingpanel.".Length..], words, instrument is Histogram<double> ? 1 : value));
    }
}
