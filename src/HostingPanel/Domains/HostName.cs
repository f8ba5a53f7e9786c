using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace HostingPanel.Domains;

/// <summary>Host names in their normal form: lower case, ASCII (punycode), no trailing dot.</summary>
/// <remarks>Rules after RFC 1123 section 2.1 and RFC 5890: letters, digits and hyphens, labels of 1 to 63, 253 in all.</remarks>
internal static partial class HostName
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The normal form, or what is wrong with it.</summary>
    public static Outcome<string> Normalise(string? text, string path)
    {
        var trimmed = text?.Trim() ?? string.Empty;
        var bare = trimmed.EndsWith('.') ? trimmed[..^1] : trimmed;
        if (bare.Length == 0)
        {
            return Problem.Invalid(path, "A host name is needed, such as www.example.org.");
        }

        if (bare.Contains('*', StringComparison.Ordinal))
        {
            return Problem.Invalid(path, $"“{bare}” has a wildcard. Name each host by itself.");
        }

        string ascii;
        try
        {
            ascii = Idn.GetAscii(bare).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return NotAName(bare, path);
        }

        if (ascii.Length > 253 || !Pattern().IsMatch(ascii) || IPAddress.TryParse(ascii, out _))
        {
            return NotAName(bare, path);
        }

        return ascii;
    }

    private static Problem NotAName(string text, string path) =>
        Problem.Invalid(
            path,
            $"“{text}” is not a host name. It has labels of letters, digits and hyphens with dots between, such as www.example.org; no scheme, port or path."
        );

    [GeneratedRegex(
        @"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Pattern();
}
