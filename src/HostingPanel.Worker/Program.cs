using HostingPanel;
using HostingPanel.Backups.Panel;
using HostingPanel.Worker;
using HostingPanel.Worker.Commands;
using HostingPanel.Worker.Internal;
using HostingPanel.Worker.Startup;

if (await KitCommand.ReadAsync(args) is { } read)
{
    // On a machine that has no panel yet.
    return read;
}

if (CertificateCommand.Run(args) is { } made)
{
    return made;
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddWorker();
await using var app = builder.Build();

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};
if (await CommandLine.RunAsync(args, app.Services, interrupted.Token) is { } exitCode)
{
    return exitCode;
}

await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(app.Lifetime.ApplicationStopping);
await app.Services.GetRequiredService<RecoverySettlement>().SettleAsync(app.Lifetime.ApplicationStopping);
app.MapHealth();
app.MapLogs();
await app.RunAsync();
return 0;
