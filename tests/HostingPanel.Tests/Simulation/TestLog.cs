using Microsoft.Extensions.Logging;

namespace HostingPanel.Tests.Simulation;

/// <summary>Shows beside a failed test what its workers complained of. A killed worker complains too.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel) && exception is not KilledException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose() { }
}
