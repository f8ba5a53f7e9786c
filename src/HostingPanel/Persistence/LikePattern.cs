namespace HostingPanel.Persistence;

/// <summary>Patterns of SQL's <c>LIKE</c> out of what people type.</summary>
internal static class LikePattern
{
    /// <summary>Finds what has this text in it.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
}
