using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HostingPanel.Blueprints;
using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// The one place where a container of a site becomes an engine's spec, for services and jobs alike. An allowlist: what a
/// <see cref="ContainerDefinition"/> has no word for is never set, and its words are checked again here, whoever made them.
/// </summary>
/// <param name="installation">The installation's name.</param>
/// <param name="nodeId">The node that everything runs on.</param>
/// <param name="toolbox">The image of the panel's own tools; null where there are none.</param>
/// <param name="processors">How many the node has: the engine makes no container that may use more.</param>
internal sealed class SpecBuilder(string installation, string nodeId, string? toolbox = null, int processors = int.MaxValue)
{
    /// <summary>Raised when the same definition is to become another spec.</summary>
    private const int Version = 2;
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A service that is only just starting is not in the engine's DNS yet, which then asks the world outside; where that does not answer,
    /// the libraries' five seconds before the second try are longer than the whole start.
    /// </summary>
    private static readonly DnsConfig PatientInSmallSteps = new() { Options = ["timeout:1", "attempts:5"] };

    /// <summary>The internal network of containers that need none. Without a network the engine would give them one that leads out into the world.</summary>
    public static string SealedNetwork(string installation) => $"{installation}-jobs";

    /// <summary>A fingerprint of everything that a definition says but which operation said it.</summary>
    public string HashOf(ServiceDefinition service)
    {
        var container = service.Container with { Owner = service.Container.Owner with { OperationId = null } };
        var text = JsonSerializer.Serialize(
            new
            {
                Version,
                nodeId,
                Service = service with
                {
                    Container = container,
                },
            }
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>The spec of a long-running service.</summary>
    /// <param name="service">What it is.</param>
    /// <param name="secretIds">The engine's id of each secret by name.</param>
    public ServiceSpec Service(ServiceDefinition service, IReadOnlyDictionary<string, string> secretIds)
    {
        var hash = HashOf(service);
        var labels = Labels.Of(installation, service.Container.Owner);
        labels[Labels.Service] = service.Service;
        labels[Labels.Spec] = hash;
        var update = new UpdateConfig
        {
            Order = service.StartFirst ? UpdateOrder.StartFirst : UpdateOrder.StopFirst,
            // An update that fails stays where it is; what to do about it is the panel's decision, not the engine's.
            FailureAction = UpdateFailureAction.Pause,
            Monitor = TimeSpan.FromSeconds(5),
        };
        return new ServiceSpec
        {
            Name = service.Name,
            Labels = labels,
            Mode = ServiceMode.Replicas((ulong)service.Replicas),
            EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
            UpdateConfig = update,
            TaskTemplate = Task(
                service.Container,
                secretIds,
                // The task carries the hash too: by it a new container is told from one of an older definition.
                new Dictionary<string, string>(labels, StringComparer.Ordinal),
                new RestartPolicy { Condition = RestartCondition.Any, Delay = RestartDelay },
                BlueprintCapabilities.Allowed,
                comparesMarkers: true
            ) with
            {
                ForceUpdate = (ulong)service.Generation,
            },
        }.WithStopGrace(service.StopGrace);
    }

    /// <summary>The spec of a container that runs once.</summary>
    public ServiceSpec Job(JobDefinition job, IReadOnlyDictionary<string, string> secretIds)
    {
        if (job.IsTool && job.Container.Image != toolbox)
        {
            throw new InvalidOperationException($"{job.Container.Image} is not the image of the panel's own tools.");
        }

        var labels = Labels.Of(installation, job.Container.Owner);
        labels[Labels.Job] = job.OperationId.ToString();
        return new ServiceSpec
        {
            Name = job.Name,
            Labels = labels,
            Mode = ServiceMode.JobOnce(),
            EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
            TaskTemplate = Task(
                    job.StepsBack ? SteppingBack(job.Container) : job.Container,
                    secretIds,
                    new Dictionary<string, string>(labels, StringComparer.Ordinal),
                    new RestartPolicy { Condition = RestartCondition.None },
                    job.IsTool ? ToolCapabilities.Allowed : BlueprintCapabilities.Allowed,
                    job.ComparesMarkers
                )
                .WithoutHealthCheck(),
        };
    }

    /// <summary>The images' entry point gives it the policy for idle programs, see docker/images/base; the engine has no word for that.</summary>
    private static ContainerDefinition SteppingBack(ContainerDefinition container) =>
        container with
        {
            Environment = new Dictionary<string, string>(container.Environment, StringComparer.Ordinal) { ["HP_STEPS_BACK"] = "yes" },
        };

    private TaskSpec Task(
        ContainerDefinition container,
        IReadOnlyDictionary<string, string> secretIds,
        Dictionary<string, string> labels,
        RestartPolicy restart,
        IReadOnlyList<string> capabilities,
        bool comparesMarkers
    ) =>
        new()
        {
            ContainerSpec = Container(container, secretIds, labels, capabilities, comparesMarkers),
            Resources = new ResourceRequirements
            {
                Limits = new ResourceLimit
                {
                    MemoryBytes = container.Limits.MemoryBytes,
                    NanoCpus = Math.Min(container.Limits.NanoCpus, processors * 1_000_000_000L),
                    Pids = container.Limits.Pids,
                },
            },
            RestartPolicy = restart,
            // Volumes are where they are: on another node the engine would make empty ones of the same names.
            Placement = new Placement { Constraints = [$"node.id=={nodeId}"] },
            Networks =
                container.Networks.Count == 0
                    ? [new NetworkAttachmentConfig { Target = SealedNetwork(installation) }]
                    :
                    [
                        .. container.Networks.Select(network => new NetworkAttachmentConfig
                        {
                            Target = NetworkName(network.Network),
                            Aliases = [.. network.Aliases.Select(Name)],
                        }),
                    ],
            LogDriver = new Driver
            {
                Name = "json-file",
                Options = new Dictionary<string, string>(StringComparer.Ordinal) { ["max-size"] = "10m", ["max-file"] = "2" },
            },
        };

    private static ContainerSpec Container(
        ContainerDefinition container,
        IReadOnlyDictionary<string, string> secretIds,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<string> capabilities,
        bool comparesMarkers
    ) =>
        new()
        {
            Image = container.Image,
            Labels = labels,
            // Args leaves the image's entry point in place, which checks the volumes before anything starts.
            Args = container.Command,
            User = container.User,
            Env = [.. container.Environment.Select(Variable), .. VolumeVariable(comparesMarkers ? container.Volumes : [])],
            ReadOnly = container.ReadOnlyRoot,
            Mounts = [.. container.Volumes.Select(Volume), .. container.Tmpfs.Select(Tmpfs)],
            Secrets = [.. container.Secrets.Select(secret => Secret(secret, secretIds))],
            DnsConfig = PatientInSmallSteps,
            CapabilityDrop = ["ALL"],
            CapabilityAdd =
            [
                .. container.Capabilities.Select(capability =>
                    capabilities.Contains(capability, StringComparer.Ordinal)
                        ? $"CAP_{capability}"
                        : throw new InvalidOperationException($"The capability {capability} is not one that it may have.")
                ),
            ],
            HealthCheck = container.Health is { } health
                ? new HealthConfig
                {
                    Test = ["CMD", .. health.Command],
                    Interval = health.Interval,
                    Timeout = health.Timeout,
                    Retries = health.Retries,
                    StartPeriod = health.StartPeriod,
                }
                : null,
        };

    /// <summary>Swarm expands Go templates in values; one that says so itself arrives as it is.</summary>
    private static string Variable(KeyValuePair<string, string> variable)
    {
        if (
            variable.Key.Length == 0
            || variable.Key.Contains('=', StringComparison.Ordinal)
            || (variable.Key + variable.Value).Contains('\0', StringComparison.Ordinal)
        )
        {
            throw new InvalidOperationException($"“{variable.Key}” is no environment variable.");
        }

        return $"{variable.Key}={variable.Value.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal)}";
    }

    /// <summary>What the images' entry point compares with the marker files, see docker/images/base.</summary>
    private static IEnumerable<string> VolumeVariable(IReadOnlyList<VolumeMount> volumes) =>
        volumes.Count == 0 ? [] : [$"HP_VOLUMES={string.Join(' ', volumes.Select(volume => $"{Path(volume.Path)}={volume.Identity}"))}"];

    private static Mount Volume(VolumeMount volume) =>
        new()
        {
            Type = MountType.Volume,
            Source = Name(volume.VolumeName),
            Target = Path(volume.Path),
            ReadOnly = volume.ReadOnly,
            // What an image has at the mount point is not data; a volume that was emptied must not fill itself again.
            VolumeOptions = new VolumeOptions { NoCopy = true },
        };

    private static Mount Tmpfs(TmpfsMount tmpfs) =>
        new()
        {
            Type = MountType.Tmpfs,
            Target = Path(tmpfs.Path),
            TmpfsOptions = new TmpfsOptions { SizeBytes = tmpfs.Bytes, Mode = (UnixFileMode)0b001_111_111_111 },
        };

    private static SecretReference Secret(SecretMount secret, IReadOnlyDictionary<string, string> ids) =>
        new()
        {
            SecretName = secret.SecretName,
            SecretId = ids[secret.SecretName],
            File = new FileTarget
            {
                Name = FileName(secret.FileName),
                Uid = secret.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Gid = secret.Gid.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Mode = UnixFileMode.UserRead,
            },
        };

    private static string Name(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? name
            : throw new InvalidOperationException($"“{name}” is no name of a volume or network.");

    /// <summary>Those that every engine has lead onto the node or out into the world.</summary>
    private static string NetworkName(string name) =>
        name is "host" or "bridge" or "none" or "ingress" or "docker_gwbridge"
            ? throw new InvalidOperationException($"The engine's network “{name}” is none that a container of a site may join.")
            : Name(name);

    private static string FileName(string name) =>
        Name(name) is "." or ".." ? throw new InvalidOperationException("A secret needs a file name.") : name;

    private static string Path(string path) =>
        path.StartsWith('/')
        && !path.Split('/').Contains("..")
        && !path.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter == '=')
            ? path
            : throw new InvalidOperationException($"“{path}” is no path for a volume.");
}

/// <summary>Small words for building specs.</summary>
internal static class ServiceSpecWords
{
    /// <summary>A job ends by its exit code; the check of its image is for the service that usually runs in it.</summary>
    public static TaskSpec WithoutHealthCheck(this TaskSpec task) =>
        task with
        {
            ContainerSpec = task.ContainerSpec! with { HealthCheck = new HealthConfig { Test = ["NONE"] } },
        };

    public static ServiceSpec WithStopGrace(this ServiceSpec spec, TimeSpan grace) =>
        spec with
        {
            TaskTemplate = spec.TaskTemplate with { ContainerSpec = spec.TaskTemplate.ContainerSpec! with { StopGracePeriod = grace } },
        };
}
