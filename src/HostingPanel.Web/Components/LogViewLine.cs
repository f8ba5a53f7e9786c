using System.Globalization;
using System.Text;

namespace HostingPanel.Web.Components;

/// <summary>A line of a log as it is shown.</summary>
public sealed class LogViewLine
{
    private LogViewLine(string time, bool isError, string text) => (Time, IsError, Text) = (time, isError, text);

    /// <summary>When, in UTC.</summary>
    public string Time { get; }

    /// <summary>True when it came by the error stream.</summary>
    public bool IsError { get; }

    /// <summary>What it says, without what would not be visible.</summary>
    public string Text { get; }

    /// <summary>A line as it came from a container.</summary>
    public static LogViewLine From(DateTimeOffset? at, bool isError, string text) =>
        new(at?.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "", isError, Clean(text));

    /// <summary>Takes out terminal sequences and control characters, which containers write and attackers plant.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\e' && index + 1 < text.Length && text[index + 1] == '[')
            {
                // A control sequence ends with a letter or another character from @ to ~ (ECMA-48, section 5.4).
                index += 2;
                while (index < text.Length && text[index] is < '@' or > '~')
                {
                    index++;
                }
            }
            else if (text[index] == '\t' || char.GetUnicodeCategory(text[index]) is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                clean.Append(text[index]);
            }
        }

        return clean.ToString();
    }
}
