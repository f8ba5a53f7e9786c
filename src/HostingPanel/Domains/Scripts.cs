using System.Globalization;
using System.Text;

namespace HostingPanel.Domains;

/// <summary>
/// Which scripts a label is written in. After Unicode Technical Standard 39, “highly restrictive”: one script, or the ones that Chinese,
/// Japanese and Korean are written in together. Digits, hyphens and marks belong to every script.
/// </summary>
internal static class Scripts
{
    private const string Latin = "Latin";
    private const string Han = "Han";
    private const string Kana = "Kana";
    private const string Bopomofo = "Bopomofo";
    private const string Hangul = "Hangul";

    private static readonly string[][] WrittenTogether =
    [
        [Latin, Han, Kana],
        [Latin, Han, Bopomofo],
        [Latin, Han, Hangul],
    ];

    /// <summary>First and last code point, and whose they are; what stands nowhere here is told apart by its block.</summary>
    private static readonly (int First, int Last, string Script)[] Ranges =
    [
        (0x0041, 0x024F, Latin),
        (0x0250, 0x02AF, Latin),
        (0x1D00, 0x1D25, Latin),
        (0x1D2C, 0x1D5C, Latin),
        (0x1E00, 0x1EFF, Latin),
        (0x2C60, 0x2C7F, Latin),
        (0xA720, 0xA7FF, Latin),
        (0xAB30, 0xAB64, Latin),
        (0xFB00, 0xFB06, Latin),
        (0xFF21, 0xFF5A, Latin),
        (0x0370, 0x03FF, "Greek"),
        (0x1F00, 0x1FFF, "Greek"),
        (0x0400, 0x052F, "Cyrillic"),
        (0x1C80, 0x1C8F, "Cyrillic"),
        (0x2DE0, 0x2DFF, "Cyrillic"),
        (0xA640, 0xA69F, "Cyrillic"),
        (0x0530, 0x058F, "Armenian"),
        (0x0590, 0x05FF, "Hebrew"),
        (0x0600, 0x06FF, "Arabic"),
        (0x0750, 0x077F, "Arabic"),
        (0x0870, 0x08FF, "Arabic"),
        (0xFB50, 0xFDFF, "Arabic"),
        (0xFE70, 0xFEFF, "Arabic"),
        (0x10A0, 0x10FF, "Georgian"),
        (0x1C90, 0x1CBF, "Georgian"),
        (0x2D00, 0x2D2F, "Georgian"),
        (0x1100, 0x11FF, Hangul),
        (0x3130, 0x318F, Hangul),
        (0xA960, 0xA97F, Hangul),
        (0xAC00, 0xD7FF, Hangul),
        (0x3040, 0x30FF, Kana),
        (0x31F0, 0x31FF, Kana),
        (0xFF66, 0xFF9F, Kana),
        (0x3100, 0x312F, Bopomofo),
        (0x31A0, 0x31BF, Bopomofo),
        (0x2E80, 0x2FDF, Han),
        (0x3005, 0x3007, Han),
        (0x3400, 0x4DBF, Han),
        (0x4E00, 0x9FFF, Han),
        (0xF900, 0xFAFF, Han),
        (0x20000, 0x3FFFF, Han),
    ];

    /// <summary>True for a label with letters of scripts that no language is written in together.</summary>
    public static bool AreMixed(string label)
    {
        var found = label.EnumerateRunes().Where(Rune.IsLetter).Select(Of).ToHashSet(StringComparer.Ordinal);
        return found.Count > 1 && !WrittenTogether.Any(found.IsSubsetOf);
    }

    private static string Of(Rune letter) =>
        Ranges.FirstOrDefault(range => letter.Value >= range.First && letter.Value <= range.Last).Script
        ?? (letter.Value >> 7).ToString(CultureInfo.InvariantCulture);
}
