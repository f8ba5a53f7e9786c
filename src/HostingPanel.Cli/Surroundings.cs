using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary>What the command line takes from the machine, so that tests can give it something else.</summary>
/// <param name="Out">Where results go.</param>
/// <param name="Error">Where complaints go.</param>
/// <param name="Variable">Reads an environment variable.</param>
/// <param name="NewHttp">Makes a client for a server.</param>
internal sealed record Surroundings(TextWriter Out, TextWriter Error, Func<string, string?> Variable, Func<Uri, HttpClient> NewHttp);

/// <summary>The user asked for something in a way that can't be done; the message says what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What a command runs with.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="Output">Where its results go.</param>
internal sealed record Session(PanelClient Panel, Output Output);
