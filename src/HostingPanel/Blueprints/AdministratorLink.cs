namespace HostingPanel.Blueprints;

/// <summary>The places in an administrator's link: <c>{{ key }}</c>, which must be there, and <c>{{ login }}</c>.</summary>
internal static class AdministratorLink
{
    /// <summary>What is wrong with a link, as a sentence's end; null when nothing is.</summary>
    public static string? Problem(string link)
    {
        if (
            !link.StartsWith('/')
            || link.StartsWith("//", StringComparison.Ordinal)
            || link.Any(c => c is <= ' ' and not ' ' or > '~' or '\\')
        )
        {
            return "must be a path on the site, starting with one slash, in plain ASCII";
        }

        var rest = Fill(link, string.Empty, string.Empty);
        if (rest.Contains("{{", StringComparison.Ordinal) || rest.Contains(' ', StringComparison.Ordinal))
        {
            return "may only name {{ key }} and {{ login }}";
        }

        return link.Contains("{{ key }}", StringComparison.Ordinal) ? null : "must contain {{ key }}";
    }

    public static string Fill(string link, string key, string login) =>
        link.Replace("{{ key }}", key, StringComparison.Ordinal).Replace("{{ login }}", login, StringComparison.Ordinal);
}
