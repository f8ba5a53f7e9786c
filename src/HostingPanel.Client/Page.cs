namespace HostingPanel.Client;

/// <summary>A part of a list.</summary>
/// <typeparam name="T">The entries.</typeparam>
/// <param name="Items">The entries, in the list's order.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
