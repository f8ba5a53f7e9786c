namespace HostingPanel.Blueprints.Parsing;

/// <summary>
/// What the readers of a file's sections share: where problems go and which names exist. The names are taken first, so that a reference is
/// checked where it stands, whichever section comes first.
/// </summary>
internal sealed class ReaderContext
{
    private readonly ISet<string> _vocabulary;

    public ReaderContext(Problems problems, ISet<string> vocabulary, MapNode root)
    {
        (Problems, _vocabulary, Root) = (problems, vocabulary, root);
        Services = NamesIn("services");
        Volumes = NamesIn("volumes");
        Secrets = NamesIn("secrets");
        DatabaseHosts = MapIn(root, "databases")
            .ToDictionary(e => e.Key.Text, e => ScalarIn(e.Value, "service") ?? string.Empty, StringComparer.Ordinal);
    }

    public Problems Problems { get; }

    public MapNode Root { get; }

    public IReadOnlySet<string> Services { get; }

    public IReadOnlySet<string> Volumes { get; }

    /// <summary>The declared secrets, without the built-in ones.</summary>
    public IReadOnlySet<string> Secrets { get; }

    /// <summary>The databases and the service that hosts each.</summary>
    public IReadOnlyDictionary<string, string> DatabaseHosts { get; }

    /// <summary>Everything that some service, hook or cron entry takes; for finding what nobody does.</summary>
    public HashSet<string> UsedSecrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Volumes whose kind can't be read, so that nothing is concluded from it.</summary>
    public HashSet<string> VolumesOfUnknownKind { get; } = new(StringComparer.Ordinal);

    /// <summary>What misspelt references meant, as <c>volume data</c>: that is not left over, the misspelling is the one mistake.</summary>
    public HashSet<string> Meant { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens a section, see <see cref="Section(Problems, ISet{string}, string, string, Node, Node?)"/>.</summary>
    public Section Open(string kind, string title, Node at, Node? value) => new(Problems, _vocabulary, kind, title, at, value);

    /// <summary>Checks the name of something the author names.</summary>
    public string Name(string what, ScalarNode key)
    {
        if (!ValueKinds.IsName(key.Text))
        {
            Problems.Add(key, $"'{key.Text}' can't name a {what}; expected {ValueKinds.Name.Expected}");
        }

        return key.Text;
    }

    /// <summary>Whether a reference leads somewhere; reports it when not.</summary>
    public bool Exists(string what, string name, IEnumerable<string> known, Node at, string where)
    {
        string[] names = [.. known];
        if (names.Contains(name, StringComparer.Ordinal))
        {
            return true;
        }

        Meant.Add($"{what} {Suggestion.Nearest(name, names)}");
        var there = names.Length == 0 ? "there are none" : "there are " + string.Join(", ", names);
        Problems.Add(at, $"{where} names the {what} '{name}', which does not exist{Suggestion.For(name, names)}; {there}");
        return false;
    }

    /// <summary>The secrets of a section's <c>secrets</c> list.</summary>
    /// <param name="section">The section.</param>
    /// <param name="mayTakeLinkKey">Whether the administrator's one-time key may be among them.</param>
    public IReadOnlyList<string> TakeSecrets(Section section, bool mayTakeLinkKey = false)
    {
        string[] builtIn =
        [
            SecretNames.GatewayKey,
            .. DatabaseHosts.Keys.Select(SecretNames.DatabasePassword),
            .. mayTakeLinkKey ? new[] { SecretNames.AdminLinkKey } : [],
        ];
        var taken = new List<string>();
        foreach (var (name, at) in section.List("secrets", new ValueKind<string>("the name of a secret", text => text)))
        {
            if (name == SecretNames.InitSql)
            {
                Problems.Add(at, $"{SecretNames.InitSql} reaches the service that hosts databases by itself; leave it out");
            }
            else if (name == SecretNames.AdminLinkKey && !mayTakeLinkKey)
            {
                Problems.Add(
                    at,
                    $"only the hooks install and admin-link may take {SecretNames.AdminLinkKey}, a key that is good for one use"
                );
            }
            else if (Exists("secret", name, Secrets.Concat(builtIn), at, section.Title))
            {
                taken.Add(name);
                UsedSecrets.Add(name);
            }
        }

        return taken;
    }

    /// <summary>The variables of a section's <c>environment</c> map.</summary>
    public IReadOnlyList<BlueprintVariable> TakeEnvironment(Section section)
    {
        var variables = new List<BlueprintVariable>();
        foreach (var entry in section.Entries("environment", "a map of variables, such as HP_WORKERS: \"8\""))
        {
            if (!ValueKinds.IsVariable(entry.Key.Text))
            {
                Problems.Add(
                    entry.Key,
                    $"'{entry.Key.Text}' can't name a variable; expected upper-case letters, digits and underscores, at most 64"
                );
            }
            else if (entry.Key.Text == "HP_VOLUMES")
            {
                Problems.Add(entry.Key, "HP_VOLUMES is set by the panel, from the service's volumes");
            }

            if (entry.Value is not ScalarNode value)
            {
                Problems.Add(entry.Value, $"'{entry.Key.Text}' of {section.Title} is {entry.Value.Called}; expected a value");
            }
            else if (EnvironmentTemplate.TryParse(value.Text, DatabaseHosts, out var template, out var problem))
            {
                variables.Add(new BlueprintVariable(entry.Key.Text, template));
            }
            else
            {
                Problems.Add(value, $"'{entry.Key.Text}' of {section.Title} {problem}");
            }
        }

        return variables;
    }

    private HashSet<string> NamesIn(string key) => MapIn(Root, key).Select(e => e.Key.Text).ToHashSet(StringComparer.Ordinal);

    private static IReadOnlyList<MapEntry> MapIn(MapNode map, string key) =>
        map.Entries.FirstOrDefault(e => e.Key.Text == key)?.Value is MapNode found ? found.Entries : [];

    private static string? ScalarIn(Node node, string key) =>
        (node as MapNode)?.Entries.FirstOrDefault(e => e.Key.Text == key)?.Value is ScalarNode scalar ? scalar.Text : null;
}
