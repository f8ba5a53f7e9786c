using System.Globalization;
using System.Text.RegularExpressions;

namespace HostingPanel.Blueprints.Parsing;

/// <summary>What a scalar is expected to be: how a person would say it, and how it is read (null when it is something else).</summary>
internal sealed record ValueKind<T>(string Expected, Func<string, T?> Read)
    where T : class;

/// <summary>The kinds of scalars a blueprint has.</summary>
internal static partial class ValueKinds
{
    private const long Kilo = 1024;
    private const RegexOptions Strictly = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int MatchTimeout = 1000;

    public static ValueKind<string> Name { get; } =
        new("a name: a lower-case letter, then up to 30 lower-case letters, digits and hyphens", text => IsName(text) ? text : null);

    public static ValueKind<string> ImageName { get; } =
        new("the name of a folder in docker/images, such as mariadb, without registry, tag or digest", text => IsName(text) ? text : null);

    public static ValueKind<string> Path { get; } =
        new(
            "an absolute path without '..', '.', doubled or trailing slashes, of letters, digits and . _ - /, such as /var/www/html",
            text => PathForm().IsMatch(text) && !text.Split('/').Any(part => part is "." or "..") ? text : null
        );

    public static ValueKind<string> UrlPath { get; } =
        new(
            "a path on the site such as / or /user/login?x=1",
            text =>
                text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal) && text.All(c => c is > ' ' and <= '~')
                    ? text
                    : null
        );

    public static ValueKind<string> ExpensivePath { get; } =
        new(
            "the beginning of a path in lower case, such as /user/login, or the name of a query's value, such as ?s",
            text => Traffic.TrafficRules.PathFault(text) is null ? text : null
        );

    public static ValueKind<NumericUser> User { get; } = new("a numeric user and group such as 33:33", ReadUser);

    public static ValueKind<object> Mode { get; } =
        new(
            "octal permission bits such as 0755 or 2770, without setuid and without write permission for everybody",
            text => ModeForm().IsMatch(text) ? Convert.ToInt32(text, 8) : null
        );

    public static ValueKind<object> Flag { get; } =
        new(
            "true or false",
            text =>
                text switch
                {
                    "true" => true,
                    "false" => false,
                    _ => null,
                }
        );

    /// <summary>One line of text for people.</summary>
    public static ValueKind<string> Line(int max) =>
        new(
            FormattableString.Invariant($"one line of text, at most {max} characters"),
            text => text.Trim().Length > 0 && text.Length <= max && !text.Contains('\n', StringComparison.Ordinal) ? text : null
        );

    public static ValueKind<string> OneOf(IReadOnlyList<string> words) =>
        new("one of " + string.Join(", ", words), text => words.Contains(text, StringComparer.Ordinal) ? text : null);

    public static ValueKind<object> Enum<T>()
        where T : struct, Enum
    {
        string[] words = [.. System.Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        return new(
            "one of " + string.Join(", ", words),
            text => Array.IndexOf(words, text) is >= 0 and var at ? System.Enum.GetValues<T>()[at] : null
        );
    }

    public static ValueKind<object> Number(int min, int max) =>
        new(
            FormattableString.Invariant($"a whole number from {min} to {max}"),
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max ? n : null
        );

    public static ValueKind<object> Fraction(decimal min, decimal max) =>
        new(
            FormattableString.Invariant($"a number from {min} to {max} such as 0.5"),
            text =>
                decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max
                    ? n
                    : null
        );

    /// <summary>Bytes, between two sizes in the same form.</summary>
    public static ValueKind<object> Size(string min, string max) =>
        new(
            $"a size from {min} to {max} in K, M or G (of 1024)",
            text => ReadSize(text) is { } n && n >= ReadSize(min) && n <= ReadSize(max) ? n : null
        );

    /// <summary>A time, between two times in the same form.</summary>
    public static ValueKind<object> Duration(string min, string max) =>
        new(
            $"a time from {min} to {max} in s, m or h, such as 20s",
            text => ReadDuration(text) is { } t && t >= ReadDuration(min) && t <= ReadDuration(max) ? t : null
        );

    public static bool IsName(string text) => NameForm().IsMatch(text);

    public static bool IsVariable(string text) => VariableForm().IsMatch(text);

    private static NumericUser? ReadUser(string text) =>
        text.Split(':') is [var uid, var gid]
        && ushort.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out var u)
        && ushort.TryParse(gid, NumberStyles.None, CultureInfo.InvariantCulture, out var g)
            ? new NumericUser(u, g)
            : null;

    private static long? ReadSize(string text) =>
        SizeForm().Match(text) is { Success: true } match
            ? long.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)
                * match.Groups["unit"].Value switch
                {
                    "K" => Kilo,
                    "M" => Kilo * Kilo,
                    _ => Kilo * Kilo * Kilo,
                }
            : null;

    private static TimeSpan? ReadDuration(string text) =>
        DurationForm().Match(text) is { Success: true } match
            ? TimeSpan.FromSeconds(
                long.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)
                    * match.Groups["unit"].Value switch
                    {
                        "s" => 1,
                        "m" => 60,
                        _ => 3600,
                    }
            )
            : null;

    // \z, not $: a dollar also matches before a final newline.
    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,30}\z", Strictly, MatchTimeout)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[A-Z_][A-Z0-9_]{0,63}\z", Strictly, MatchTimeout)]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"^(?:/[A-Za-z0-9._-]+){1,16}\z", Strictly, MatchTimeout)]
    private static partial Regex PathForm();

    [GeneratedRegex(@"^[0-3]?[0-7]{2}[0145]\z", Strictly, MatchTimeout)]
    private static partial Regex ModeForm();

    [GeneratedRegex(@"^(?<number>[0-9]{1,6})(?<unit>[KMG])\z", Strictly, MatchTimeout)]
    private static partial Regex SizeForm();

    [GeneratedRegex(@"^(?<number>[0-9]{1,6})(?<unit>[smh])\z", Strictly, MatchTimeout)]
    private static partial Regex DurationForm();
}
