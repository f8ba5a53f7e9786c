namespace HostingPanel.Blueprints.Parsing;

/// <summary>
/// A map with a fixed vocabulary. Its readers ask for the keys they know; <see cref="Close"/> then reports what is missing and what nobody
/// asked for. Every reader returns a value even after a problem, so that one pass finds all problems of a file.
/// </summary>
internal sealed class Section
{
    /// <summary>What people who know Compose files look for, and where it is here.</summary>
    private static readonly Dictionary<string, string> Hints = new(StringComparer.Ordinal)
    {
        ["ports"] = "nothing is published on a node; visitors come through the gateway, see 'front'",
        ["expose"] = "visitors come through the gateway, see 'front'",
        ["privileged"] = "a site's container has no privileges; see 'capabilities'",
        ["cap_add"] = "see 'capabilities'",
        ["devices"] = "a site has no devices of the node",
        ["network_mode"] = "a site's services meet on the site's own network",
        ["networks"] = "a site's services meet on the site's own network",
        ["driver"] = "the panel makes volumes, a blueprint can't choose their driver or its options",
        ["driver_opts"] = "the panel makes volumes, a blueprint can't choose their driver or its options",
        ["build"] = "images are the folders of docker/images, see 'image'",
        ["command"] = "an image serves one purpose and starts by itself",
        ["entrypoint"] = "an image serves one purpose and starts by itself",
        ["depends_on"] = "see 'after'",
        ["healthcheck"] = "see 'health'",
        ["deploy"] = "see 'limits'",
    };

