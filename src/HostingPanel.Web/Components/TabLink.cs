namespace HostingPanel.Web.Components;

/// <summary>A tab of a <see cref="TabBar"/>.</summary>
/// <param name="Key">Tells it from the others.</param>
/// <param name="Text">What it says.</param>
/// <param name="Href">Its address.</param>
public sealed record TabLink(string Key, string Text, string Href);
