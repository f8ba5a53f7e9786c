namespace HostingPanel.Blueprints.Parsing;

/// <summary>Collects everything that is wrong with one file.</summary>
internal sealed class Problems(string file)
{
    private readonly List<BlueprintError> _errors = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<BlueprintError> InOrder() => [.. _errors.OrderBy(e => e.Line).ThenBy(e => e.Column)];

    public void Add(Node at, string message) => Add(at.Line, at.Column, message);

    public void Add(int line, int column, string message) => _errors.Add(new BlueprintError(file, line, column, message));
}
