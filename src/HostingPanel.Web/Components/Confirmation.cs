namespace HostingPanel.Web.Components;

/// <summary>What a <see cref="ConfirmDialog"/> asks.</summary>
/// <param name="Title">The question.</param>
/// <param name="Text">What happens, in a sentence or two.</param>
/// <param name="Button">What its button says: the deed, not “OK”.</param>
public sealed record Confirmation(string Title, string Text, string Button)
{
    /// <summary>What happens in detail.</summary>
    public IReadOnlyList<string> Consequences { get; init; } = [];

    /// <summary>True when something is taken away.</summary>
    public bool IsDanger { get; init; }

    /// <summary>What must be typed first; null for nothing.</summary>
    public string? TypedWord { get; init; }
}
