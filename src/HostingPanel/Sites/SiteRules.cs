using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;

namespace HostingPanel.Sites;

/// <summary>What a slug, a title and an address may be. Everything a person types about a site passes here first.</summary>
internal static partial class SiteRules
{
    /// <summary>Long enough for people, short enough that names made from it stay within DNS's 63.</summary>
    public const int MaxSlugLength = 30;
    public const int MaxTitleLength = 120;
    public const int MaxEmailLength = 254;
    public const int MaxHandsOffReasonLength = 200;

    private static readonly HashSet<string> ReservedSlugs = new(StringComparer.Ordinal)
    {
        "admin",
        "api",
        "auth",
        "edge",
        "front",
        "front-sealed",
        "gateway",
        "health",
        "hp",
        "internal",
        "localhost",
        "login",
        "mail",
        "panel",
        "postgres",
        "status",
        "toolbox",
        "web",
        "worker",
        "www",
    };

    /// <summary>Why it is no slug, or null.</summary>
    public static string? SlugFault(string? slug) =>
        slug switch
        {
            null or "" => "A slug is needed: the short name in the site's address, such as “food-bank”.",
            { Length: > MaxSlugLength } => $"A slug has at most {MaxSlugLength} characters.",
            _ when !SlugPattern().IsMatch(slug) =>
                "A slug has lower-case letters a–z, digits and single hyphens, starts with a letter and does not end with a hyphen, such as “food-bank”.",
            _ when ReservedSlugs.Contains(slug) => $"“{slug}” is kept for the panel itself. Choose another slug.",
            _ => null,
        };

    /// <summary>Why it is no one-line text of people, or null.</summary>
    public static string? TextFault(string? text, string what, int maxLength) =>
        text switch
        {
            _ when string.IsNullOrWhiteSpace(text) => $"{what} is needed.",
            _ when text.Length > maxLength => $"{what} has at most {maxLength} characters.",
            _ when text.Any(IsInvisible) => $"{what} must not have control characters, line breaks or invisible direction marks.",
            _ => null,
        };

    /// <summary>Why it is no e-mail address, or null.</summary>
    public static string? EmailFault(string? email) =>
        email switch
        {
            null or "" => "An e-mail address is needed.",
            { Length: > MaxEmailLength } => $"An e-mail address has at most {MaxEmailLength} characters.",
            _ when !EmailPattern().IsMatch(email) || !MailAddress.TryCreate(email, out _) =>
                "This is not an e-mail address; it looks like name@example.org.",
            _ => null,
        };

    /// <summary>Control characters, and the format characters that reorder or hide what people read.</summary>
    private static bool IsInvisible(char letter) =>
        char.GetUnicodeCategory(letter)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SlugPattern();

    [GeneratedRegex(
        @"^[A-Za-z0-9._%+\-]+@[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex EmailPattern();
}
