using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Platform;

namespace HostingPanel.Traffic;

/// <summary>
/// What the settings of a site's visitors may be. Everything a person types about them passes here first; the worker's <c>GatewayRules</c>
/// are the second fence, in front of HAProxy's language.
/// </summary>
internal static partial class TrafficRules
{
    public const int MaxNetworks = 100;
    public const int MaxPaths = 50;
    public const int MinPassword = 8;
    public const int MaxPassword = 100;

    /// <summary>The page has to fit into the gateway's buffer of 16 KB, each letter of it written as six.</summary>
    public const int MaxText = 1500;

    /// <summary>The same in the form in which it is stored: networks and paths as they are compared, texts without blanks around them.</summary>
    public static SiteTraffic Normalise(SiteTraffic settings) =>
        settings with
        {
            Redirects = [.. settings.Redirects.Select(RedirectRules.Normalise)],
            AllowedAddresses = Networks(settings.AllowedAddresses),
            MaintenanceVisitors = Networks(settings.MaintenanceVisitors),
            MaintenanceText = settings.MaintenanceText.Replace("\r\n", "\n", StringComparison.Ordinal).Trim(),
            ExpensivePaths = [.. settings.ExpensivePaths.Select(ExpensivePath).Distinct(StringComparer.Ordinal)],
        };

    /// <summary>Says what is wrong with settings in their normal form.</summary>
    /// <param name="settings">What is to be.</param>
    /// <param name="most">Requests at once that the site's web server can do.</param>
    /// <param name="hosts">The site's own host names.</param>
    /// <param name="errors">Where faults go.</param>
    public static void Check(SiteTraffic settings, int most, IReadOnlyCollection<string> hosts, FieldErrors errors)
    {
        RedirectRules.Check(settings.Redirects, hosts, errors);
        CheckNetworks("allowedAddresses", settings.AllowedAddresses, errors);
        CheckNetworks("maintenanceVisitors", settings.MaintenanceVisitors, errors);
        errors.Add("allowedAddresses", LockoutFault(settings.AllowedAddresses));
        errors.Add("maintenanceText", TextFault(settings.MaintenanceText));
        errors.Add("hstsDays", Range(settings.HstsDays, 0, 730, "days"));
        errors.Add(
            "hstsDays",
            settings is { HstsDays: > 0, RedirectsToHttps: false }
                ? "Only a site that leads HTTP to HTTPS can tell browsers to come by HTTPS alone. Switch that on first."
                : null
        );
        errors.Add(
            "maxConcurrent",
            Range(settings.MaxConcurrent, 1, most, "requests, for that is what the site's web server works on at once")
        );
        errors.Add("queueLength", Range(settings.QueueLength, 1, 2000, "pages"));
        errors.Add("queueSeconds", Range(settings.QueueSeconds, 1, 60, "seconds"));
        errors.Add("pagesPerMinute", Limit(settings.PagesPerMinute, 30, 100_000));
        errors.Add("pagesAtOnce", Limit(settings.PagesAtOnce, 4, 1000));
        errors.Add("requestsPerTenSeconds", Limit(settings.RequestsPerTenSeconds, 100, 1_000_000));
        errors.Add("expensivePerMinute", Limit(settings.ExpensivePerMinute, 3, 10_000));
        errors.Add("crawlerPagesPerMinute", Range(settings.CrawlerPagesPerMinute, 1, 100_000, "pages"));
        errors.Add("banAfter", Range(settings.BanAfter, 10, 100_000, "refusals"));
        errors.Add("banMinutes", Range(settings.BanMinutes, 0, 24 * 60, "minutes"));
        CheckPaths(settings.ExpensivePaths, errors);
    }

    /// <summary>Why it is no name and password for visitors, or null.</summary>
    public static string? UserFault(string? user) =>
        user is not null && UserForm().IsMatch(user) ? null : "A name of 1 to 40 letters, digits and . _ @ - is needed, such as preview.";

