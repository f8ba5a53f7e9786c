using System.Globalization;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Where a line was written to.</summary>
public enum LogSource
{
    /// <summary>Standard output; all output where there is a terminal.</summary>
    Stdout = 1,

    /// <summary>Standard error.</summary>
    Stderr = 2,
}

/// <summary>One line of output. Its text comes from the container: show it as text, never as markup or terminal commands.</summary>
/// <param name="Stream">Where it was written to.</param>
/// <param name="Timestamp">When the engine got it, exact to 100 ns; only if asked for.</param>
/// <param name="Text">The line without its end. Bytes that are not UTF-8 become U+FFFD; the log driver json-file itself does so to a character that
/// stands across one of its 16 KiB chunks.</param>
public sealed record LogLine(LogSource Stream, DateTimeOffset? Timestamp, string Text)
{
    /// <summary>The line is longer than a mebibyte; its next piece follows.</summary>
    public bool Continues { get; init; }

    /// <summary>What else the engine knows about the line, such as the task; only if asked for.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = Empty.Labels;
}

/// <summary>Which part of a log, and how.</summary>
public sealed record LogOptions
{
    /// <summary>Standard output.</summary>
    public bool Stdout { get; init; } = true;

    /// <summary>Standard error.</summary>
    public bool Stderr { get; init; } = true;

    /// <summary>Goes on with what is written from now on, until the container ends or, for services, until the token is cancelled.</summary>
    public bool Follow { get; init; }

    /// <summary>With the time of each line.</summary>
    public bool Timestamps { get; init; }

    /// <summary>With what else the engine knows about each line.</summary>
    public bool Details { get; init; }

    /// <summary>Only what is newer.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what is older; services and tasks do not know it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only the last so many lines (of each task); null is all.</summary>
    public int? Tail { get; init; }

    /// <summary>
    /// Whether there is a terminal. Engines before API 1.42 do not say so in the answer; null makes the client ask them with one call more.
    /// </summary>
    public bool? Tty { get; init; }

    internal EngineRequest Apply(EngineRequest request) =>
        request
            .Query("stdout", Stdout)
            .Query("stderr", Stderr)
            .Query("follow", Follow)
            .Query("timestamps", Timestamps)
            .Query("details", Details)
            .Query("since", Since)
            .Query("until", Until)
            .Query("tail", Tail?.ToString(CultureInfo.InvariantCulture));
}
