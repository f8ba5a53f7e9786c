using System.Globalization;
using System.Text;

namespace HostingPanel.Docker.Transport;

/// <summary>One call: a path below the version, its query, headers and body.</summary>
internal sealed class EngineRequest(HttpMethod method, string path)
{
    private readonly StringBuilder _query = new();

    public HttpMethod Method { get; } = method;

    public string PathAndQuery => _query.Length == 0 ? path : $"{path}?{_query}";

    public HttpContent? Content { get; set; }

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>
    /// An id or name as one segment of a path. What could change the path's meaning is refused: the address would be normalised
    /// before it is sent, and <c>..</c> would reach another call than the one meant.
    /// </summary>
    public static string Segment(string id)
    {
        if (id is "" or "." or ".." || id.AsSpan().ContainsAny('/', '\\') || id.Any(char.IsControl))
        {
            throw new ArgumentException($"\"{id}\" is no id or name of an object of the engine.", nameof(id));
        }

        return Uri.EscapeDataString(id);
    }

    /// <summary>An image reference as several segments of a path: its slashes stay.</summary>
    public static string Reference(string reference) => string.Join('/', reference.Split('/').Select(Segment));

    public EngineRequest Query(string name, string? value)
    {
        if (value is not null)
        {
            _query.Append(_query.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public EngineRequest Query(string name, bool? value) => Query(name, value is { } set ? (set ? "true" : "false") : null);

    public EngineRequest Query(string name, long? value) => Query(name, value?.ToString(CultureInfo.InvariantCulture));

    public EngineRequest Query(string name, ulong value) => Query(name, value.ToString(CultureInfo.InvariantCulture));

    public EngineRequest Query(Filters? filters) => Query("filters", filters?.ToJson());

    /// <summary>Seconds with nine decimals, as the engine reads points in time.</summary>
    public EngineRequest Query(string name, DateTimeOffset? time)
    {
        if (time is not { } at)
        {
            return this;
        }

        var sinceEpoch = at - DateTimeOffset.UnixEpoch;
        var seconds = (long)Math.Floor(sinceEpoch.TotalSeconds);
        var nanoseconds = (sinceEpoch - TimeSpan.FromSeconds(seconds)).Ticks * TimeSpan.NanosecondsPerTick;
        return Query(name, string.Create(CultureInfo.InvariantCulture, $"{seconds}.{nanoseconds:D9}"));
    }

    public EngineRequest Header(string name, string? value)
    {
        if (value is not null)
        {
            Headers.Add(new(name, value));
        }

        return this;
    }
}
