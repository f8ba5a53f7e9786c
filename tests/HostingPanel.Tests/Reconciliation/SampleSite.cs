using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Organisations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Blueprints;
using HostingPanel.Tests.Simulation;
using HostingPanel.Volumes;

namespace HostingPanel.Tests.Reconciliation;

/// <summary>A WordPress in a database and an engine that both exist only here, in which everything is as it should be until a test changes it.</summary>
internal sealed class SampleSite
{
    public static readonly DateTimeOffset Now = new(2027, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Blueprint WordPress = BlueprintFiles.Valid(
        "wordpress",
        File.ReadAllText(Path.Combine(BlueprintFiles.Delivered, "wordpress.yaml"))
    );
    private static readonly PanelOptions Options = new();

    public SampleSite(SiteState state = SiteState.Running)
    {
        Row = MakeRow(state);
        foreach (var volume in Assembly.Volumes)
        {
            Engine.Volumes[volume.Name] = new FakeVolume(volume.Identity, []);
        }

        Engine.Networks[Assembly.Network.Name] = Assembly.Network;
        foreach (var secret in Row.Secrets)
        {
            var name = Assembly.SecretName(secret.Name);
            Engine.Secrets[name] = new SecretDefinition(name, secret.Value, Assembly.Owner);
        }

        foreach (var service in Row.Services)
        {
            var definition = Assembly.Service(service.Name, state == SiteState.Running ? 1 : 0);
            Engine.Services[definition.Name] = definition;
        }
    }

    public Site Row { get; }
    public MemoryEngine Engine { get; } = new();
    public SiteAssembly Assembly => new(Row, WordPress, Options, operationId: null);
    public SiteNames Names { get; } = new(Options);
    public SiteService Web => Row.Services.Single(service => service.Name == "web");

    /// <summary>A site that somebody else has.</summary>
    public static Ownership Stranger => new(Guid.Parse("99999999-9999-9999-9999-999999999999"), null);

    /// <summary>A plan with nothing else to it than what one container may use.</summary>
    public static Plan PlanOf(decimal cpus, long memory, int pids) =>
        new()
        {
            Name = "roomy",
            Title = "Roomy",
            MaxSites = 1,
            MaxDiskBytes = 1,
            MaxMemoryBytes = 1,
            MaxRestorePoints = 1,
            MaxServiceCpus = cpus,
            MaxServiceMemoryBytes = memory,
            MaxServicePids = pids,
        };

    private static Site MakeRow(SiteState state)
    {
        var id = Guid.Parse("11111111-1111-1111-1111-111111111111");
        var site = new Site
        {
            Id = id,
            ShortId = "abcdefghij",
            Slug = "sample",
            OrganisationId = Guid.Parse("22222222-2222-2222-2222-222222222222"),
            Organisation = new Organisation
            {
                Id = Guid.Parse("22222222-2222-2222-2222-222222222222"),
                Slug = "sample",
                Name = "Sample",
                PlanName = "roomy",
                CreatedAt = Now,
                Plan = PlanOf(cpus: 64, memory: 1L << 40, pids: 10_000),
            },
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = "Sample",
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = state,
            Route = state switch
            {
                SiteState.Running => RouteMode.Serve,
                SiteState.Stopped => RouteMode.Stopped,
                _ => null,
            },
            SubnetIndex = 3,
            CreatedAt = Now,
        };
        site.Domains.Add(
            new Domain
            {
                Id = Guid.Parse("77777777-7777-7777-7777-777777777777"),
                Host = "sample.localhost",
                SiteId = id,
                IsPrimary = true,
                CreatedAt = Now,
            }
        );
        site.Services.AddRange(
            WordPress.Services.Select(service => new SiteService
            {
                SiteId = id,
                Name = service.Name,
                Image = $"{service.Image}:1",
                IsFront = service.Name == WordPress.Front.Service,
            })
        );
        string[] secrets = [.. WordPress.AllSecrets().Select(secret => secret.Name), SiteAssembly.InitSqlSecret("db")];
        site.Secrets.AddRange(
            secrets.Select(name => new SiteSecret
            {
                SiteId = id,
                Name = name,
                Version = 1,
                Value = [1],
            })
        );
        site.Volumes.AddRange(
            WordPress.Volumes.Select(
                (volume, index) =>
                    new Volume
                    {
                        Id = Guid.Parse($"33333333-3333-3333-3333-33333333333{index}"),
                        SiteId = id,
                        Name = volume.Name,
                        Kind = volume.Kind,
                        EngineName = $"hp-abcdefghij-{volume.Name}",
                        MountedBy = [],
                        CreatedAt = Now,
                    }
            )
        );
        return site;
    }
}
