using System.Globalization;

namespace HostingPanel.Web.Components;

/// <summary>Numbers and times in words.</summary>
internal static class Phrases
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Such as “0.4 s”, “37 s”, “2 min 5 s”, “3 h 10 min”.</summary>
    public static string Duration(TimeSpan span) =>
        span switch
        {
            { Ticks: < 0 } => "0 s",
            { TotalSeconds: < 9.95 } => string.Create(English, $"{span.TotalSeconds:0.0} s"),
            { TotalSeconds: < 59.5 } => string.Create(English, $"{span.TotalSeconds:0} s"),
            { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
            _ => $"{(int)span.TotalHours} h {span.Minutes} min",
        };

    /// <summary>Such as “just now”, “5 minutes ago”, “in 3 hours”, “12 Mar 2026”.</summary>
    public static string When(DateTimeOffset at, DateTimeOffset now)
    {
        var distance = (now - at).Duration();
        if (distance.TotalSeconds < 45)
        {
            return at > now ? "in a moment" : "just now";
        }

        var words = distance switch
        {
            { TotalMinutes: < 59.5 } => Count((long)Math.Round(distance.TotalMinutes), "minute"),
            { TotalHours: < 23.5 } => Count((long)Math.Round(distance.TotalHours), "hour"),
            { TotalDays: < 13.5 } => Count((long)Math.Round(distance.TotalDays), "day"),
            _ => null,
        };
        return words is null ? at.UtcDateTime.ToString("d MMM yyyy", English)
            : at > now ? $"in {words}"
            : $"{words} ago";
    }

    /// <summary>Such as “1 site”, “3 sites”.</summary>
    public static string Count(long number, string noun) => $"{number.ToString(English)} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>Such as “1,204”.</summary>
    public static string Number(long number) => number.ToString("N0", English);

    /// <summary>Such as “1 CPU”, “0.5 CPUs”.</summary>
    public static string Cpus(decimal cpus) => $"{cpus.ToString("0.##", English)} CPU{(cpus == 1 ? "" : "s")}";

    /// <summary>Such as “980 B”, “4.2 MB”.</summary>
    public static string Bytes(long bytes) => ByteText.Of(bytes);
}
