namespace HostingPanel;

/// <summary>Times as PostgreSQL keeps them: to the microsecond. What a use case has just made is told as it will be read later.</summary>
internal static class StoredTime
{
    /// <summary>Now.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider time) => time.GetUtcNow().ToStored();

    /// <summary>The same moment in UTC, without what the database would drop.</summary>
    public static DateTimeOffset ToStored(this DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
