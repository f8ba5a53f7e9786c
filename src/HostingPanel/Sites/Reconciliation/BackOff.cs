namespace HostingPanel.Sites.Reconciliation;

/// <summary>How long the reconciler waits before it tries the same again.</summary>
internal static class BackOff
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>1, 2, 4, … minutes after the first, second, third attempt, up to <see cref="Longest"/>.</summary>
    public static TimeSpan After(int attempts) =>
        attempts > 5 ? Longest : TimeSpan.FromMinutes(Math.Min(1 << Math.Max(attempts - 1, 0), Longest.TotalMinutes));
}
