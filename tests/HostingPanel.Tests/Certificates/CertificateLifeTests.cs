using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Certificates;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HostingPanel.Tests.Certificates;

/// <summary>The certificates of a site from the first to the next, over an engine and an authority in memory.</summary>
public sealed class CertificateLifeTests(PostgresFixture postgres) : IDisposable
{
    private const string Directory = "https://acme.example.org/directory";
    private readonly DirectoryInfo _uploads = System.IO.Directory.CreateTempSubdirectory("hpt-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _uploads.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task It_comes_by_itself_is_renewed_in_time_and_a_failure_keeps_what_is_there()
    {
        postgres.SkipWhenAbsent();
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var engine = new MemoryEngine();
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var panel = new SimulatedWorker(database, _uploads.FullName, engine);
        var (certificates, scheduler) = (panel.Get<CertificateService>(), panel.Get<CertificateScheduler>());
        await panel.Get<AcmeAccounts>().StartAsync(Token);
        await CreateAsync(panel, "shop");
        await panel.RunAsync(Token);

        // Nobody to ask, and then nobody of the world's: it has the self-signed one, and the page says why.
        Assert.Empty(await scheduler.QueueAsync(Token));
        Assert.Contains("no certificate authority is set up", (await FindAsync()).Words, StringComparison.Ordinal);
        var world = await AddAsync("World", roots: null);
        Assert.Empty(await scheduler.QueueAsync(Token));
        Assert.Equal(CertificateState.None, (await FindAsync()).State);
        Assert.Contains("no authority of the world certifies such a name", (await FindAsync()).Words, StringComparison.Ordinal);
        Assert.Equal("no-authority", (await certificates.AskAsync(Actor.Panel, "shop", "shop.localhost", null, null, Token)).Problem?.Code);

        // One's own certifies whatever there is, the panel's name included; each name once.
        var own = await AddAsync("Own", FakeAuthority.Only.Root);
        Assert.Equal((true, false), (own.IsPrivate, own.IsDefault));
        await panel.Get<AuthorityService>().MakeDefaultAsync(Actor.Panel, own.Id, null, Token);
        Assert.Equal(CertificateState.Waiting, (await FindAsync()).State);
        Assert.Equal(["panel.localhost", "shop.localhost"], (await scheduler.QueueAsync(Token)).Order());
        Assert.Empty(await scheduler.QueueAsync(Token));
        Assert.Equal(CertificateState.Asking, (await FindAsync()).State);
        await panel.RunAsync(Token);
        var good = await FindAsync();
        Assert.Equal((CertificateState.Good, "Fake intermediate", "Own"), (good.State, good.Issuer, good.Authority));
        Assert.Equal(["panel.localhost", "shop.localhost"], engine.Trust.Certificates.Keys.Order());
        Assert.Contains("PRIVATE KEY", engine.Trust.Certificates["shop.localhost"], StringComparison.Ordinal);
        Assert.NotNull(engine.Trust.AcmeThumbprint);
        Assert.DoesNotContain(engine.Secrets.Keys, name => name.Contains("acme", StringComparison.Ordinal));
        Assert.Empty(await scheduler.QueueAsync(Token));

        // A person wants a new one early, and the authority refuses: the present one is as good as before, and it is asked again when it is due.
        engine.ToolFaults[$"hp-acme {Directory}"] = new JobResult(1, [], ["urn:ietf:params:acme:error:connection :: Timeout"]);
        Assert.Null((await certificates.AskAsync(Actor.Panel, "shop", "shop.localhost", null, null, Token)).Problem);
        await panel.RunAsync(Token);
        var early = await FindAsync();
        Assert.Equal(
            (CertificateState.Good, "validation-connection", good.RenewAt, good.RenewAt),
            (early.State, early.ProblemCode, early.RenewAt, early.NextAttemptAt)
        );
        Assert.Contains("Certified by Fake intermediate", early.Words, StringComparison.Ordinal);
        Assert.Contains("port 80 must be open", early.Words, StringComparison.Ordinal);
        Assert.Empty(await scheduler.QueueAsync(Token));

        // A third of its life is left, and the authority refuses: it goes on with what it has, and is asked again later, not at once.
        await AgeAsync(panel, TimeSpan.FromDays(65));
        Assert.Equal(["shop.localhost"], await scheduler.QueueAsync(Token));
        await panel.RunAsync(Token);
        var late = await FindAsync();
        Assert.Equal((CertificateState.RunningOut, "validation-connection"), (late.State, late.ProblemCode));
        Assert.Contains("port 80 must be open", late.Words, StringComparison.Ordinal);
        Assert.True(engine.Trust.Certificates.ContainsKey("shop.localhost"));
        Assert.Empty(await scheduler.QueueAsync(Token));

        // "Too often" stops all that this authority is asked for, for everybody.
        engine.ToolFaults[$"hp-acme {Directory}"] = new JobResult(1, [], ["urn:ietf:params:acme:error:rateLimited :: too many"]);
        Assert.Null((await certificates.AskAsync(Actor.Panel, "shop", "shop.localhost", null, null, Token)).Problem);
        await panel.RunAsync(Token);
        engine.ToolFaults.Clear();
        Assert.Equal(
            "authority-paused",
            (await certificates.AskAsync(Actor.Panel, "shop", "shop.localhost", null, null, Token)).Problem?.Code
        );
        var asked = (await certificates.AskAsync(Actor.Panel, "shop", "shop.localhost", world.Id, null, Token)).Problem;
        Assert.Equal("no-authority", asked?.Code);

        // What somebody brings goes before, is nobody's to renew, and can be taken away again.
        await panel.Get<SealingKeys>().EnsureAsync(Token);
        var now = TimeProvider.System.GetUtcNow();
        var (certificate, key) = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(5), "shop.localhost");
        var brought = new UploadedCertificate(certificate + FakeAuthority.Only.Intermediate, key);
        Assert.Null((await certificates.UploadAsync(Actor.Panel, "shop", "shop.localhost", brought, Token)).Problem);
        await panel.RunAsync(Token);
        Assert.StartsWith(certificate, engine.Trust.Certificates["shop.localhost"], StringComparison.Ordinal);
        Assert.Equal(
            (CertificateState.RunningOut, CertificateSource.Uploaded),
            ((await FindAsync()).State, (await FindAsync()).Source!.Value)
        );
        Assert.Equal(
            "certificate-uploaded",
            (await certificates.AskAsync(Actor.Panel, "shop", "shop.localhost", null, null, Token)).Problem?.Code
        );
        Assert.Null((await certificates.ForgetAsync(Actor.Panel, "shop", "shop.localhost", Token)).Problem);
        await panel.RunAsync(Token);
        Assert.Equal(["panel.localhost"], engine.Trust.Certificates.Keys);

        async Task<CertificateView> FindAsync() => Assert.Single((await certificates.ListOfSiteAsync(Actor.Panel, "shop", Token)).Value);

        async Task<CertificateAuthorityView> AddAsync(string name, string? roots)
        {
            var command = new NewCertificateAuthority(name, Directory, "a@example.org", roots, IsDefault: false);
            return (await panel.Get<AuthorityService>().AddAsync(Actor.Panel, command, null, Token)).Value;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_many_names_only_so_many_are_asked_for_in_an_hour()
    {
        postgres.SkipWhenAbsent();
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var panel = new SimulatedWorker(database, _uploads.FullName, new MemoryEngine());
        await panel.Get<AcmeAccounts>().StartAsync(Token);
        await CreateAsync(panel, "many");
        await panel.RunAsync(Token);
        await using (var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO domains (id, site_id, host, is_primary, created_at)
                SELECT gen_random_uuid(), id, 'n' || n || '.example.org', false, now() FROM sites, generate_series(1, 100) AS n
                """,
                Token
            );
        }

        var command = new NewCertificateAuthority("World", Directory, "a@example.org", Roots: null, IsDefault: true);
        Assert.Null((await panel.Get<AuthorityService>().AddAsync(Actor.Panel, command, null, Token)).Problem);
        var scheduler = panel.Get<CertificateScheduler>();
        Assert.Equal(CertificateTimes.OrdersAnHour, (await scheduler.QueueAsync(Token)).Count);
        Assert.Empty(await scheduler.QueueAsync(Token));
        await panel.RunAsync(Token);
        Assert.Empty(await scheduler.QueueAsync(Token));
        await using (var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            await context.HostCertificates.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.TriedAt, row => row.TriedAt - TimeSpan.FromMinutes(61)),
                Token
            );
        }

        Assert.Equal(100 - CertificateTimes.OrdersAnHour, (await scheduler.QueueAsync(Token)).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_zones_servers_are_waited_for_wherever_they_can_be_seen_whoever_the_authority_is()
    {
        const string Host = "www.zone.example";
        postgres.SkipWhenAbsent();
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var engine = new MemoryEngine();
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var panel = new SimulatedWorker(database, _uploads.FullName, engine);
        await panel.Get<AcmeAccounts>().StartAsync(Token);
        await panel.Get<SealingKeys>().EnsureAsync(Token);
        await CreateAsync(panel, "shop");
        await panel.RunAsync(Token);
        await using (var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlAsync(
                $"INSERT INTO domains (id, site_id, host, is_primary, created_at) SELECT gen_random_uuid(), id, {Host}, false, now() FROM sites",
                Token
            );
        }

        var credentials = new Dictionary<string, string>(StringComparer.Ordinal) { ["HTTPREQ_ENDPOINT"] = "https://dns.example" };
        var account = new NewDnsAccount("httpreq", ["zone.example"], credentials);
        Assert.Null((await panel.Get<DnsAccountService>().AddAsync(Actor.Panel, account, null, Token)).Problem);
        var own = new NewCertificateAuthority("Own", Directory, "a@example.org", FakeAuthority.Only.Root, IsDefault: true);
        Assert.Null((await panel.Get<AuthorityService>().AddAsync(Actor.Panel, own, null, Token)).Problem);

        // First without anything of the zone's, then with its servers in sight.
        string[] seen = ["hp-acme", Directory, "a@example.org", "httpreq"];
        Assert.Equal([.. seen, "unseen"], await AskAsync());
        panel.Get<FakeDns>().Zones["zone.example"] = true;
        Assert.Equal(seen, await AskAsync());

        async Task<IReadOnlyList<string>> AskAsync()
        {
            var asked = await panel.Get<CertificateService>().AskAsync(Actor.Panel, "shop", Host, null, null, Token);
            Assert.Null(asked.Problem);
            await panel.RunAsync(Token);
            return engine.Commands.Last(command => command is ["hp-acme", ..]);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task An_authority_that_wants_to_know_whose_the_account_is_says_so_and_is_told()
    {
        postgres.SkipWhenAbsent();
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var engine = new MemoryEngine();
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var panel = new SimulatedWorker(database, _uploads.FullName, engine);
        var (authorities, scheduler) = (panel.Get<AuthorityService>(), panel.Get<CertificateScheduler>());
        await panel.Get<AcmeAccounts>().StartAsync(Token);
        await CreateAsync(panel, "shop");
        await panel.RunAsync(Token);
        var command = new NewCertificateAuthority("Own", FakeAuthority.Bound, "a@example.org", FakeAuthority.Only.Root, IsDefault: true);
        var right = new AccountBinding(FakeAuthority.KeyId, FakeAuthority.BindingKey);
        Assert.Equal(
            "worker-not-ready",
            (await authorities.AddAsync(Actor.Panel, command with { Binding = right }, null, Token)).Problem?.Code
        );
        var own = (await authorities.AddAsync(Actor.Panel, command, null, Token)).Value;
        Assert.Equal("worker-not-ready", (await authorities.SetBindingAsync(Actor.Panel, own.Id, right, Token)).Problem?.Code);
        await panel.Get<SealingKeys>().EnsureAsync(Token);

        // Told nothing it wants to know, told something else it does not believe it; whoever mends it need not wait.
        await AskAllAsync();
        Assert.Contains("Set key id and key", await TroubleAsync(AcmeProblems.BindingNeeded), StringComparison.Ordinal);
        Assert.Empty(await scheduler.QueueAsync(Token));
        Assert.Null((await authorities.SetBindingAsync(Actor.Panel, own.Id, right with { KeyId = "kid-2" }, Token)).Problem);
        await AskAllAsync();
        Assert.Contains("make a new one there", await TroubleAsync(AcmeProblems.BindingRefused), StringComparison.Ordinal);
        Assert.Null((await authorities.SetBindingAsync(Actor.Panel, own.Id, right, Token)).Problem);
        await AskAllAsync();
        Assert.Equal(CertificateState.Good, (await FindAsync()).State);
        Assert.DoesNotContain(engine.Secrets.Keys, name => name.Contains("acme", StringComparison.Ordinal));

        async Task AskAllAsync()
        {
            Assert.Equal(["panel.localhost", "shop.localhost"], (await scheduler.QueueAsync(Token)).Order());
            await panel.RunAsync(Token);
        }

        async Task<string> TroubleAsync(string code)
        {
            var found = await FindAsync();
            Assert.Equal((CertificateState.Failing, code), (found.State, found.ProblemCode));
            return found.Words;
        }

        async Task<CertificateView> FindAsync() =>
            Assert.Single((await panel.Get<CertificateService>().ListOfSiteAsync(Actor.Panel, "shop", Token)).Value);
    }

    private static async Task CreateAsync(SimulatedWorker panel, string slug)
    {
        var command = new CreateSite(slug, SiteLife.Organisation, "wordpress", "Shop", "a@example.org");
        Assert.Null((await panel.Get<SiteManager>().CreateAsync(Actor.Panel, command, null, Token)).Problem);
    }

    /// <summary>As if it had been got so long ago.</summary>
    private static async Task AgeAsync(SimulatedWorker panel, TimeSpan age)
    {
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);
        await context
            .HostCertificates.Where(row => row.Host == "shop.localhost")
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.NotBefore, row => row.NotBefore - age)
                        .SetProperty(row => row.NotAfter, row => row.NotAfter - age)
                        .SetProperty(row => row.TriedAt, row => row.TriedAt - age)
                        .SetProperty(row => row.NotBeforeAttempt, row => row.NotBeforeAttempt - age),
                Token
            );
    }
}
