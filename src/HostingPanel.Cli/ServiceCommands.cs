using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites services</c>.</summary>
internal static class ServiceCommands
{
    public static Command List(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var command = new Command("services", "What runs of a site, and what each of it may use") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await session.Panel.Sites.ListServicesAsync(parsed.GetValue(slug)!, cancellationToken);
                session.Output.WriteTable(
                    all.Items,
                    ["SERVICE", "STATE", "CONTAINERS", "MAY USE", "RUNS WITH", "WHY NOT"],
                    service =>
                        [
                            service.Name,
                            service.State,
                            service.Running.ToString(CultureInfo.InvariantCulture),
                            TextOf(service.Limits),
                            service.RunsWith == service.Limits ? "the same" : TextOf(service.RunsWith),
                            service.Reason?.Message ?? service.Message,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static string? TextOf(ServiceLimits? limits) =>
        limits is null
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(limits.Cpus == 0 ? "any" : $"{limits.Cpus:0.##}")} CPU, {(limits.MemoryBytes == 0 ? "any" : Output.Bytes(limits.MemoryBytes))} memory, {(limits.Pids == 0 ? "any" : $"{limits.Pids}")} processes"
            );
}
