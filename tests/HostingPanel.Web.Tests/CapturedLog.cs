using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Web.Tests;

/// <summary>What a host logged, after its filters.</summary>
public sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;
    private readonly ConcurrentQueue<Entry> _entries = new();

    /// <summary>One thing that was logged.</summary>
    public sealed record Entry(string Category, LogLevel Level, string Message, Exception? Exception, string Scopes);

    /// <summary>Everything so far, the oldest first.</summary>
    public IReadOnlyList<Entry> Entries => [.. _entries];

    /// <summary>Everything that somebody should look at.</summary>
    public IReadOnlyList<Entry> Faults => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning)];

    /// <summary>Forgets what was logged so far, such as at start-up.</summary>
    public void Clear() => _entries.Clear();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc />
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc />
    public void Dispose() { }

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var scopes = new List<string?>();
            log._scopes?.ForEachScope(static (scope, all) => all.Add(scope?.ToString()), scopes);
            log._entries.Enqueue(new Entry(category, logLevel, formatter(state, exception), exception, string.Join(' ', scopes)));
        }
    }
}
