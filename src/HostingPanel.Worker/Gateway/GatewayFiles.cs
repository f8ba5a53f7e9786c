using System.Text;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// The files in the volume that is shared with the gateway. The gateway's group reads them, which the volume's directories hand on (they
/// are set-group-id); nobody else does, for they hold keys.
/// </summary>
internal sealed class GatewayFiles(IOptions<GatewayOptions> options)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const string Current = "haproxy.cfg";
    private const string Good = "haproxy.cfg.good";

    /// <summary>The machine's own address as the gateway sees it, which its start writes down: who comes by way of the machine itself has it.</summary>
    public const string HostAddress = "host-address";

    /// <summary>What the processes before a reload hand to those after it.</summary>
    public const string ServersState = "servers.state";

    /// <summary>True when the gateway's next start would read exactly this.</summary>
    public async Task<bool> AreCurrentAsync(HaproxyConfiguration configuration, CancellationToken cancellationToken) =>
        await ReadAsync(Current, cancellationToken) == configuration.Text
        && File.Exists(PathOf(configuration.MapFile))
        && configuration.Files.Contents.Keys.All(name => File.Exists(PathOf(name)));

    /// <summary>Puts the configuration in place for the gateway's next reload or start.</summary>
    public async Task WriteAsync(HaproxyConfiguration configuration, CancellationToken cancellationToken)
    {
        // The map and the others first: at no moment does a configuration name a file that is not there. Each is named by its content, so
        // one that is there is right.
        var others = configuration.Files.Contents.Append(KeyValuePair.Create(configuration.MapFile, configuration.Map));
        foreach (var (name, content) in others.Where(file => !File.Exists(PathOf(file.Key))))
        {
            await WriteAsync(name, content, cancellationToken);
        }

        await WriteAsync(Current, configuration.Text, cancellationToken);
    }

    /// <summary>Remembers the configuration as one that the gateway has accepted, and removes what only older ones name.</summary>
    public async Task KeepAsGoodAsync(HaproxyConfiguration configuration, CancellationToken cancellationToken)
    {
        await WriteAsync(Good, configuration.Text, cancellationToken);
        foreach (var file in Directory.EnumerateFiles(PathOf(HaproxyFiles.Folder)))
        {
            if (!configuration.Files.Contents.ContainsKey($"{HaproxyFiles.Folder}/{Path.GetFileName(file)}"))
            {
                File.Delete(file);
            }
        }

        foreach (var map in Directory.EnumerateFiles(options.Value.Directory, "hosts-*.map"))
        {
            if (Path.GetFileName(map) != configuration.MapFile)
            {
                File.Delete(map);
            }
        }
    }

    /// <summary>Puts the last accepted configuration back; false when there is none.</summary>
    public async Task<bool> RestoreGoodAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(Good, cancellationToken) is not { } good)
        {
            // The gateway's own default takes its place when it starts.
            File.Delete(PathOf(Current));
            return false;
        }

        await WriteAsync(Current, good, cancellationToken);
        return true;
    }

    /// <summary>Removes a file, if it is there.</summary>
    public void Remove(string name) => File.Delete(PathOf(name));

    /// <summary>Replaces a file as a whole: whoever reads it sees the old or the new one, after a power cut too.</summary>
    public async Task WriteAsync(string name, string content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        // Never beside the target: the gateway loads whatever it finds among the certificates.
        var temporary = PathOf($"{Path.GetFileName(name)}.new");
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = Mode;
        }

        await using (var stream = new FileStream(temporary, create))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(content), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        // Whatever the umask is, and whatever an interrupted run left behind.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, Mode);
        }

        File.Move(temporary, PathOf(name), overwrite: true);
    }

    /// <summary>The content of a file, or null when it isn't there.</summary>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(PathOf(name), cancellationToken);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The whole path of a file in the volume.</summary>
    public string PathOf(string name) => Path.Combine(options.Value.Directory, name);
}
