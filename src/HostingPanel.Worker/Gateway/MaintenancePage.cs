using System.Net;

namespace HostingPanel.Worker.Gateway;

/// <summary>The page that a site's visitors see while it is in maintenance: the non-profit's own words as text, never as markup.</summary>
internal static class MaintenancePage
{
    private const string OurTitle = "This site is being looked after";
    private const string OurText = "It will be back soon. Please come again later.";

    /// <summary>The page with these words; with ours where there are none.</summary>
    public static string Render(string text)
    {
        var words = text.Length == 0 ? OurText : text;
        var paragraphs = words
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(paragraph => $"<p dir=\"auto\">{Encode(paragraph).Replace("\n", "<br>", StringComparison.Ordinal)}</p>");
        // In the form of the gateway's other pages; it looks again by itself, seldom, for it may take hours.
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="refresh" content="120">
            <title>{{OurTitle}}</title>
            <style>
            :root { --ground: #f6f7f9; --card: #ffffff; --ink: #1c2330; --soft: #566074; --line: #dfe3ea; --mark: #1f6fd0; }
            @media (prefers-color-scheme: dark) { :root { --ground: #12151b; --card: #1b2029; --ink: #e8ebf1; --soft: #a5aec0; --line: #2c3340; --mark: #7db4ff; } }
            * { box-sizing: border-box; }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink);
              font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Ubuntu, Cantarell, sans-serif; }
            main { max-width: 34rem; width: 100%; padding: 2.5rem; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--mark); border-radius: .75rem; }
            h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; }
            p { margin: 0 0 .75rem; color: var(--soft); overflow-wrap: anywhere; }
            p:last-child { margin-bottom: 0; }
            </style>
            </head>
            <body>
            <main>
            <h1>{{OurTitle}}</h1>
            {{string.Join('\n', paragraphs)}}
            </main>
            </body>
            </html>

            """;
    }

    /// <summary>Only what has a meaning in HTML: other letters stay as they are, for each would be written as six or more.</summary>
    private static string Encode(string text) =>
        string.Concat(
            text.Select(letter => letter is '<' or '>' or '&' or '"' or '\'' ? WebUtility.HtmlEncode(letter.ToString()) : letter.ToString())
        );
}
