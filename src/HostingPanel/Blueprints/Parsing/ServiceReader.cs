namespace HostingPanel.Blueprints.Parsing;

/// <summary>Reads the services.</summary>
internal sealed class ServiceReader(ReaderContext context)
{
    private const long Mega = 1024 * 1024;

    private static readonly IReadOnlyList<BlueprintTmpfs> DefaultTmpfs = [new("/run", 16 * Mega), new("/tmp", 64 * Mega)];

    /// <summary>Where a mount would hide or change what the container needs to be safe or to work.</summary>
    private static readonly IReadOnlyList<string> ForbiddenPaths =
    [
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/hp",
        "/lib",
        "/lib64",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/sys",
        "/tmp",
        "/usr",
        "/var/run",
    ];

    public IReadOnlyList<BlueprintService> Read(Section root)
    {
        var services = new List<BlueprintService>();
        foreach (var entry in root.Entries("services", "a map of the site's containers", required: true))
        {
            services.Add(ReadService(context.Name("service", entry.Key), entry));
        }

        return services;
    }

    private BlueprintService ReadService(string name, MapEntry entry)
    {
        var section = context.Open("service", $"service '{name}'", entry.Key, entry.Value);
        var image = section.Value("image", ValueKinds.ImageName) ?? string.Empty;
        var user = section.Value("user", ValueKinds.User) ?? new NumericUser(0, 0);
        var readOnly = section.OptionalValue("read-only", ValueKinds.Flag, fallback: true);
        var capabilities = section.List("capabilities", ValueKinds.OneOf(BlueprintCapabilities.Allowed)).Select(c => c.Value).ToList();
        var environment = context.TakeEnvironment(section);
        var secrets = context.TakeSecrets(section);
        var mounts = ReadMounts(section);
        var tmpfs = ReadTmpfs(section, mounts);
        var after = ReadAfter(section, name);
        var limits = ReadLimits(section, entry.Key);
        var stopGrace = section.OptionalValue("stop-grace", ValueKinds.Duration("1s", "10m"), TimeSpan.FromSeconds(10));
        var health = ReadHealth(section);
        section.Close();
        return new BlueprintService(
            name,
            image,
            user,
            readOnly,
            capabilities,
            environment,
            secrets,
            mounts,
            tmpfs,
            after,
            limits,
            stopGrace,
            health
        );
    }

    private IReadOnlyList<BlueprintMount> ReadMounts(Section service)
    {
        var mounts = new List<BlueprintMount>();
        foreach (var entry in service.Entries("volumes", "a map of volumes and paths, such as content: /var/www/html/wp-content"))
        {
            var title = $"volume '{entry.Key.Text}' of {service.Title}";
            context.Exists("volume", entry.Key.Text, context.Volumes, entry.Key, service.Title);

            var (path, readOnly, at) =
                entry.Value is MapNode ? ReadLongMount(title, entry) : (ReadPath(title, entry.Value), false, entry.Value);
            if (path is not null && ForbiddenPaths.FirstOrDefault(f => IsAtOrBelow(path, f)) is { } forbidden)
            {
                context.Problems.Add(at, $"{title} can't be mounted at {path}; {forbidden} belongs to the system");
            }
            else if (path is not null && mounts.Find(m => m.Path == path) is { } other)
            {
                context.Problems.Add(at, $"{title} is mounted at {path}, where the volume '{other.Volume}' is already");
            }

            // Kept whatever its path, or the volume would seem to be left over.
            mounts.Add(new BlueprintMount(entry.Key.Text, path ?? string.Empty, readOnly));
        }

        return [.. mounts.OrderBy(m => m.Path, StringComparer.Ordinal)];
    }

    private (string? Path, bool ReadOnly, Node At) ReadLongMount(string title, MapEntry entry)
    {
        var section = context.Open("mount", title, entry.Key, entry.Value);
        var path = section.Value("path", ValueKinds.Path);
        var readOnly = section.OptionalValue("read-only", ValueKinds.Flag, fallback: false);
        section.Close();
        return (path, readOnly, section.Optional("path")?.Value ?? entry.Value);
    }

