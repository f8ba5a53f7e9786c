using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Platform;

namespace HostingPanel.Traffic;

/// <summary>What may lead where. Afterwards both sides are plain ASCII without blanks, as they stand in a request and in an answer.</summary>
internal static partial class RedirectRules
{
    public const int MaxRedirects = 500;
    private const int MaxFrom = 500;
    private const int MaxTo = 1000;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The normal form; what has none is left as it is, for <see cref="Check"/> to refuse.</summary>
    public static TrafficRedirect Normalise(TrafficRedirect redirect) =>
        redirect with
        {
            From = Path(redirect.From.Trim()),
            To = Target(redirect.To.Trim()),
        };

    public static void Check(IReadOnlyList<TrafficRedirect> redirects, IReadOnlyCollection<string> hosts, FieldErrors errors)
    {
        errors.Add("redirects", redirects.Count > MaxRedirects ? $"At most {MaxRedirects} redirects." : null);
        var seen = new Dictionary<string, TrafficRedirect>(StringComparer.Ordinal);
        foreach (var (index, redirect) in redirects.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"redirects[{index}]");
            var (from, to) = (FromFault(redirect.From), ToFault(redirect.To));
            errors.Add($"{at}.from", from);
            errors.Add($"{at}.to", to);
            if (from is null && to is null && !seen.TryAdd(redirect.From, redirect))
            {
                errors.Add(
                    $"{at}.from",
                    $"“{TrafficRules.Shown(redirect.From)}” leads somewhere already, further up in the list. Remove one of them."
                );
            }
        }

        foreach (var (index, redirect) in redirects.Index())
        {
            errors.Add(
                string.Create(CultureInfo.InvariantCulture, $"redirects[{index}].to"),
                GoesRound(redirect, seen, hosts)
                    ? $"“{TrafficRules.Shown(redirect.From)}” would lead back to itself, round and round."
                    : null
            );
        }
    }

    private static string? FromFault(string from) =>
        from.Contains("://", StringComparison.Ordinal) ? "Only the path is wanted here, such as /old-page, without the host name."
        : from.Contains('?', StringComparison.Ordinal) || from.Contains('#', StringComparison.Ordinal)
            ? "The path alone decides, without what follows a ? or #."
        : from.StartsWith("//", StringComparison.Ordinal) || from.Length > MaxFrom || !FromForm().IsMatch(from)
            ? $"“{TrafficRules.Shown(from)}” is no path. It begins with a slash, such as /old-page."
        : null;

    private static string? ToFault(string to) =>
        to.Length is > 0 and <= MaxTo && to[0] is ('/' or 'h') && ToForm().IsMatch(to) && !to.StartsWith("//", StringComparison.Ordinal)
            ? null
            : $"“{TrafficRules.Shown(to)}” is neither a path of this site, such as /new-page, nor a whole address, such as https://example.org/page.";

    /// <summary>Follows paths of the same site only: where another site leads to is its own affair.</summary>
    private static bool GoesRound(TrafficRedirect first, Dictionary<string, TrafficRedirect> redirects, IReadOnlyCollection<string> hosts)
    {
        var next = OwnPath(first.To, hosts);
        for (var steps = 0; next is not null && steps <= redirects.Count; steps++)
        {
            if (next == first.From)
            {
                return true;
            }

            next = redirects.TryGetValue(next, out var following) ? OwnPath(following.To, hosts) : null;
        }

        return false;
    }

    private static string? OwnPath(string to, IReadOnlyCollection<string> hosts)
    {
        var path = to;
        if (!to.StartsWith('/'))
        {
            if (!Uri.TryCreate(to, UriKind.Absolute, out var address) || !hosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase))
            {
                return null;
            }

            path = address.AbsolutePath;
        }

        return Path(path.Split('?', '#')[0]);
    }

    private static string Path(string path)
    {
        var bare = path.Length > 1 ? path.TrimEnd('/') : path;
        return Escape(bare.Length == 0 && path.Length > 0 ? "/" : bare);
    }

    private static string Target(string to)
    {
        if (to.StartsWith('/'))
        {
            return Escape(to);
        }

        // The host name in its ASCII form; the rest as it is typed, so that nothing that somebody escaped on purpose is changed.
        var match = AddressForm().Match(to);
        if (!match.Success)
        {
            return to;
        }

        try
        {
            var host = Idn.GetAscii(match.Groups["host"].Value).ToLowerInvariant();
            return match.Groups["scheme"].Value.ToLowerInvariant()
                + "://"
                + host
                + match.Groups["port"].Value
                + Escape(match.Groups["rest"].Value);
        }
        catch (ArgumentException)
        {
            return to;
        }
    }

    /// <summary>Letters beyond ASCII and blanks as browsers send them; everything else stays.</summary>
    private static string Escape(string text)
    {
        if (text.All(letter => letter is > ' ' and <= '~'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length * 2);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value is > ' ' and <= '~' or < ' ' or 0x7f ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return escaped.ToString();
    }

    // What RFC 3986 allows in a path, percent signs only before two digits.
    [GeneratedRegex(@"^/(?:[A-Za-z0-9/._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FromForm();

    [GeneratedRegex(
        @"^(?:https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)?(?:[/?#](?:[A-Za-z0-9/._~!$&'()*+,;=:@?#\[\]-]|%[0-9A-Fa-f]{2})*)?\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex ToForm();

    [GeneratedRegex(
        @"^(?<scheme>https?)://(?<host>[^/?#:@\s\\]{1,253})(?<port>:[0-9]{1,5})?(?<rest>(?:[/?#].*)?)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex AddressForm();
}
