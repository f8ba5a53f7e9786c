using System.Text.Json;

namespace HostingPanel.Web.Api;

/// <summary>Enums in an address, spelled as the contract spells them.</summary>
internal static class QueryWords
{
    /// <summary>The value of a word; null when there is none, the refusal when it means nothing.</summary>
    public static Outcome<T?> Read<T>(string name, string? word)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(word))
        {
            return default(Outcome<T?>);
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (WordOf(value) == word)
            {
                return (T?)value;
            }
        }

        return HostingPanel.Problem.Invalid(name, $"{name} must be one of {string.Join(", ", Enum.GetValues<T>().Select(WordOf))}.");
    }

    private static string WordOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
