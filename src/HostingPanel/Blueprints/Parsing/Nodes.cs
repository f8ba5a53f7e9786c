namespace HostingPanel.Blueprints.Parsing;

/// <summary>A piece of a YAML file and where it begins (counted from 1).</summary>
internal abstract record Node(int Line, int Column)
{
    /// <summary>What a person calls such a piece.</summary>
    public abstract string Called { get; }
}

/// <summary>A single value; everything is text until a reader says what it expects.</summary>
internal sealed record ScalarNode(string Text, int Line, int Column) : Node(Line, Column)
{
    public override string Called => Text.Length == 0 ? "nothing" : $"'{Text}'";
}

/// <summary>A map; keys are unique scalars.</summary>
internal sealed record MapNode(IReadOnlyList<MapEntry> Entries, int Line, int Column) : Node(Line, Column)
{
    public override string Called => "a map";
}

/// <summary>A key and its value.</summary>
internal sealed record MapEntry(ScalarNode Key, Node Value);

/// <summary>A list.</summary>
internal sealed record ListNode(IReadOnlyList<Node> Items, int Line, int Column) : Node(Line, Column)
{
    public override string Called => "a list";
}
