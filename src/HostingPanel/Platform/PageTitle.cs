using System.Net;
using System.Text.RegularExpressions;

namespace HostingPanel.Platform;

/// <summary>Finds what a page calls itself.</summary>
public static partial class PageTitle
{
    /// <summary>The content of its <c>title</c>, with entities resolved and white space as single blanks; null where it has none.</summary>
    public static string? Of(string page) =>
        Title().Match(page) is { Success: true } match
        && Blanks().Replace(WebUtility.HtmlDecode(match.Groups["title"].Value), " ").Trim() is { Length: > 0 } title
            // PostgreSQL stores every character but this one.
            ? title.Replace('\0', '\uFFFD')
            : null;

    [GeneratedRegex(
        "<title[^>]*>(?<title>[^<]*)</title",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Title();

    [GeneratedRegex("\\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Blanks();
}
