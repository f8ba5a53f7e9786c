using System.Globalization;
using System.Text;

namespace HostingPanel.Web.Sites;

/// <summary>Makes a slug out of a title or a name, as a start: what may be one is decided by the use case.</summary>
internal static class SlugSuggestion
{
    private const int MaxLength = HostingPanel.Sites.SiteManager.MaxSlugLength;

    /// <summary>Such as “cafe-zuerich” for “Café Zürich!”; empty when the text has no Latin letter to start with.</summary>
    public static string From(string? text)
    {
        var slug = new StringBuilder();
        foreach (var letter in Spell(text ?? string.Empty).Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                // A slug starts with a letter.
                if (slug.Length > 0 || char.IsAsciiLetter(letter))
                {
                    slug.Append(char.ToLowerInvariant(letter));
                }
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && letter is not ('\'' or '’'))
            {
                if (slug.Length > 0 && slug[^1] != '-')
                {
                    slug.Append('-');
                }
            }
        }

        return Shorten(slug.ToString().Trim('-'));
    }

    /// <summary>Letters that fall apart into no base letter and mark.</summary>
    private static string Spell(string text) =>
        text.Replace("ß", "ss", StringComparison.Ordinal)
            .Replace("ä", "ae", StringComparison.OrdinalIgnoreCase)
            .Replace("ö", "oe", StringComparison.OrdinalIgnoreCase)
            .Replace("ü", "ue", StringComparison.OrdinalIgnoreCase)
            .Replace("æ", "ae", StringComparison.OrdinalIgnoreCase)
            .Replace("ø", "o", StringComparison.OrdinalIgnoreCase)
            .Replace("ł", "l", StringComparison.OrdinalIgnoreCase)
            .Replace("&", " and ", StringComparison.Ordinal);

    private static string Shorten(string slug)
    {
        if (slug.Length <= MaxLength)
        {
            return slug;
        }

        // Whole words, as long as that leaves something to read.
        var end = slug.LastIndexOf('-', MaxLength);
        return slug[..(end > MaxLength / 2 ? end : MaxLength)].Trim('-');
    }
}
