using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>
/// A Docker Engine of its own, in a network namespace of its own, with its data in a directory of its own: one that may be killed without
/// harm to what else runs on this machine.
/// </summary>
internal sealed class SecondEngine : IAsyncDisposable
{
    private const string Running = "unix:///var/run/docker.sock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _name = $"hpe{RandomNumberGenerator.GetHexString(5, lowercase: true)}";

    /// <summary>A /30 of its own; two test runs must not ask for the same.</summary>
    private readonly string _net = $"10.115.{RandomNumberGenerator.GetInt32(256)}";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpe-");
    private readonly ConcurrentQueue<string> _errors = new();
    private Process? _process;

    private SecondEngine() { }

    /// <summary>Where it answers.</summary>
    public Uri Endpoint => new($"unix://{Socket}");

    /// <summary>The address at which this machine reaches what it publishes.</summary>
    public string Address => $"{_net}.2";

    private string Socket => Path.Combine(_directory.FullName, "docker.sock");

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? WhyNot() =>
        !string.Equals(Environment.UserName, "root", StringComparison.Ordinal) ? "Only root can start a second Docker Engine."
        : Array.Find(["dockerd", "docker", "ip", "nsenter", "mount", "umount"], program => !IsInPath(program)) is { } missing
            ? $"A second Docker Engine needs {missing}."
        : null;

    /// <summary>Starts one, a swarm of one node, and gives it images of this machine's engine.</summary>
    public static async Task<SecondEngine> StartAsync(IEnumerable<string> images)
    {
        var engine = new SecondEngine();
        try
        {
            var inside = $"{engine._name}b";
            await RunAsync("ip", "netns", "add", engine._name);
            await RunAsync("ip", "link", "add", $"{engine._name}a", "type", "veth", "peer", "name", inside, "netns", engine._name);
            await RunAsync("ip", "addr", "add", $"{engine._net}.1/30", "dev", $"{engine._name}a");
            await RunAsync("ip", "link", "set", $"{engine._name}a", "up");
            await RunAsync("ip", "-n", engine._name, "addr", "add", $"{engine._net}.2/30", "dev", inside);
            await RunAsync("ip", "-n", engine._name, "link", "set", inside, "up");
            await RunAsync("ip", "-n", engine._name, "link", "set", "lo", "up");
            await engine.RunEngineAsync();
            await RunAsync("docker", "-H", $"{engine.Endpoint}", "swarm", "init", "--advertise-addr", "127.0.0.1");
            var archive = Path.Combine(engine._directory.FullName, "images.tar");
            await RunAsync("docker", ["-H", Running, "save", "--output", archive, .. images]);
            await RunAsync("docker", "-H", $"{engine.Endpoint}", "load", "--quiet", "--input", archive);
            File.Delete(archive);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it, anew after <see cref="Kill"/> or <see cref="StopAsync"/>, until it answers.</summary>
    public async Task RunEngineAsync()
    {
        var started = Stopwatch.GetTimestamp();
        do
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"The second Docker Engine does not answer. {string.Join('\n', _errors)}");
            }

            if (_process is null or { HasExited: true })
            {
                // Again and again, as a service manager does: right after its death the one before may not have let go of everything.
                Launch();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        } while (!await TryAsync("docker", "-H", $"{Endpoint}", "info"));
    }

    private void Launch()
    {
        var directory = _directory.FullName;
        string[] command =
        [
            // Not `ip netns exec`, which hides the control groups.
            $"--net=/run/netns/{_name}",
            "dockerd",
            "--data-root",
            $"{directory}/data",
            "--exec-root",
            $"{directory}/exec",
            "--pidfile",
            $"{directory}/pid",
            "--host",
            $"{Endpoint}",
            "--log-level",
            "error",
        ];
        _process?.Dispose();
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("nsenter", command) { UseShellExecute = false, RedirectStandardError = true },
        };
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL, in the middle of whatever it does; its containers know nothing of it.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        // A dead engine removes no file; the next one would refuse to start while the number may be somebody's.
        File.Delete(Path.Combine(_directory.FullName, "pid"));
    }

    /// <summary>Stops it as the machine's service manager would.</summary>
    public async Task StopAsync()
    {
        await RunAsync("kill", "-TERM", $"{_process!.Id}");
        using var bound = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await TryAsync("docker", "-H", $"{Endpoint}", "swarm", "leave", "--force");
            await StopAsync();
        }

        var mounts = (await File.ReadAllLinesAsync("/proc/self/mounts"))
            .Select(line => line.Split(' ')[1])
            .Where(place => place.StartsWith(_directory.FullName, StringComparison.Ordinal));
        foreach (var place in mounts.Reverse())
        {
            await TryAsync("umount", "--lazy", place);
        }

        await TryAsync("ip", "netns", "delete", _name);
        await TryAsync("ip", "link", "delete", $"{_name}a");
        await TryAsync("rm", "-rf", _directory.FullName);
        _process?.Dispose();
    }

    private static bool IsInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(directory => File.Exists(Path.Combine(directory, program)));

    private static async Task RunAsync(string program, params string[] arguments)
    {
        if (!await TryAsync(program, arguments))
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not succeed.");
        }
    }

    private static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start };
        process.Start();
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(bound.Token),
            process.StandardError.ReadToEndAsync(bound.Token),
            process.WaitForExitAsync(bound.Token)
        );
        return process.ExitCode == 0;
    }
}