    /// <summary>Why it is no password, or null.</summary>
    public static string? PasswordFault(string password) =>
        password.Length is < MinPassword or > MaxPassword
            ? string.Create(CultureInfo.InvariantCulture, $"A password has {MinPassword} to {MaxPassword} characters.")
        : !password.All(letter => letter is >= ' ' and <= '~')
            ? "A password for visitors has letters without accents, digits and the signs of a keyboard: browsers send others differently."
        : null;

    private static IReadOnlyList<string> Networks(IReadOnlyList<string> networks) =>
        [.. networks.Select(text => AddressRange.Normalise(text) ?? text.Trim()).Distinct(StringComparer.Ordinal)];

    private static string ExpensivePath(string text)
    {
        var path = text.Trim();
        // What is compared is in lower case, too: Windows' file systems and some applications know no difference.
        return path.StartsWith('?') ? path : path.ToLowerInvariant();
    }

    private static void CheckNetworks(string field, IReadOnlyList<string> networks, FieldErrors errors)
    {
        errors.Add(field, networks.Count > MaxNetworks ? $"At most {MaxNetworks} networks." : null);
        foreach (var (index, text) in networks.Index())
        {
            errors.Add(
                string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]"),
                AddressRange.Normalise(text) != text
                        ? $"“{Shown(text)}” is no network. It looks like 192.0.2.0/24, 192.0.2.7 or 2001:db8::/48."
                    : text.EndsWith("/0", StringComparison.Ordinal) ? "That is everybody. Leave the list empty to let everybody in."
                    : null
            );
        }
    }

    /// <summary>A list of nothing but networks that no visitor has.</summary>
    private static string? LockoutFault(IReadOnlyList<string> networks) =>
        networks.Count > 0 && networks.All(AddressRange.IsNobodys)
            ? "This would lock everybody out: no visitor comes from these networks. Add the one that you visit from."
            : null;

    private static string? TextFault(string text) =>
        text.Length > MaxText ? $"The text has at most {MaxText} characters."
        : text.Any(letter => letter != '\n' && char.IsControl(letter)) ? "The text must not have control characters."
        : text.Any(letter => letter is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))
            ? "The text must not have invisible marks that turn the direction of writing."
        : HasHalf(text) ? "The text has half a character in it. Type it anew."
        : null;

    private static bool HasHalf(string text) => text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);

    private static void CheckPaths(IReadOnlyList<string> paths, FieldErrors errors)
    {
        errors.Add("expensivePaths", paths.Count > MaxPaths ? $"At most {MaxPaths} paths." : null);
        foreach (var (index, path) in paths.Index())
        {
            errors.Add(
                string.Create(CultureInfo.InvariantCulture, $"expensivePaths[{index}]"),
                PathFault(path) is { } fault ? $"“{Shown(path)}” {fault}" : null
            );
        }
    }

    /// <summary>Why it is no expensive path, or null; also for those of a blueprint.</summary>
    public static string? PathFault(string path) =>
        path == "/" ? "is every page; name what is expensive."
        : PathForm().IsMatch(path) ? null
        : "is neither the beginning of a path, such as /wp-login.php, nor the name of a query's value, such as ?s.";

    private static string? Range(int value, int least, int most, string what) =>
        value >= least && value <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"This must be from {least} to {most} {what}.");

    private static string? Limit(int value, int least, int most) =>
        value == 0 || (value >= least && value <= most)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"This must be from {least} to {most}, or 0 for no limit; with less than {least} people would be shut out by reading."
            );

    /// <summary>What somebody typed, so far as it is said again.</summary>
    internal static string Shown(string text)
    {
        var line = new string([.. text.Take(60).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '\uFFFD' : letter)]);
        return text.Length > 60 ? line + "…" : line;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,40}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserForm();

    [GeneratedRegex(@"^(?:/[a-z0-9/._~-]{1,99}|\?[A-Za-z0-9_-]{1,40})\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PathForm();
}
