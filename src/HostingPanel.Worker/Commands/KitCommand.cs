using System.Reflection;
using HostingPanel.Backups.Panel;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker.Commands;

/// <summary>Writes recovery kits, and tells a shell what is in one. What is secret goes by standard input and output only.</summary>
internal sealed class KitCommand(RecoveryKitService kits, IOptions<WorkerOptions> options)
{
    /// <summary>
    /// <c>read-kit PART</c>: the passphrase is the first line of standard input (empty for none), the kit the rest. Needs no panel. Null when
    /// the arguments are another command's.
    /// </summary>
    public static async Task<int?> ReadAsync(string[] args)
    {
        if (args is not ["read-kit", .. var words])
        {
            return null;
        }

        var passphrase = await Console.In.ReadLineAsync();
        var read = RecoveryKitService.Read(await Console.In.ReadToEndAsync(), passphrase, string.Join(' ', words));
        if (!read.TryGet(out var lines, out var problem))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }

        foreach (var line in lines)
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    /// <summary><c>recovery-kit NAME=VALUE...</c>: the passphrase is the first line of standard input, empty for none.</summary>
    /// <param name="settings">As <c>docker/lib/settings.sh</c> knows them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<int> WriteAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var known = settings.Select(setting => setting.Split('=', 2)).Where(words => words.Length == 2);
        var master = await File.ReadAllTextAsync(options.Value.MasterKeyFile, cancellationToken);
        Console.Write(
            await kits.WriteAsync(
                master.Trim(),
                options.Value.WebCertificateFile is { } file ? await File.ReadAllTextAsync(file, cancellationToken) : null,
                known.ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal),
                typeof(KitCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
                await Console.In.ReadLineAsync(cancellationToken),
                cancellationToken
            )
        );
        return 0;
    }
}
