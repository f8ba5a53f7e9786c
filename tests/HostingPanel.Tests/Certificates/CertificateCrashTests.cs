using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Certificates;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Certificates;

/// <summary>Fault F1 for certificates: wherever the worker is killed, a name has its certificate, or goes on with what it had, and no secret is left.</summary>
public sealed class CertificateCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    private const string Program = $"hp-acme {Directory}";
    private const string Directory = FakeAuthority.Bound;

    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.ObtainCertificate, null) { Ask = AskAsync },
        // The job can't be started ...
        new(OperationKinds.ObtainCertificate, null, Failing: "job hp-acme") { Ask = AskAsync },
        // ... and the authority refuses.
        new(OperationKinds.ObtainCertificate, null, Failing: Program) { Ask = BeRefusedAsync },
        new(OperationKinds.InstallCertificate, null) { Ask = UploadAsync },
        new(OperationKinds.InstallCertificate, null) { Ask = ForgetAsync },
    ];

    [Fact(Timeout = 600_000)]
    public Task A_certificate_is_asked_for_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Life);

    private static async Task<Guid> AskAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        site.Engine.ToolFaults.TryRemove(Program, out _);
        await panel.Get<AcmeAccounts>().StartAsync(cancellationToken);
        await panel.Get<SealingKeys>().EnsureAsync(cancellationToken);
        var authorities = panel.Get<AuthorityService>();
        if ((await authorities.ListAsync(Actor.Panel, cancellationToken)).Value.Count == 0)
        {
            var binding = new AccountBinding(FakeAuthority.KeyId, FakeAuthority.BindingKey);
            var command = new NewCertificateAuthority("Own", Directory, "a@example.org", FakeAuthority.Only.Root, true, binding);
            // Another lane may be first.
            _ = await authorities.AddAsync(Actor.Panel, command, null, cancellationToken);
        }

        var asked = await panel
            .Get<CertificateService>()
            .AskAsync(Actor.Panel, site.Slug, $"{site.Slug}.localhost", authorityId: null, idempotencyKey: null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private static async Task<Guid> BeRefusedAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await AskAsync(panel, site, cancellationToken);
        site.Engine.ToolFaults[Program] = new JobResult(1, [], ["urn:ietf:params:acme:error:unauthorized :: somebody else is there"]);
        return asked;
    }

    private static async Task<Guid> UploadAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        site.Engine.ToolFaults.TryRemove(Program, out _);
        await panel.Get<SealingKeys>().EnsureAsync(cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var host = $"{site.Slug}.localhost";
        var (certificate, key) = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(30), host);
        var uploaded = new UploadedCertificate(certificate + FakeAuthority.Only.Intermediate, key);
        var asked = await panel.Get<CertificateService>().UploadAsync(Actor.Panel, site.Slug, host, uploaded, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private static async Task<Guid> ForgetAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await panel.Get<CertificateService>().ForgetAsync(Actor.Panel, site.Slug, $"{site.Slug}.localhost", cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }
}
