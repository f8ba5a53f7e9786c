using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Organisations;
using HostingPanel.Platform;
using HostingPanel.Volumes;

namespace HostingPanel.Sites;

/// <summary>
/// What a site is in the engine: its blueprint applied to its row. Pure: the same site gives the same definitions, so every step of every
/// operation (and whoever compares later) means the same things by the same names.
/// </summary>
internal sealed class SiteAssembly(Site site, Blueprint blueprint, PanelOptions options, Guid? operationId)
{
    private readonly SiteNames _names = new(options);

    public Site Site => site;
    public Blueprint Blueprint => blueprint;

    public Ownership Owner => new(site.Id, site.OrganisationId, operationId);

    public string PrimaryHost => site.Domains.Single(domain => domain.IsPrimary).Host;

    private Plan Plan => site.Organisation?.Plan ?? throw new InvalidOperationException($"{site.Slug} was read without its plan.");

    /// <summary>Every name that the gateway serves it under, in order.</summary>
    private IEnumerable<string> ServedHosts =>
        site.Domains.Where(domain => domain.IsServed).Select(domain => domain.Host).Order(StringComparer.Ordinal);

    public SiteFacts Facts =>
        new(
            site.Slug,
            site.Title,
            options.PublicUrl(PrimaryHost),
            [PrimaryHost, .. ServedHosts.Where(host => host != PrimaryHost)],
            site.AdminEmail,
            site.Environment.ToString().ToLowerInvariant()
        )
        {
            Network = _names.Subnet(site.SubnetIndex),
        };

    public NetworkDefinition Network => new(_names.Network(site.Slug), _names.Subnet(site.SubnetIndex), Owner);

    /// <summary>Where the gateway meets it; what is not for the public has no way out there.</summary>
    public string FrontNetwork => site.Environment == SiteEnvironment.Live ? _names.FrontNetwork : _names.SealedFrontNetwork;

    /// <summary>What the panel keeps as a site secret under this name for a database service: its rendered init.sql.</summary>
    public static string InitSqlSecret(string service) => $"{SecretNames.InitSql}-{service}";

    public IEnumerable<string> DatabaseServices =>
        blueprint.Databases.Select(database => database.Service).Distinct(StringComparer.Ordinal);

    public VolumeDefinition Volume(string name)
    {
        var recipe = blueprint.Volume(name);
        var row = RowOf(name);
        return new VolumeDefinition(row.EngineName, row.Id, recipe.Owner.Uid, recipe.Owner.Gid, (UnixFileMode)recipe.Mode, Owner);
    }

    public IReadOnlyList<VolumeDefinition> Volumes => [.. blueprint.Volumes.Select(volume => Volume(volume.Name))];

    /// <summary>The engine's name of a secret in its present version.</summary>
    public string SecretName(string name) =>
        _names.Secret(
            site.ShortId,
            name,
            (site.Secrets.SingleOrDefault(secret => secret.Name == name) ?? throw BlueprintGrew($"the secret “{name}”")).Version
        );

    public string ServiceName(string service) => _names.Service(site.Slug, service);

    public ServiceDefinition Service(string name, int replicas)
    {
        var recipe = blueprint.Service(name);
        var isFront = blueprint.Front.Service == name;
        // On its own network a site finds itself by its own names, so what it asks of itself never leaves the machine.
        IEnumerable<string> ownNames = isFront ? ServedHosts.Where(host => !HostName.IsWildcard(host)) : [];
        var attachments = new List<NetworkAttachment> { new(_names.Network(site.Slug), [name, .. ownNames]) };
        if (isFront)
        {
            attachments.Add(new NetworkAttachment(FrontNetwork, []));
        }

        var container = Container(recipe, recipe.Secrets, recipe.Environment, recipe.User) with { Networks = attachments };
        return new ServiceDefinition
        {
            Name = ServiceName(name),
            Service = name,
            Container = container,
            Replicas = replicas,
            Generation = site.Generation,
            // Two database servers must never share a data directory, not even for a second.
            StartFirst = isFront,
            StopGrace = recipe.StopGrace,
        };
    }

    /// <summary>A hook as a job beside its service: same image, environment, volumes and network, and its own secrets.</summary>
    public JobDefinition Job(BlueprintHook hook, Guid operation)
    {
        var recipe = blueprint.Service(hook.Command.Service);
        IReadOnlyList<BlueprintVariable> environment =
        [
            .. recipe.Environment.Where(variable => hook.Command.Environment.All(own => own.Name != variable.Name)),
            .. hook.Command.Environment,
        ];
        var container = Container(
            recipe,
            [.. recipe.Secrets.Union(hook.Command.Secrets, StringComparer.Ordinal)],
            environment,
            hook.Command.User ?? recipe.User
        ) with
        {
            Command = hook.Command.Arguments,
            Networks = [new NetworkAttachment(_names.Network(site.Slug), [])],
        };
        return new JobDefinition(_names.Job(site.Slug, hook.Name, operation), operation, container, hook.Command.Timeout);
    }

    private ContainerDefinition Container(
        BlueprintService recipe,
        IReadOnlyList<string> secrets,
        IReadOnlyList<BlueprintVariable> environment,
        NumericUser user
    )
    {
        var mounts = recipe.Mounts.Select(mount =>
        {
            var row = RowOf(mount.Volume);
            return new VolumeMount(row.EngineName, row.Id, mount.Path, mount.ReadOnly);
        });
        var files = secrets.Select(name => new SecretMount(SecretName(name), name, user.Uid, user.Gid)).ToList();
        if (blueprint.DatabasesOf(recipe.Name).Count > 0)
        {
            files.Add(new SecretMount(SecretName(InitSqlSecret(recipe.Name)), SecretNames.InitSql, user.Uid, user.Gid));
        }

        var limits = Plan.Within(recipe.Limits);
        return new ContainerDefinition
        {
            Image =
                site.Services.SingleOrDefault(service => service.Name == recipe.Name)?.Image
                ?? throw BlueprintGrew($"the service “{recipe.Name}”"),
            Owner = Owner,
            User = user.ToString(),
            Environment = environment.ToDictionary(
                variable => variable.Name,
                variable => variable.Value.Render(Facts),
                StringComparer.Ordinal
            ),
            Secrets = files,
            Volumes = [.. mounts],
            Tmpfs = [.. recipe.Tmpfs.Select(tmpfs => new TmpfsMount(tmpfs.Path, tmpfs.Bytes))],
            ReadOnlyRoot = recipe.ReadOnlyRoot,
            Capabilities = recipe.Capabilities,
            Limits = new ResourceLimits(limits.Memory, limits.NanoCpus, limits.Pids),
            Health = recipe.Health is { } health
                ? new HealthCheckDefinition(health.Command, health.Interval, health.Timeout, health.Retries, health.StartPeriod)
                : null,
        };
    }

    private Volume RowOf(string name) =>
        site.Volumes.SingleOrDefault(volume => volume.Name == name) ?? throw BlueprintGrew($"the volume “{name}”");

    /// <summary>One site that can't be assembled must not be taken for a fault of ours, which would stop the work on all others.</summary>
    private PlatformException BlueprintGrew(string what) =>
        new(
            "blueprint-changed",
            $"The blueprint “{site.Blueprint}” has {what} now, and {site.Slug} was made without it. Put the blueprint back as it was, or make the site anew."
        );
}
