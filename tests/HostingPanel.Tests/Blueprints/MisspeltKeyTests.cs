using System.Text.RegularExpressions;
using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

/// <summary>Goes through every key of the format, not through a list somebody has to keep.</summary>
public sealed partial class MisspeltKeyTests
{
    /// <summary>Keys of the sample that are names of the author's, so any spelling is right.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "web",
        "db",
        "main",
        "other",
        "salt",
        "tick",
        "data",
        "SITE_URL",
        "TITLE",
        "TICK",
        "/tmp",
    };

    private static readonly string[] Lines = BlueprintFiles.Sample("everything").Split('\n');

    /// <summary>Line and key of everything in the sample that belongs to the format's vocabulary.</summary>
    public static TheoryData<int, string> Keys()
    {
        var keys = new TheoryData<int, string>();
        foreach (var (line, key) in AllKeys())
        {
            keys.Add(line, key);
        }

        return keys;
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_misspelt_key_is_reported_where_it_stands_with_what_was_meant(int line, string key)
    {
        var column = Lines[line - 1].IndexOf(key + ":", StringComparison.Ordinal) + 1;
        var lines = (string[])Lines.Clone();
        lines[line - 1] = lines[line - 1].Insert(column - 1 + key.Length, "x");

        var result = BlueprintParser.Parse("everything.yaml", string.Join('\n', lines));

        Assert.False(result.IsValid);
        var error = Assert.Single(result.Errors, e => e.Line == line && e.Column == column);
        Assert.Contains($"unknown key '{key}x'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"did you mean '{key}'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_has_every_key_the_parser_knows()
    {
        var vocabulary = new HashSet<string>(StringComparer.Ordinal);
        BlueprintParser.Parse("everything.yaml", BlueprintFiles.Sample("everything"), vocabulary);
        var used = AllKeys().Select(k => k.Key).ToHashSet(StringComparer.Ordinal);

        var unused = vocabulary.Where(known => !used.Contains(known.Split('.')[1]));

        Assert.Empty(unused);
    }

    [Fact]
    public void The_readme_explains_every_key_the_parser_knows()
    {
        var vocabulary = new HashSet<string>(StringComparer.Ordinal);
        BlueprintParser.Parse("everything.yaml", BlueprintFiles.Sample("everything"), vocabulary);
        var readme = File.ReadAllText(Path.Combine(BlueprintFiles.Delivered, "README.md"));

        var unexplained = vocabulary
            .Select(known => known.Split('.')[1])
            .Where(key => !readme.Contains($"| `{key}`", StringComparison.Ordinal));

        Assert.Empty(unexplained.Distinct(StringComparer.Ordinal));
    }

    private static IEnumerable<(int Line, string Key)> AllKeys()
    {
        var isVolumeOfService = false;
        for (var i = 0; i < Lines.Length; i++)
        {
            if (Lines[i].StartsWith('#'))
            {
                continue;
            }

            foreach (Match match in KeyForm().Matches(Lines[i]))
            {
                // The volume 'code' is a name, the key 'code' of the top level is not.
                isVolumeOfService = match.Groups["key"].Value == "code" && match.Groups["key"].Index > 0;
                if (!isVolumeOfService && !Names.Contains(match.Groups["key"].Value))
                {
                    yield return (i + 1, match.Groups["key"].Value);
                }
            }
        }
    }

    [GeneratedRegex(@"(?:^|[{,]|- )\s*(?<key>[A-Za-z_/-]+):(?=\s|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyForm();
}