    private string? ReadPath(string title, Node value)
    {
        if (value is ScalarNode scalar && ValueKinds.Path.Read(scalar.Text) is { } path)
        {
            return path;
        }

        context.Problems.Add(value, $"{title} is mounted at {value.Called}; expected {ValueKinds.Path.Expected}");
        return null;
    }

    private IReadOnlyList<BlueprintTmpfs> ReadTmpfs(Section service, IReadOnlyList<BlueprintMount> mounts)
    {
        var size = ValueKinds.Size("64K", "4G");
        var all = DefaultTmpfs.ToDictionary(t => t.Path, StringComparer.Ordinal);
        foreach (var entry in service.Entries("tmpfs", "a map of paths and sizes, such as /tmp: 128M"))
        {
            var path = ReadPath($"a tmpfs of {service.Title}", entry.Key);
            if (path is not null && !all.ContainsKey(path) && ForbiddenPaths.FirstOrDefault(f => IsAtOrBelow(path, f)) is { } forbidden)
            {
                context.Problems.Add(entry.Key, $"a tmpfs of {service.Title} can't be at {path}; {forbidden} belongs to the system");
            }
            else if (mounts.FirstOrDefault(m => m.Path == path) is { } mount)
            {
                context.Problems.Add(entry.Key, $"a tmpfs of {service.Title} is at {path}, where the volume '{mount.Volume}' is already");
            }

            if (entry.Value is ScalarNode scalar && size.Read(scalar.Text) is long bytes)
            {
                all[path ?? string.Empty] = new BlueprintTmpfs(path ?? string.Empty, bytes);
            }
            else
            {
                context.Problems.Add(
                    entry.Value,
                    $"the tmpfs {entry.Key.Text} of {service.Title} is {entry.Value.Called}; expected {size.Expected}"
                );
            }
        }

        return [.. all.Values.OrderBy(t => t.Path, StringComparer.Ordinal)];
    }

    private IReadOnlyList<string> ReadAfter(Section service, string name)
    {
        var after = new List<string>();
        foreach (var (other, at) in service.List("after", ValueKinds.Name))
        {
            if (other == name)
            {
                context.Problems.Add(at, $"{service.Title} can't start after itself");
            }
            else if (context.Exists("service", other, context.Services, at, $"'after' of {service.Title}"))
            {
                after.Add(other);
            }
        }

        return after;
    }

    private BlueprintLimits ReadLimits(Section service, Node at)
    {
        var entry = service.Required("limits", "what it may use, such as { memory: 512M, cpus: 1, pids: 200 }");
        var section = context.Open("limits", $"'limits' of {service.Title}", entry?.Key ?? at, entry?.Value);
        var memory = section.Value("memory", ValueKinds.Size("16M", "64G"), 16 * Mega);
        var cpus = section.Value("cpus", ValueKinds.Fraction(0.05m, 64m), 1m);
        var pids = section.Value("pids", ValueKinds.Number(10, 10_000), 100);
        section.Close();
        return new BlueprintLimits(memory, cpus, pids);
    }

    private BlueprintHealth? ReadHealth(Section service)
    {
        if (service.Optional("health") is not { } entry)
        {
            return null;
        }

        var section = context.Open("health", $"'health' of {service.Title}", entry.Key, entry.Value);
        var command = section.Command("command");
        var interval = section.OptionalValue("interval", ValueKinds.Duration("1s", "10m"), TimeSpan.FromSeconds(10));
        var timeout = section.OptionalValue("timeout", ValueKinds.Duration("1s", "10m"), TimeSpan.FromSeconds(3));
        var retries = section.OptionalValue("retries", ValueKinds.Number(1, 100), 3);
        var startPeriod = section.OptionalValue("start-period", ValueKinds.Duration("0s", "1h"), TimeSpan.FromSeconds(30));
        section.Close();
        return new BlueprintHealth(command, interval, timeout, retries, startPeriod);
    }

    private static bool IsAtOrBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
