using System.Globalization;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// Compares what a service should be with what the engine has of it. The label <c>hp.spec</c> alone would not show what somebody changed by
/// hand, and the engine fills in defaults, so this compares aspect by aspect and takes absent and default for the same.
/// </summary>
internal static class SpecComparison
{
    private static readonly (string Word, Func<ServiceSpec, string> Text)[] OfService =
    [
        ("labels", spec => Labels(spec.Labels)),
        ("replicas", spec => Text(spec.Mode?.Replicated?.Replicas ?? (spec.Mode?.Replicated is null ? null : 1))),
        ("way of being found", spec => Text(spec.EndpointSpec?.Mode, Set(spec.EndpointSpec?.Ports))),
        ("way of updating", spec => Update(spec.UpdateConfig)),
    ];

    private static readonly (string Word, Func<TaskSpec, string> Text)[] OfTask =
    [
        ("image", task => Text(task.ContainerSpec?.Image)),
        ("command", task => Text(List(task.ContainerSpec?.Command), List(task.ContainerSpec?.Args))),
        ("environment", task => Set(task.ContainerSpec?.Env)),
        ("user", task => Text(task.ContainerSpec?.User, Set(task.ContainerSpec?.Groups))),
        ("mounts", task => Set(task.ContainerSpec?.Mounts?.Select(Mount))),
        ("secrets", task => Set(task.ContainerSpec?.Secrets?.Select(Secret))),
        ("networks", task => Set(task.Networks?.Select(network => Text(network.Target, Set(network.Aliases), Map(network.DriverOpts))))),
        ("limits", task => Text(Resources(task.Resources?.Limits), Resources(task.Resources?.Reservations))),
        ("health check", task => Health(task.ContainerSpec?.HealthCheck)),
        ("capabilities", task => Text(Set(task.ContainerSpec?.CapabilityAdd), "-", Set(task.ContainerSpec?.CapabilityDrop))),
        ("write protection", task => Text(task.ContainerSpec?.ReadOnly is true)),
        ("way of restarting", task => Restart(task.RestartPolicy)),
        ("time to stop", task => Text(task.ContainerSpec?.StopGracePeriod, task.ContainerSpec?.StopSignal)),
        ("node", task => Text(Set(task.Placement?.Constraints), Zero(task.Placement?.MaxReplicas))),
        ("name servers", task => Dns(task.ContainerSpec?.DnsConfig)),
        ("log", task => Text(task.LogDriver?.Name, Map(task.LogDriver?.Options))),
        ("generation", task => Text(task.ForceUpdate)),
        ("containers' labels", task => Labels(task.ContainerSpec?.Labels)),
        ("other settings", task => Other(task.ContainerSpec)),
    ];

    /// <summary>The aspects in which they differ; which operation made it is none.</summary>
    /// <param name="wanted">As it should be, networks by name.</param>
    /// <param name="found">As the engine has it, networks by id.</param>
    /// <param name="networks">The engine's networks: names by id.</param>
    public static IReadOnlyList<string> Differences(ServiceSpec wanted, ServiceSpec found, IReadOnlyDictionary<string, string> networks)
    {
        var task = Named(found.TaskTemplate, networks);
        return
        [
            .. OfService.Where(aspect => aspect.Text(wanted) != aspect.Text(found)).Select(aspect => aspect.Word),
            .. OfTask.Where(aspect => aspect.Text(wanted.TaskTemplate) != aspect.Text(task)).Select(aspect => aspect.Word),
        ];
    }

    /// <summary>
    /// The same spec, but containers that are as they should be keep the label of the operation that made them: the engine replaces every
    /// container whose template changes in anything.
    /// </summary>
    public static ServiceSpec WithoutNeedlessReplacement(
        ServiceSpec wanted,
        ServiceSpec found,
        IReadOnlyDictionary<string, string> networks
    )
    {
        var task = Named(found.TaskTemplate, networks);
        return OfTask.All(aspect => aspect.Text(wanted.TaskTemplate) == aspect.Text(task))
            ? wanted with
            {
                TaskTemplate = wanted.TaskTemplate with
                {
                    ContainerSpec = wanted.TaskTemplate.ContainerSpec! with { Labels = found.TaskTemplate.ContainerSpec!.Labels },
                },
            }
            : wanted;
    }

