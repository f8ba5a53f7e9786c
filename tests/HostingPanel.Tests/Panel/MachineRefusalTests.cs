using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HostingPanel.Tests.Panel;

/// <summary>What <c>./panel up</c> refuses of a machine: with its own message each, all at once, and before anything is made.</summary>
public sealed class MachineRefusalTests : IDisposable
{
    private readonly PanelScript _panel = new();

    public void Dispose() => _panel.Dispose();

    [Fact]
    public async Task A_port_that_a_program_has_is_named_with_the_program_and_one_that_is_free()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = Use("HTTP_PORT", listener);
        var refusal = await RefusedAsync();
        Assert.Contains($"Port {port} is in use by ", refusal, StringComparison.Ordinal);
        Assert.Contains($"(process {Environment.ProcessId})", refusal, StringComparison.Ordinal);
        Assert.Matches($"choose another: HTTP_PORT=8[0-9]{{3}} ./panel up", refusal);
    }

    [Fact]
    public async Task A_port_that_a_container_has_is_named_with_the_container()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Start();
        var port = Use("HTTPS_PORT", listener);
        _panel.Docker($"ps --filter publish={port}*", "somebodys-proxy");
        var refusal = await RefusedAsync();
        Assert.Contains($"Port {port} is in use by the container somebodys-proxy.", refusal, StringComparison.Ordinal);
        Assert.Contains("HTTPS_PORT=", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_of_another_installation_that_is_stopped_just_now_is_refused_too()
    {
        _panel.Docker($"service ls --filter label=hp.setting.HTTP_PORT={_panel.Environment["HTTP_PORT"]}*", "hp_gateway");
        var refusal = await RefusedAsync();
        Assert.Contains($"Port {_panel.Environment["HTTP_PORT"]} belongs to the service hp_gateway.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ports_that_this_installation_has_already_are_no_problem()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = Use("HTTP_PORT", listener);
        _panel.Docker("service inspect edge_gateway*", $"hp.setting.HTTP_PORT={port}");
        var output = await _panel.FunctionsAsync("settings_load; ports_problems");
        Assert.Equal((0, string.Empty), (output.Code, output.Out));
    }

    [Theory]
    [InlineData("1.40", true)]
    [InlineData("1.9", true)]
    [InlineData("1.41", false)]
    [InlineData("1.52", false)]
    public async Task An_engine_too_old_is_refused_with_what_it_speaks_and_what_is_needed(string api, bool refused)
    {
        _panel.Docker("version*APIVersion*", api);
        if (refused)
        {
            var refusal = await RefusedAsync();
            Assert.Contains($"speaks API {api}; HostingPanel needs 1.41 (Docker 20.10) or newer", refusal, StringComparison.Ordinal);
        }
        else
        {
            Assert.DoesNotContain("speaks API", (await _panel.FunctionsAsync("engine_problems")).Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("info*OSType*", "windows", "runs no Linux containers")]
    [InlineData("info*LiveRestoreEnabled*", "true", "live-restore is on")]
    public async Task An_engine_that_can_not_run_a_swarm_for_us_is_refused(string call, string answer, string words)
    {
        _panel.Docker(call, answer);
        Assert.Contains(words, await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_disk_space_is_refused_in_numbers_and_once_for_a_disk()
    {
        _panel.Program("df", "printf 'Filesystem 1M Used Available Capacity Mounted\\n/dev/vda 9000 8700 300 97%% /\\n'");
        _panel.Docker("info*DockerRootDir*", "/var/lib/docker");
        var refusal = await RefusedAsync();
        var line = Assert.Single(refusal.Split('\n'), line => line.Contains("MB are free", StringComparison.Ordinal));
        Assert.Matches("Only 300 MB are free for /var/lib/docker; at least (1000|6000) MB are needed\\. Make room", line);
    }

    [Fact]
    public async Task Each_disk_that_is_too_full_is_named()
    {
        _panel.Program("df", "printf 'Filesystem 1M Used Available Capacity Mounted\\n/dev/vda 9000 8700 300 97%% %s\\n' \"${@: -1}\"");
        _panel.Docker("info*DockerRootDir*", "/var");
        var output = await _panel.FunctionsAsync("disk_problems 6000");
        Assert.Equal(3, output.Lines.Count);
        Assert.Contains("for /var; at least 6000 MB", output.Lines[0], StringComparison.Ordinal);
        Assert.Contains($"for {Repository.Root}; at least 1000 MB", output.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_swarm_that_belongs_to_somebody_else_is_refused_with_what_runs_in_it()
    {
        Foreign();
        var refusal = await RefusedAsync();
        Assert.Contains("This swarm belongs to somebody else: it runs shop_web shop_db.", refusal, StringComparison.Ordinal);
        Assert.Contains("PANEL_SHARE_SWARM=1", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PANEL_SHARE_SWARM", "1", "")]
    [InlineData("X", "", "hostingpanel")]
    public async Task A_swarm_that_may_be_shared_or_is_marked_as_ours_is_taken(string variable, string value, string mark)
    {
        Foreign();
        _panel.Environment[variable] = value;
        _panel.Docker("node inspect self*", mark);
        Assert.Empty((await _panel.FunctionsAsync("swarm_problems")).Out);
    }

    [Fact]
    public async Task A_swarm_with_nothing_but_installations_of_ours_is_taken()
    {
        Foreign();
        _panel.Docker("service inspect*", "hp_web hp.installation com.docker.stack.namespace \nhp-demo-db hp.site hp.service ");
        Assert.Empty((await _panel.FunctionsAsync("swarm_problems")).Out);
    }

    [Theory]
    [InlineData("active", "false", "worker in a swarm", "docker swarm leave")]
    [InlineData("locked", "false", "is locked", "docker swarm unlock")]
    [InlineData("error", "false", "not usable (state error)", "not usable")]
    public async Task A_swarm_that_can_not_be_managed_from_here_is_refused(string state, string control, string words, string mend)
    {
        _panel.Docker("info*LocalNodeState*", state).Docker("info*ControlAvailable*", control);
        var refusal = await RefusedAsync();
        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Assert.Contains(mend, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_by_the_whole_command()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        Use("HTTP_PORT", listener);
        Foreign();
        _panel.Docker("version*APIVersion*", "1.30");
        _panel.Program("df", "printf 'Filesystem 1M Used Available Capacity Mounted\\n/dev/vda 9000 8700 300 97%% /\\n'");
        var refusal = await RefusedAsync(_panel.RunAsync("up", "--demo"));
        foreach (var words in (string[])["speaks API 1.30", "is in use by", "MB are free", "belongs to somebody else"])
        {
            Assert.Contains(words, refusal, StringComparison.Ordinal);
        }
    }

    /// <summary>Runs what <c>./panel up</c> begins with, which must refuse without having changed anything.</summary>
    private Task<string> RefusedAsync() => RefusedAsync(_panel.FunctionsAsync("settings_load; up_preflight 1"));

    private async Task<string> RefusedAsync(Task<PanelOutput> run)
    {
        var output = await run;
        Assert.Equal(1, output.Code);
        Assert.StartsWith("error: Nothing was changed, because:\n", output.Error, StringComparison.Ordinal);
        Assert.Empty(output.Out);
        Assert.Empty(_panel.Changes);
        return output.Error;
    }

    private void Foreign() =>
        _panel
            .Docker("info*LocalNodeState*", "active")
            .Docker("info*ControlAvailable*", "true")
            .Docker("info*SubnetSize*", "27")
            .Docker("node inspect self*", string.Empty)
            .Docker("service ls --format*", "aaaa\nbbbb")
            .Docker(
                "service inspect*aaaa bbbb",
                "shop_web com.docker.stack.image com.docker.stack.namespace \nshop_db com.docker.stack.image "
            );

    private string Use(string setting, TcpListener listener) =>
        _panel.Environment[setting] = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
