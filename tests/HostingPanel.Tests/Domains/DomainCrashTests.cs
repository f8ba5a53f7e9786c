using HostingPanel.Access;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Domains;

/// <summary>Fault F1 for host names: wherever the worker is killed, containers, application and gateway call a site by the same names in the end.</summary>
public sealed class DomainCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    private const string Rename = "php /hp/hooks/rename.php";

    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.ChangeDomains, null, Failing: "probe") { Ask = AddAsync("a") },
        new(OperationKinds.ChangeDomains, null) { Ask = AcceptAsync("a") },
        new(OperationKinds.ChangeDomains, null, Failing: "probe") { Ask = MakePrimaryAsync("a.", "example.org") },
        // Its application refuses.
        new(OperationKinds.ChangeDomains, null, Failing: Rename) { Ask = RefuseAsync },
        new(OperationKinds.ChangeDomains, null) { Ask = MakePrimaryAsync("a.", "example.org") },
        new(OperationKinds.ChangeDomains, null) { Ask = MakePrimaryAsync("", "localhost") },
        new(OperationKinds.ChangeDomains, null, Failing: "probe") { Ask = RemoveAsync("a") },
        new(OperationKinds.ChangeDomains, null) { Ask = RemoveAsync("a") },
        new(OperationKinds.StopSite, SiteAction.Stop),
        new(OperationKinds.ChangeDomains, null) { Ask = AddAsync("b") },
    ];

    [Fact(Timeout = 600_000)]
    public Task A_site_has_one_set_of_names_in_the_end() => KillEverywhereAsync("wordpress", Life);

    private static Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>> AddAsync(string label) =>
        (panel, site, token) =>
            DoneAsync(
                panel
                    .Get<DomainService>()
                    .AddAsync(Actor.Panel, site.Slug, new AddDomain($"{label}.{site.Slug}.example.org", IsAccepted: true), null, token)
            );

    private static Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>> AcceptAsync(string label) =>
        (panel, site, token) =>
            DoneAsync(panel.Get<DomainService>().AcceptAsync(Actor.Panel, site.Slug, $"{label}.{site.Slug}.example.org", null, token));

    private static Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>> MakePrimaryAsync(string label, string zone) =>
        (panel, site, token) =>
        {
            site.Engine.ToolFaults.TryRemove(Rename, out _);
            return DoneAsync(
                panel.Get<DomainService>().MakePrimaryAsync(Actor.Panel, site.Slug, $"{label}{site.Slug}.{zone}", null, token)
            );
        };

    private static async Task<Guid> RefuseAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await MakePrimaryAsync("a.", "example.org")(panel, site, cancellationToken);
        site.Engine.ToolFaults[Rename] = new Platform.JobResult(1, ["""{"error":"a table is read-only"}"""], []);
        return asked;
    }

    private static Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>> RemoveAsync(string label) =>
        (panel, site, token) =>
            DoneAsync(panel.Get<DomainService>().RemoveAsync(Actor.Panel, site.Slug, $"{label}.{site.Slug}.example.org", token));

    private static async Task<Guid> DoneAsync(Task<Outcome<DomainsChanged>> change)
    {
        var outcome = await change;
        Assert.Null(outcome.Problem);
        return outcome.Value.Operation!.Id;
    }
}
