using System.Diagnostics.CodeAnalysis;

namespace HostingPanel.Blueprints;

/// <summary>The blueprints of an installation, read once.</summary>
public sealed class BlueprintCatalogue
{
    private readonly Dictionary<string, Blueprint> _byName;

    /// <summary>A catalogue of these; their names differ.</summary>
    public BlueprintCatalogue(IEnumerable<Blueprint> blueprints) => _byName = blueprints.ToDictionary(b => b.Name, StringComparer.Ordinal);

    /// <summary>All, by name.</summary>
    public IReadOnlyList<Blueprint> All => [.. _byName.Values.OrderBy(b => b.Name, StringComparer.Ordinal)];

    /// <summary>The blueprint of that name; null when there is none.</summary>
    public Blueprint? Get(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The blueprint of that name; false when there is none.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Blueprint? blueprint) => _byName.TryGetValue(name, out blueprint);

    /// <summary>Reads every <c>*.yaml</c> in <paramref name="directory"/> (not in folders below it).</summary>
    /// <exception cref="InvalidBlueprintException">Some have mistakes; it lists those of all files.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static BlueprintCatalogue Load(string directory)
    {
        // The file's name is the blueprint's (the parser sees to it), so two can't meet.
        var results = Directory
            .EnumerateFiles(directory, "*.yaml")
            .Order(StringComparer.Ordinal)
            .Select(path => BlueprintParser.Parse(path, File.ReadAllText(path)))
            .ToList();
        BlueprintError[] errors = [.. results.SelectMany(r => r.Errors)];
        return errors.Length == 0
            ? new BlueprintCatalogue(results.Select(r => r.Blueprint).OfType<Blueprint>())
            : throw new InvalidBlueprintException(errors);
    }
}
