using HostingPanel.Blueprints.Parsing;

namespace HostingPanel.Blueprints;

/// <summary>Reads one blueprint. Strict: what it does not understand is a mistake, and all mistakes of a file are reported at once.</summary>
public static class BlueprintParser
{
    /// <summary>Reads <paramref name="text"/>.</summary>
    /// <param name="fileName">The file's name for messages; without folder and <c>.yaml</c> it must be the blueprint's name.</param>
    /// <param name="text">The file's contents.</param>
    public static BlueprintResult Parse(string fileName, string text) => Parse(fileName, text, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Reads <paramref name="text"/> and collects the keys the parser knows, as <c>section.key</c>.</summary>
    internal static BlueprintResult Parse(string fileName, string text, ISet<string> vocabulary)
    {
        var problems = new Problems(fileName);
        var blueprint = YamlReader.Read(text, problems) is { } root
            ? new BlueprintReader(new ReaderContext(problems, vocabulary, root), fileName).Read()
            : null;
        return new BlueprintResult(blueprint, problems.InOrder());
    }
}
