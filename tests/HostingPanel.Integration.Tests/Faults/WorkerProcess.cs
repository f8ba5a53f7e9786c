using System.Collections.Concurrent;
using System.Diagnostics;
using HostingPanel.Integration.Tests.Sites;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>The worker's program in a process of its own, so that it can be killed at once, with nothing put in order.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int KeptLines = 400;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private WorkerProcess(Process process) => _process = process;

    /// <summary>The last lines that it wrote.</summary>
    public string Log => string.Join('\n', _lines);

    /// <summary>Starts one that works for this installation; it is at work a moment later.</summary>
    public static WorkerProcess Start(TestInstallation installation, Action<IDictionary<string, string?>>? change = null)
    {
        var settings = installation.Settings();
        change?.Invoke(settings);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "HostingPanel.Worker.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["DOTNET_TieredPGO"] = "0" },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var worker = new WorkerProcess(new Process { StartInfo = start });
        worker._process.OutputDataReceived += (_, line) => worker.Keep(line.Data);
        worker._process.ErrorDataReceived += (_, line) => worker.Keep(line.Data);
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>SIGKILL: it can't do anything about it, and learns nothing of it.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }

        while (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }
    }
}
