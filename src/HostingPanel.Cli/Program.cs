namespace HostingPanel.Cli;

/// <summary>Where the process starts.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        HpCommand.RunAsync(
            args,
            new Surroundings(Console.Out, Console.Error, Environment.GetEnvironmentVariable, PanelHttp.Create),
            CancellationToken.None
        );
}
