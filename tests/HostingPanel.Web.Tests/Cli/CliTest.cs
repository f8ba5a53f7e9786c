using HostingPanel.Cli;

namespace HostingPanel.Web.Tests.Cli;

/// <summary>A test of <c>hp</c> against the whole web process.</summary>
public abstract class CliTest(PanelApp app) : Api.VolumeApiTest(app)
{
    /// <summary>What it printed.</summary>
    protected StringWriter Out { get; } = new();

    /// <summary>What it complained about.</summary>
    protected StringWriter Error { get; } = new();

    /// <summary>Runs it with an administrator's token; gives its exit code.</summary>
    protected Task<int> RunAsync(params string[] args) =>
        RunAsync(args, new() { ["HP_SERVER"] = PanelApp.Address.ToString(), ["HP_TOKEN"] = App.Secret });

    /// <summary>Runs it with these variables; gives its exit code.</summary>
    protected Task<int> RunAsync(string[] args, Dictionary<string, string> variables) =>
        HpCommand.RunAsync(args, new Surroundings(Out, Error, variables.GetValueOrDefault, _ => App.Http()), Cancellation);
}
