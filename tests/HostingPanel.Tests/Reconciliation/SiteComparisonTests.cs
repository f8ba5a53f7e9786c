using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Reconciliation;

/// <summary>Each kind of thing that a site has in the engine × missing, drifted, another's: generated from what the site has.</summary>
public sealed class SiteComparisonTests
{
    private static readonly HashSet<string> NothingRests = [];

    /// <summary>Every thing of the sample site, by what it is and its name, with each way in which it can be wrong.</summary>
    public static TheoryData<string, string, string> Damages()
    {
        var data = new TheoryData<string, string, string>();
        var engine = new SampleSite().Engine;
        foreach (var (what, names) in Things(engine))
        {
            foreach (var name in names.Order(StringComparer.Ordinal))
            {
                data.Add(what, name, nameof(FindingKind.Missing));
                data.Add(what, name, nameof(FindingKind.Foreign));
                if (what is "service" or "network")
                {
                    data.Add(what, name, nameof(FindingKind.Drifted));
                }
            }
        }

        return data;
    }

    [Theory]
    [InlineData(SiteState.Running)]
    [InlineData(SiteState.Stopped)]
    public void A_site_that_is_as_it_should_be_has_no_findings(SiteState state)
    {
        var site = new SampleSite(state);
        Assert.Empty(SiteComparison.Of(site.Assembly, FakeSnapshot.Of(site.Engine), NothingRests));
    }

    [Fact]
    public void A_container_may_use_what_it_asks_for_within_the_plan()
    {
        var site = new SampleSite();
        var asked = site.Assembly.Blueprint.Service("db").Limits;
        Assert.Equal(new ResourceLimits(asked.Memory, asked.NanoCpus, asked.Pids), Of("db"));

        site.Row.Organisation!.Plan = SampleSite.PlanOf(cpus: 0.25m, memory: 100L << 20, pids: 50);

        Assert.All(
            site.Assembly.Blueprint.Services,
            service => Assert.Equal(new ResourceLimits(100L << 20, 250_000_000, 50), Of(service.Name))
        );

        ResourceLimits Of(string service) => site.Assembly.Service(service, replicas: 1).Container.Limits;
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Whatever_is_wrong_is_found_alone_and_by_its_name(string what, string name, string damage)
    {
        var site = new SampleSite();
        var kind = Enum.Parse<FindingKind>(damage);
        Damage(site.Engine, what, name, kind);

        var finding = Assert.Single(SiteComparison.Of(site.Assembly, FakeSnapshot.Of(site.Engine), NothingRests));
        Assert.Equal((kind, what, name), (finding.Kind, finding.What, finding.Name));
        // What another has is his, a volume is never made anew, and a network can't be changed: the rest the panel mends by itself.
        var isForPeople = kind == FindingKind.Foreign || what == "volume" || (what, kind) == ("network", FindingKind.Drifted);
        Assert.Equal(isForPeople, finding.Obstacle is not null);
        Assert.Equal(isForPeople, finding.Services.Count > 0 || what == "secret" && finding.Obstacle is not null);
    }

    [Fact]
    public void The_services_of_a_stopped_site_and_those_that_rest_are_to_be_stopped()
    {
        var running = new SampleSite();
        var finding = Assert.Single(SiteComparison.Of(running.Assembly, FakeSnapshot.Of(running.Engine), new HashSet<string> { "web" }));
        Assert.Contains("replicas", finding.Message, StringComparison.Ordinal);

        var stopped = new SampleSite(SiteState.Stopped);
        stopped.Engine.Services["hp-sample-db"] = stopped.Assembly.Service("db", replicas: 1);
        Assert.Equal(
            "hp-sample-db",
            Assert.Single(SiteComparison.Of(stopped.Assembly, FakeSnapshot.Of(stopped.Engine), NothingRests)).Name
        );
    }

    [Fact]
    public void A_secret_that_the_site_was_never_given_is_missing_and_no_service_is_judged_without_it()
    {
        var site = new SampleSite();
        site.Row.Secrets.RemoveAll(secret => secret.Name == "salt");
        var finding = Assert.Single(SiteComparison.Of(site.Assembly, FakeSnapshot.Of(site.Engine), NothingRests));
        Assert.Equal((FindingKind.Missing, "secret"), (finding.Kind, finding.What));
        Assert.Null(finding.Obstacle);
    }

    [Fact]
    public void A_gateway_that_treats_visitors_otherwise_is_found()
    {
        var site = new SampleSite();
        site.Row.Route = RouteMode.Starting;
        Assert.Equal("route", Assert.Single(SiteComparison.Of(site.Assembly, FakeSnapshot.Of(site.Engine), NothingRests)).What);
    }

    private static IEnumerable<(string What, IEnumerable<string> Names)> Things(MemoryEngine engine) =>
        [
            ("network", engine.Networks.Keys),
            ("secret", engine.Secrets.Keys),
            ("volume", engine.Volumes.Keys),
            ("service", engine.Services.Keys),
        ];

    private static void Damage(MemoryEngine engine, string what, string name, FindingKind kind)
    {
        switch (what, kind)
        {
            case ("network", FindingKind.Missing):
                engine.Networks.TryRemove(name, out _);
                break;
            case ("network", FindingKind.Drifted):
                engine.Networks[name] = engine.Networks[name] with { Subnet = "192.168.0.0/28" };
                break;
            case ("network", FindingKind.Foreign):
                engine.Networks[name] = engine.Networks[name] with { Owner = SampleSite.Stranger };
                break;
            case ("secret", FindingKind.Missing):
                engine.Secrets.TryRemove(name, out _);
                break;
            case ("secret", FindingKind.Foreign):
                engine.Secrets[name] = engine.Secrets[name] with { Owner = SampleSite.Stranger };
                break;
            case ("volume", FindingKind.Missing):
                engine.Volumes.TryRemove(name, out _);
                break;
            case ("volume", FindingKind.Foreign):
                engine.Volumes[name] = new FakeVolume(Guid.Empty, []);
                break;
            case ("service", FindingKind.Missing):
                engine.Services.TryRemove(name, out _);
                break;
            case ("service", FindingKind.Drifted):
                engine.Services[name] = engine.Services[name] with { Replicas = 3 };
                break;
            case ("service", FindingKind.Foreign):
                var service = engine.Services[name];
                engine.Services[name] = service with { Container = service.Container with { Owner = SampleSite.Stranger } };
                break;
            default:
                throw new InvalidOperationException($"How a {what} becomes {kind} is not written down.");
        }
    }
}
