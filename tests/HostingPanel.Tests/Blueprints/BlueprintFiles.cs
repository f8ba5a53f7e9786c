using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

/// <summary>Finds blueprint files beside the sources and reads them.</summary>
internal static class BlueprintFiles
{
    public static string Repository { get; } = FindRepository();

    public static string Delivered { get; } = Path.Combine(Repository, "docker", "blueprints");

    public static string Samples { get; } = Path.Combine(Repository, "tests", "HostingPanel.Tests", "Blueprints", "samples");

    public static string Sample(string name) => File.ReadAllText(Path.Combine(Samples, name + ".yaml"));

    /// <summary>The blueprint in <paramref name="text"/>, which must be without a mistake.</summary>
    public static Blueprint Valid(string name, string text)
    {
        var result = BlueprintParser.Parse(name + ".yaml", text);
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Blueprint;
    }

    /// <summary>A delivered blueprint.</summary>
    public static Blueprint DeliveredBlueprint(string name) => Valid(name, File.ReadAllText(Path.Combine(Delivered, name + ".yaml")));

    /// <summary>The only mistake of the sample "everything" once <paramref name="old"/> is replaced by <paramref name="changed"/>.</summary>
    public static BlueprintError OnlyMistake(string old, string changed)
    {
        var result = Changed(old, changed);
        return Assert.Single(result.Errors);
    }

    /// <summary>The sample "everything" with one change.</summary>
    public static BlueprintResult Changed(string old, string changed)
    {
        var text = Sample("everything");
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The sample has no '{old}'.");
        return BlueprintParser.Parse("everything.yaml", text[..at] + changed + text[(at + old.Length)..]);
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "HostingPanel.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