    /// <summary>True for a task that runs what its service is now; the engine replaces the others.</summary>
    public static bool IsCurrent(TaskSpec task, TaskSpec template) =>
        task.ContainerSpec?.Labels?.GetValueOrDefault(Swarm.Labels.Operation)
            == template.ContainerSpec?.Labels?.GetValueOrDefault(Swarm.Labels.Operation)
        && OfTask.All(aspect => aspect.Text(task) == aspect.Text(template));

    private static TaskSpec Named(TaskSpec task, IReadOnlyDictionary<string, string> networks) =>
        task with
        {
            Networks =
            [
                .. (task.Networks ?? []).Select(network =>
                    network with
                    {
                        Target = networks.GetValueOrDefault(network.Target, network.Target),
                    }
                ),
            ],
        };

    private static string Mount(Mount mount) =>
        Text(
            mount.Type,
            mount.Source,
            mount.Target,
            mount.ReadOnly,
            Text(mount.BindOptions?.Propagation, mount.BindOptions?.NonRecursive is true),
            Text(mount.VolumeOptions?.NoCopy is true, mount.VolumeOptions?.Subpath, Map(mount.VolumeOptions?.Labels)),
            Text(mount.VolumeOptions?.DriverConfig?.Name, Map(mount.VolumeOptions?.DriverConfig?.Options)),
            Text(Zero(mount.TmpfsOptions?.SizeBytes), Zero((int?)mount.TmpfsOptions?.Mode))
        );

    private static string Secret(SecretReference secret) =>
        Text(secret.SecretId, secret.SecretName, secret.File.Name, secret.File.Uid, secret.File.Gid, (int)secret.File.Mode);

    private static string Resources(ResourceLimit? limit) => Text(Zero(limit?.NanoCpus), Zero(limit?.MemoryBytes), Zero(limit?.Pids));

    private static string Restart(RestartPolicy? policy) =>
        Text(policy?.Condition ?? RestartCondition.Any, policy?.Delay, Zero(policy?.MaxAttempts), Span(policy?.Window));

    private static string Update(UpdateConfig? update) =>
        Text(
            update?.Parallelism,
            Span(update?.Delay),
            update?.FailureAction ?? UpdateFailureAction.Pause,
            update?.Monitor,
            Zero(update?.MaxFailureRatio),
            update?.Order ?? UpdateOrder.StopFirst
        );

    private static string Health(HealthConfig? health) =>
        Text(
            List(health?.Test),
            Span(health?.Interval),
            Span(health?.Timeout),
            Zero(health?.Retries),
            Span(health?.StartPeriod),
            Span(health?.StartInterval)
        );

    private static string Dns(DnsConfig? dns) => Text(List(dns?.Nameservers), List(dns?.Search), List(dns?.Options));

    /// <summary>What the panel never sets.</summary>
    private static string Other(ContainerSpec? container) =>
        Text(
            container?.Hostname,
            container?.Dir,
            container?.Tty is true,
            container?.Init is true,
            container?.Privileges?.NoNewPrivileges is true,
            Zero(container?.OomScoreAdj),
            Set(container?.Hosts),
            Map(container?.Sysctls),
            Set(container?.Configs?.Select(config => Text(config.ConfigName, config.File?.Name))),
            Set(container?.Ulimits?.Select(limit => Text(limit.Name, limit.Soft, limit.Hard)))
        );

    private static string Labels(IReadOnlyDictionary<string, string>? labels) =>
        Map(labels?.Where(label => label.Key != Swarm.Labels.Operation));

    private static long? Zero(long? number) => number is 0 ? null : number;

    private static ulong? Zero(ulong? number) => number is 0 ? null : number;

    private static double? Zero(double? number) => number is 0 ? null : number;

    private static TimeSpan? Span(TimeSpan? span) => span == TimeSpan.Zero ? null : span;

    private static string List(IEnumerable<string>? items) => Text([.. items ?? []]);

    private static string Set(IEnumerable<object>? items) =>
        Text([.. (items ?? []).Select(item => item as string ?? item.ToString()!).Order(StringComparer.Ordinal)]);

    private static string Map(IEnumerable<KeyValuePair<string, string>>? entries) =>
        Set(entries?.Select(entry => Text(entry.Key, entry.Value)));

    /// <summary>One text for several values, in which each says its length: no two lists of values look alike.</summary>
    private static string Text(params ReadOnlySpan<object?> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            var part = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
            text.Append(part.Length).Append(':').Append(part);
        }

        return text.ToString();
    }
}
