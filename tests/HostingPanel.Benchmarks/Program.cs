using HostingPanel.Benchmarks;

// ./panel bench NAME: one JSON line per figure on standard output; what is going on is told on standard error.
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

switch (args)
{
    case ["provision"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await ProvisionBenchmark.RunAsync(installation, interrupted.Token);
        }

        return 0;
    case ["drill"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await DrillBenchmark.RunAsync(installation, interrupted.Token);
        }

        return 0;
    case ["backup"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await new BackupBenchmark(installation, HeavySize.FromEnvironment()).RunAsync(interrupted.Token);
        }

        return 0;
    case ["memory"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await MemoryBenchmark.RunAsync(installation, interrupted.Token);
        }

        return 0;
    case ["access"]:
        await AccessBenchmark.RunAsync(interrupted.Token);
        return 0;
    case ["operations"]:
        await OperationsBenchmark.RunAsync(interrupted.Token);
        return 0;
    case ["reconcile"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await ReconcileBenchmark.RunAsync(installation, interrupted.Token);
        }

        return 0;
    case ["gateway"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await GatewayBenchmark.RunAsync(installation, interrupted.Token);
        }

        return 0;
    case ["shield"]:
        await using (var installation = Installation.FromEnvironment())
        {
            await ShieldBenchmark.RunAsync(installation, interrupted.Token);
        }

        return 0;
    default:
        await Console.Error.WriteLineAsync(
            "Benchmarks: access | backup | provision | drill | memory | operations | reconcile | gateway | shield"
        );
        return 2;
}
