using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace HostingPanel.Domains;

/// <summary>Host names in their normal form: lower case, ASCII (punycode), no trailing dot.</summary>
/// <remarks>Rules after RFC 1123 section 2.1 and RFC 5890: letters, digits and hyphens, labels of 1 to 63, 253 in all.</remarks>
internal static partial class HostName
{
    public const int MaxLength = 253;

    /// <summary>In front of a name that stands for all names one label below.</summary>
    public const string Wildcard = "*.";

    /// <summary>Where a zone says whose a name is.</summary>
    public const string ChallengePrefix = "_hostingpanel-challenge.";
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
            return Problem.Invalid(path, $"“{Shorten(bare)}” has a wildcard. Name each host by itself.");
        }

        if (!TryToAscii(bare, out var ascii) || ascii.Length > MaxLength || !Pattern().IsMatch(ascii) || IPAddress.TryParse(ascii, out _))
        {
            return NotAName(bare, path);
        }

        // One name, one spelling: punycode that stands for what would be written otherwise is a twin of another name.
        if (!TryToUnicode(ascii, out var unicode) || !TryToAscii(unicode, out var again) || again != ascii)
        {
            return Problem.Invalid(path, $"“{Shorten(bare)}” is not the normal spelling of any name.");
        }

        return unicode.Split('.').FirstOrDefault(Scripts.AreMixed) is { } mixed
            ? Problem.Invalid(
                path,
                $"“{Shorten(mixed)}” in “{Shorten(unicode)}” has letters of more than one script. Names that look like others are not taken."
            )
            : ascii;
    }

    /// <summary>The normal form of a name that may stand for all names one label below, as <c>*.example.org</c>.</summary>
    public static Outcome<string> NormaliseWithWildcard(string? text, string path)
    {
        var trimmed = text?.Trim() ?? string.Empty;
        if (!trimmed.StartsWith(Wildcard, StringComparison.Ordinal))
        {
            return Normalise(trimmed, path);
        }

        return Normalise(trimmed[Wildcard.Length..], path).TryGet(out var below, out var problem)
            ? below.Length + Wildcard.Length <= MaxLength
                ? Wildcard + below
                : NotAName(trimmed, path)
            : problem;
    }

    public static bool IsWildcard(string host) => host.StartsWith(Wildcard, StringComparison.Ordinal);

    /// <summary>The wildcard that would cover a name: <c>*.example.org</c> for <c>www.example.org</c>.</summary>
    public static string WildcardOver(string host) => string.Concat("*", host.AsSpan(host.IndexOf('.', StringComparison.Ordinal)));

    /// <summary>The name without what makes it a wildcard.</summary>
    public static string BaseOf(string host) => IsWildcard(host) ? host[Wildcard.Length..] : host;

    /// <summary>The other one of a pair with and without “www.”; null for a wildcard, and where it would be too long.</summary>
    public static string? TwinOf(string host)
    {
        const string www = "www.";
        return IsWildcard(host) ? null
            // “www.org” is no pair with “org”.
            : host.StartsWith(www, StringComparison.Ordinal)
                ? host.LastIndexOf('.') > www.Length ? host[www.Length..]
                    : null
            : host.Length + www.Length <= MaxLength ? www + host
            : null;
    }

    /// <summary>As people write it, in letters of any script.</summary>
    public static string ToUnicode(string host) =>
        TryToUnicode(BaseOf(host), out var unicode) ? string.Concat(host.AsSpan(0, host.Length - BaseOf(host).Length), unicode) : host;

    private static bool TryToAscii(string text, [NotNullWhen(true)] out string? ascii)
    {
        try
        {
            ascii = Idn.GetAscii(text).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            ascii = null;
            return false;
        }
    }

    private static bool TryToUnicode(string ascii, [NotNullWhen(true)] out string? unicode)
    {
        try
        {
            unicode = Idn.GetUnicode(ascii);
            return true;
        }
        catch (ArgumentException)
        {
            unicode = null;
            return false;
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text.AsSpan(0, 80)}…";

    private static Problem NotAName(string text, string path) =>
        Problem.Invalid(
            path,
            $"“{Shorten(text)}” is not a host name. It has labels of letters, digits and hyphens with dots between, such as www.example.org; no scheme, port or path."
        );

    [GeneratedRegex(
        @"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Pattern();
}
