using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HostingPanel.Tests.Panel;

/// <summary>
/// Runs <c>./panel</c>, or functions of docker/lib, with programs that say what a test wants: a <c>docker</c> that answers by a list and
/// writes down what it was asked, and others on demand.
/// </summary>
internal sealed class PanelScript : IDisposable
{
    /// <summary>What only looks. Everything else changes something.</summary>
    private static readonly string[] Looks =
    [
        "version",
        "info",
        "ps",
        "port",
        "image inspect",
        "network ls",
        "network inspect",
        "node inspect",
        "secret ls",
        "service inspect",
        "service ls",
        "service ps",
        "stack ps",
        "volume inspect",
        "volume ls",
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-panel-");
    private readonly List<(string Call, string Answer, int Code)> _answers = [];

    public PanelScript()
    {
        Environment = new(StringComparer.Ordinal)
        {
            ["HOME"] = _directory.FullName,
            ["TMPDIR"] = _directory.FullName,
            ["NO_COLOR"] = "1",
            ["PANEL_INSTALLATION"] = "edge",
            // No test leaves units on the machine that it runs on.
            ["GUARD_BOOTED"] = Path.Combine(_directory.FullName, "booted"),
            ["GUARD_UNITS"] = _directory.FullName,
            ["HTTP_PORT"] = FreePort(),
            ["HTTPS_PORT"] = FreePort(),
        };
        // An engine as new as it must be, which manages nothing yet.
        Docker("version*APIVersion*", "1.41");
        Docker("info*OSType*", "linux");
        Docker("info*LiveRestoreEnabled*", "false");
        Docker("info*DockerRootDir*", "/");
        Docker("info*LocalNodeState*", "inactive");
        Docker("service inspect*", string.Empty, code: 1);
        Docker("network inspect*", string.Empty, code: 1);
    }

    /// <summary>What the script sees besides the tests' own environment.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Everything that the engine was asked, the first first.</summary>
    public IReadOnlyList<string> Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    /// <summary>What would have changed something.</summary>
    public IEnumerable<string> Changes => Calls.Where(call => !Looks.Any(look => call.StartsWith(look, StringComparison.Ordinal)));

    private string CallsFile => Path.Combine(_directory.FullName, "calls");

    /// <summary>What docker answers to calls that match; a later one goes before an earlier one, and what matches none gets nothing.</summary>
    public PanelScript Docker(string call, string answer, int code = 0)
    {
        _answers.Insert(0, (call, answer, code));
        return this;
    }

    /// <summary>Puts a program before the machine's own.</summary>
    public PanelScript Program(string name, string script)
    {
        var path = Path.Combine(_directory.CreateSubdirectory("bin").FullName, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    /// <summary>Runs a command of <c>./panel</c>.</summary>
    public Task<PanelOutput> RunAsync(params string[] arguments) =>
        StartAsync([Path.Combine(Repository.Root, "panel"), .. arguments], string.Empty);

    /// <summary>Runs commands with docker/lib's functions at hand.</summary>
    public Task<PanelOutput> FunctionsAsync(string commands) =>
        StartAsync(
            ["-euo", "pipefail", "-s"],
            $"""
            export LC_ALL=C.UTF-8
            ROOT={Repository.Root}
            LIB=$ROOT/docker/lib
            for file in ui engine guard settings checks images publish stack up; do source "$LIB/$file.sh"; done
            INST=$PANEL_INSTALLATION
            {commands}
            """
        );

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        File.Delete($"/tmp/hostingpanel-{Environment["PANEL_INSTALLATION"]}.lock");
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private async Task<PanelOutput> StartAsync(IEnumerable<string> arguments, string input)
    {
        var cases = new StringBuilder();
        foreach (var (call, answer, code) in _answers)
        {
            var pattern = string.Join('*', call.Split('*').Select(part => $"'{part}'"));
            var say = answer.Length == 0 ? string.Empty : $"cat <<'ANSWER'\n{answer}\nANSWER\n";
            cases.Append(CultureInfo.InvariantCulture, $"    {pattern}) {say}        exit {code} ;;\n");
        }

        Program(
            "docker",
            $"""
            printf '%s\n' "$*" >>'{CallsFile}'
            # As docker does: whoever writes to it is not cut off by a pipe that is closed before they are done.
            [[ " $* " != *" --interactive "* ]] || cat >/dev/null
            case "$*" in
            {cases}    *) exit 0 ;;
            esac
            """
        );
        var start = new ProcessStartInfo("bash", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.FullName,
        };
        start.Environment["PATH"] = $"{Path.Combine(_directory.FullName, "bin")}:{System.Environment.GetEnvironmentVariable("PATH")}";
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(bound.Token);
            return new PanelOutput(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

/// <summary>What a script left.</summary>
internal sealed record PanelOutput(int Code, string Out, string Error)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
