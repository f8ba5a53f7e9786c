using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Gateway;

public sealed class HaproxyGatewayTests : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly List<IDisposable> _owned = [];
    private FakeMaster? _master;

    public HaproxyGatewayTests()
    {
        _directory.CreateSubdirectory("certs");
        File.WriteAllText(PathOf("key"), Routes.Panel.GatewayKey + "\n");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Routes_are_written_and_the_master_is_told_once()
    {
        _master = new FakeMaster(_directory.FullName);
        var gateway = Gateway();

        await gateway.ApplyAsync([Routes.Serve], Token);
        await gateway.ApplyAsync([Routes.Serve], Token);

        Assert.Equal(1, _master.Reloads);
        Assert.Contains(Routes.Serve.Upstream, await ReadAsync("haproxy.cfg"), StringComparison.Ordinal);
        Assert.Equal(await ReadAsync("haproxy.cfg"), await ReadAsync("haproxy.cfg.good"));
        Assert.Single(Directory.GetFiles(_directory.FullName, "hosts-*.map"));
        Assert.Equal(["panel.pem", "site-food-bank.pem"], Directory.GetFiles(PathOf("certs")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_new_process_gets_the_servers_addresses_and_nobody_after_it()
    {
        _master = new FakeMaster(_directory.FullName);

        await Gateway().ApplyAsync([Routes.Serve], Token);

        Assert.Equal([true], _master.StateAtReload);
        Assert.False(File.Exists(PathOf("servers.state")));
    }

    [Fact]
    public async Task A_refusal_names_the_first_alert_without_keys_and_puts_the_last_good_configuration_back()
    {
        _master = new FakeMaster(_directory.FullName);
        var gateway = Gateway();
        await gateway.ApplyAsync([Routes.Serve], Token);
        var good = await ReadAsync("haproxy.cfg");
        _master.Objection = text =>
            text.Contains("maxconn 7\n", StringComparison.Ordinal)
                ? $"parsing [/gateway/haproxy.cfg:7] : what is '{Routes.Serve.GatewayKey}'?"
                : null;

        var error = await Assert.ThrowsAsync<PlatformException>(() =>
            gateway.ApplyAsync([Routes.Serve with { MaxConnections = 7 }], Token)
        );

        Assert.Equal("gateway-refused", error.Code);
        Assert.EndsWith(": config : parsing [/gateway/haproxy.cfg:7] : what is '…'?", error.Message, StringComparison.Ordinal);
        Assert.Equal(good, await ReadAsync("haproxy.cfg"));
        // The good one was loaded again: it runs, and applying it is nothing to do.
        Assert.Equal(3, _master.Reloads);
        await gateway.ApplyAsync([Routes.Serve], Token);
        Assert.Equal(3, _master.Reloads);
    }

    [Fact]
    public async Task The_first_configuration_of_all_when_refused_leaves_none()
    {
        _master = new FakeMaster(_directory.FullName) { Objection = static _ => "no" };

        await Assert.ThrowsAsync<PlatformException>(() => Gateway().ApplyAsync([Routes.Serve], Token));

        Assert.False(File.Exists(PathOf("haproxy.cfg")));
    }

    [Fact]
    public async Task A_master_that_goes_away_in_a_reload_is_asked_again()
    {
        _master = new FakeMaster(_directory.FullName) { ReloadsToDie = 1 };

        await Gateway().ApplyAsync([Routes.Serve], Token);

        Assert.Equal(2, _master.Reloads);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_named_and_its_files_wait_for_it()
    {
        var error = await Assert.ThrowsAsync<PlatformException>(() =>
            Gateway(TimeSpan.FromMilliseconds(300)).ApplyAsync([Routes.Serve], Token)
        );

        Assert.Equal("gateway-unreachable", error.Code);
        Assert.Contains(Routes.Serve.Upstream, await ReadAsync("haproxy.cfg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_for_routes_that_are_not_allowed()
    {
        await Assert.ThrowsAsync<PlatformException>(() => Gateway().ApplyAsync([Routes.Serve with { Slug = "../../etc/x" }], Token));

        Assert.Equal(["key"], Directory.GetFiles(_directory.FullName, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_holds_keys_is_not_for_everybody()
    {
        _master = new FakeMaster(_directory.FullName);

        await Gateway().ApplyAsync([Routes.Serve], Token);

        string[] names = ["haproxy.cfg", "haproxy.cfg.good", "certs/panel.pem", "certs/site-food-bank.pem"];
        Assert.All(
            names,
            name =>
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
                    new FileInfo(PathOf(name)).UnixFileMode
                )
        );
    }

    [Fact]
    public async Task The_certificate_of_a_removed_site_goes_with_it()
    {
        _master = new FakeMaster(_directory.FullName);
        var gateway = Gateway();
        await gateway.ApplyAsync([Routes.Serve, Routes.Starting], Token);

        await gateway.ApplyAsync([Routes.Starting], Token);

        Assert.Equal(["panel.pem", "site-shelter.pem"], Directory.GetFiles(PathOf("certs")).Select(Path.GetFileName).Order());
    }

    public async ValueTask DisposeAsync()
    {
        if (_master is not null)
        {
            await _master.DisposeAsync();
        }

        _owned.ForEach(owned => owned.Dispose());
        _directory.Delete(recursive: true);
    }

    private HaproxyGateway Gateway(TimeSpan? patience = null)
    {
        var options = Options.Create(
            new GatewayOptions
            {
                Directory = _directory.FullName,
                KeyFile = PathOf("key"),
                Patience = patience ?? TimeSpan.FromSeconds(20),
            }
        );
        var panel = Options.Create(new PanelOptions { PanelDomain = Routes.Panel.Host });
        var files = new GatewayFiles(options);
        var probe = new SiteProbe(options, panel);
        var gateway = new HaproxyGateway(
            files,
            new ServedCertificates(files, new SelfSignedCertificates(files, TimeProvider.System)),
            new MasterSocket(files),
            probe,
            TimeProvider.System,
            options,
            panel,
            NullLogger<HaproxyGateway>.Instance
        );
        _owned.AddRange([probe, gateway]);
        return gateway;
    }

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(PathOf(name), Token);
}
