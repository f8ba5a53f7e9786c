namespace HostingPanel.Client;

/// <summary>How the panel is.</summary>
/// <param name="Status"><c>ok</c>, or <c>degraded</c> when a check fails.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record Health(string Status, IReadOnlyList<HealthCheck> Checks);

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What, such as <c>database</c>.</param>
/// <param name="Ok">Whether it is well.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record HealthCheck(string Name, bool Ok, string? Message = null);
