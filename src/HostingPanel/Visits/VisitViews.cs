namespace HostingPanel.Visits;

/// <summary>How far back one looks.</summary>
public enum VisitSpan
{
    /// <summary>The last hour, by five minutes.</summary>
    Hour,

    /// <summary>The last day, by the hour.</summary>
    Day,

    /// <summary>The last week, by six hours.</summary>
    Week,

    /// <summary>The last 90 days, by the day.</summary>
    Quarter,
}

/// <summary>What visitors asked of a site in a time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Requests">How many requests.</param>
/// <param name="Good">Answered with 2xx.</param>
/// <param name="Redirected">Answered with 3xx.</param>
/// <param name="ClientErrors">Answered with 4xx.</param>
/// <param name="ServerErrors">Answered with 5xx.</param>
/// <param name="Refused">Those of them that the gateway refused.</param>
/// <param name="Bytes">How much went out.</param>
/// <param name="MedianMilliseconds">Half of them took at most so long; null where there was none.</param>
/// <param name="P95Milliseconds">Of 20 of them 19 took at most so long.</param>
/// <param name="MeanQueueMilliseconds">How long they waited for a place at the site, on the average.</param>
public sealed record VisitFigures(
    DateTimeOffset From,
    long Requests,
    long Good,
    long Redirected,
    long ClientErrors,
    long ServerErrors,
    long Refused,
    long Bytes,
    double? MedianMilliseconds,
    double? P95Milliseconds,
    double? MeanQueueMilliseconds
);

/// <summary>One of those that were seen most in the last hour.</summary>
/// <param name="Text">The path, the address, or what a visitor says it is.</param>
/// <param name="Requests">How often; of what is rare, as far as it was counted.</param>
public sealed record VisitTopView(string Text, long Requests);

/// <summary>A site's visits.</summary>
/// <param name="Span">How far back it looks.</param>
/// <param name="Step">How long each of <see cref="Series"/> is.</param>
/// <param name="Total">All together.</param>
/// <param name="Series">One after another, without a gap, the oldest first.</param>
/// <param name="Paths">What was asked for most in the last hour.</param>
/// <param name="Addresses">Who asked most in the last hour.</param>
/// <param name="Agents">What those who asked most in the last hour say they are.</param>
public sealed record VisitView(
    VisitSpan Span,
    TimeSpan Step,
    VisitFigures Total,
    IReadOnlyList<VisitFigures> Series,
    IReadOnlyList<VisitTopView> Paths,
    IReadOnlyList<VisitTopView> Addresses,
    IReadOnlyList<VisitTopView> Agents
);
