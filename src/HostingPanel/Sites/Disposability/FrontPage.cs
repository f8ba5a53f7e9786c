using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace HostingPanel.Sites.Disposability;

/// <summary>
/// A page without what is new in each answer although nothing has changed, so that two answers can be compared. Taken out are: comments (page
/// builders write how long they took), nonces and other one-time keys in attributes, addresses and scripts (each a long run of hexadecimal
/// digits or of the letters of base 64), the values of hidden fields (forms carry their one-time keys there), moments and long numbers
/// (which count seconds), and how white space is spread. What a page still says differently after that, it says differently by itself;
/// whoever takes the fingerprint asks twice to know.
/// </summary>
internal static partial class FrontPage
{
    private const string Taken = "…";

    /// <summary>SHA-256 of what stays, in lower-case hex.</summary>
    public static string Digest(string page) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Normalise(page))));

    /// <summary>What stays.</summary>
    public static string Normalise(string page)
    {
        var text = Comments().Replace(page, string.Empty);
        text = HiddenFields().Replace(text, Taken);
        text = Nonces().Replace(text, Taken);
        text = Keys().Replace(text, Taken);
        text = Moments().Replace(text, Taken);
        text = LongNumbers().Replace(text, Taken);
        return Blanks().Replace(text, " ").Trim();
    }

    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    [GeneratedRegex("<!--(.|\n)*?-->", Options)]
    private static partial Regex Comments();

    [GeneratedRegex("<input[^>]*type=.?hidden[^>]*>", Options)]
    private static partial Regex HiddenFields();

    /// <summary>Of whatever length: WordPress' have ten digits.</summary>
    [GeneratedRegex("""nonce["']?\s*[=:]\s*["']?[a-z0-9+/=_-]+""", Options)]
    private static partial Regex Nonces();

    [GeneratedRegex("[0-9a-f]{16,}|[a-z0-9+/_-]{32,}=*", Options)]
    private static partial Regex Keys();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9:.]+(z|[+-][0-9:]+)?|[0-9]{1,2}:[0-9]{2}:[0-9]{2}", Options)]
    private static partial Regex Moments();

    [GeneratedRegex("[0-9]{10,}([.][0-9]+)?", Options)]
    private static partial Regex LongNumbers();

    [GeneratedRegex(@"\s+", Options)]
    private static partial Regex Blanks();
}