    private readonly Problems _problems;
    private readonly ISet<string> _vocabulary;
    private readonly string _kind;
    private readonly Node _at;
    private readonly Dictionary<string, MapEntry> _entries;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Expected)> _missing = [];

    /// <summary>Opens <paramref name="value"/>, which must be a map.</summary>
    /// <param name="problems">Where problems go.</param>
    /// <param name="vocabulary">Collects <c>kind.key</c> of everything asked for, so that tests know the whole vocabulary.</param>
    /// <param name="kind">What such a map is called, such as <c>service</c>.</param>
    /// <param name="title">How this one is called in messages, such as <c>service 'web'</c>.</param>
    /// <param name="at">Where missing keys are reported.</param>
    /// <param name="value">The map.</param>
    public Section(Problems problems, ISet<string> vocabulary, string kind, string title, Node at, Node? value)
    {
        (_problems, _vocabulary, _kind, Title, _at) = (problems, vocabulary, kind, title, at);
        IsMap = value is MapNode;
        if (value is not null and not MapNode)
        {
            problems.Add(value, $"expected a map of keys for {title}, found {value.Called}");
        }

        _entries = value is MapNode map ? map.Entries.ToDictionary(e => e.Key.Text, StringComparer.Ordinal) : [];
    }

    public string Title { get; }

    /// <summary>Whether there is a map to read; missing keys are not reported when there is none.</summary>
    public bool IsMap { get; }

    /// <summary>The entry of a key that may be left out.</summary>
    public MapEntry? Optional(string key)
    {
        _asked.Add(key);
        _vocabulary.Add($"{_kind}.{key}");
        return _entries.GetValueOrDefault(key);
    }

    /// <summary>The entry of a key that must be there.</summary>
    public MapEntry? Required(string key, string expected)
    {
        var entry = Optional(key);
        if (entry is null)
        {
            _missing.Add((key, expected));
        }

        return entry;
    }

    /// <summary>A required scalar; null after a problem.</summary>
    public T? Value<T>(string key, ValueKind<T> kind)
        where T : class => Required(key, kind.Expected) is { } entry ? Read(entry.Value, key, kind) : null;

    /// <summary>A required number, size or time; <paramref name="fallback"/> after a problem.</summary>
    public T Value<T>(string key, ValueKind<object> kind, T fallback)
        where T : struct => Required(key, kind.Expected) is { } entry && Read(entry.Value, key, kind) is T value ? value : fallback;

    /// <summary>A scalar that may be left out.</summary>
    public T? OptionalValue<T>(string key, ValueKind<T> kind)
        where T : class => Optional(key) is { } entry ? Read(entry.Value, key, kind) : null;

    /// <summary>A number, size or time that may be left out.</summary>
    public T OptionalValue<T>(string key, ValueKind<object> kind, T fallback)
        where T : struct => Optional(key) is { } entry && Read(entry.Value, key, kind) is T value ? value : fallback;

    /// <summary>A list of scalars that may be left out, each once, with where each stands.</summary>
    public IReadOnlyList<(string Value, Node At)> List(string key, ValueKind<string> kind) =>
        Optional(key) is { } entry ? ReadList(entry.Value, key, kind, mayRepeat: false) : [];

    /// <summary>A program and its arguments.</summary>
    public IReadOnlyList<string> Command(string key)
    {
        const string expected = "a list of a program and its arguments, such as [php, /hp/hooks/cron.php]";
        if (Required(key, expected) is not { } entry)
        {
            return [];
        }

        if (entry.Value is not ListNode { Items.Count: > 0 })
        {
            _problems.Add(entry.Value, $"'{key}' of {Title} is {entry.Value.Called}; expected {expected}; no shell reads it");
            return [];
        }

        return
        [
            .. ReadList(entry.Value, key, new ValueKind<string>("an argument", text => text.Length > 0 ? text : null), mayRepeat: true)
                .Select(i => i.Value),
        ];
    }

    /// <summary>The entries of a map whose keys are the author's own.</summary>
    public IReadOnlyList<MapEntry> Entries(string key, string expected, bool required = false)
    {
        var entry = required ? Required(key, expected) : Optional(key);
        if (entry is null)
        {
            return [];
        }

        if (entry.Value is MapNode map && (map.Entries.Count > 0 || !required))
        {
            return map.Entries;
        }

        _problems.Add(entry.Value, $"'{key}' of {Title} is {(entry.Value is MapNode ? "empty" : entry.Value.Called)}; expected {expected}");
        return [];
    }

    /// <summary>Reports missing and unknown keys.</summary>
    public void Close()
    {
        var unknown = _entries.Values.Where(e => !_asked.Contains(e.Key.Text)).ToList();
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in unknown)
        {
            var nearest = Suggestion.Nearest(entry.Key.Text, _asked.Where(k => !_entries.ContainsKey(k)));
            meant.Add(nearest ?? string.Empty);
            var hint =
                Hints.TryGetValue(entry.Key.Text, out var text) ? $"; {text}"
                : nearest is not null ? $"; did you mean '{nearest}'?"
                : $"; expected {string.Join(", ", _asked)}";
            _problems.Add(entry.Key, $"unknown key '{entry.Key.Text}' in {Title}{hint}");
        }

        // A misspelt key is one mistake, not also a missing one.
        foreach (var (key, expected) in _missing.Where(m => IsMap && !meant.Contains(m.Key)))
        {
            _problems.Add(_at, $"{Title} has no '{key}'; expected {expected}");
        }
    }

    private T? Read<T>(Node value, string key, ValueKind<T> kind)
        where T : class
    {
        if (value is ScalarNode scalar && kind.Read(scalar.Text) is { } read)
        {
            return read;
        }

        _problems.Add(value, $"'{key}' of {Title} is {value.Called}; expected {kind.Expected}");
        return null;
    }

    private List<(string Value, Node At)> ReadList(Node value, string key, ValueKind<string> kind, bool mayRepeat)
    {
        if (value is not ListNode list)
        {
            _problems.Add(value, $"'{key}' of {Title} is {value.Called}; expected a list, each {kind.Expected}");
            return [];
        }

        var items = new List<(string Value, Node At)>();
        foreach (var item in list.Items)
        {
            if (Read(item, key, kind) is not { } text)
            {
                continue;
            }

            if (!mayRepeat && items.Exists(i => i.Value == text))
            {
                _problems.Add(item, $"'{text}' is in '{key}' of {Title} for the second time");
                continue;
            }

            items.Add((text, item));
        }

        return items;
    }
}
