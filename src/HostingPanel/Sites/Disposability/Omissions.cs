using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Blueprints;

namespace HostingPanel.Sites.Disposability;

/// <summary>What the blueprint says need not be kept, for it is made again: losing that is no loss.</summary>
internal sealed class Omissions(IEnumerable<BackupOmission> omissions)
{
    private readonly List<(Regex Pattern, string Why)> _patterns =
    [
        .. omissions.Select(omission => (PatternOf(omission.Pattern), omission.Why)),
    ];

    /// <summary>Why losing this is none; null when it is one.</summary>
    public string? ReasonFor(string name) =>
        _patterns.Where(known => known.Pattern.IsMatch(name)).Select(known => known.Why).FirstOrDefault();

    /// <summary><c>*</c> stays within a folder, <c>**</c> goes across folders, see <see cref="BackupOmission.Pattern"/>.</summary>
    private static Regex PatternOf(string glob)
    {
        var pattern = new StringBuilder("\\A");
        for (var i = 0; i < glob.Length; i++)
        {
            var isDeep = glob[i] == '*' && i + 1 < glob.Length && glob[i + 1] == '*';
            pattern.Append(
                isDeep ? ".*"
                : glob[i] == '*' ? "[^/]*"
                : Regex.Escape(glob[i].ToString())
            );
            i += isDeep ? 1 : 0;
        }

        return new Regex(
            pattern.Append("\\z").ToString(),
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline
        );
    }
}
