namespace HostingPanel.Tests.Panel;

/// <summary>What <c>./panel</c> says to those who ask for something that it does not have.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly PanelScript _panel = new();

    public void Dispose() => _panel.Dispose();

    [Theory]
    [InlineData("PANEL_DOMAIN", "Panel.Example", "a host name in lower case")]
    [InlineData("PANEL_DOMAIN", "panel.example:8080", "a host name in lower case")]
    [InlineData("PANEL_DOMAIN", "localhost", "needs a host name of its own")]
    [InlineData("SITES_DOMAIN", "-x", "a host name in lower case")]
    [InlineData("SITES_DOMAIN", "a b;id", "a host name in lower case")]
    [InlineData("HTTP_PORT", "0", "from 1 to 65535")]
    [InlineData("HTTP_PORT", "65536", "from 1 to 65535")]
    [InlineData("HTTPS_PORT", "https", "from 1 to 65535")]
    [InlineData("HTTPS_PORT", "08443", "from 1 to 65535")]
    [InlineData("FRONT_SUBNET", "10.96.0.1/20", "an IPv4 range")]
    [InlineData("SITE_SUBNETS", "fd00::/8", "an IPv4 range")]
    [InlineData("SITE_SUBNETS", "10.64.0.0/12", "overlap")]
    [InlineData("PUBLIC_SCHEME", "ftp", "http or https was expected")]
    [InlineData("DRILL_SCREENSHOTS", "1", "yes or no was expected")]
    [InlineData("PUBLIC_ADDRESSES", "my.example.org", "addresses with commas between")]
    [InlineData("PANEL_OTLP_ENDPOINT", "collector:4318", "http or https address")]
    [InlineData("PANEL_OTLP_ENDPOINT", "http://me:word@collector:4318", "http or https address")]
    [InlineData("PANEL_INSTALLATION", "Edge", "2 to 10 lower-case letters")]
    [InlineData("PANEL_INSTALLATION", "edge;id", "2 to 10 lower-case letters")]
    [InlineData("PANEL_INSTALLATION", "hpt12345", "are the tests'")]
    public async Task A_setting_that_can_not_be_is_named_with_what_was_expected(string name, string value, string expected)
    {
        _panel.Environment[name] = value;
        var output = await _panel.FunctionsAsync("settings_load");
        _panel.Environment["PANEL_INSTALLATION"] = "edge";
        Assert.Equal(1, output.Code);
        Assert.StartsWith("error: ", output.Error, StringComparison.Ordinal);
        Assert.Contains(name, output.Error, StringComparison.Ordinal);
        Assert.Contains(expected, output.Error, StringComparison.Ordinal);
        Assert.Empty(_panel.Changes);
    }

    [Fact]
    public async Task The_two_ports_must_differ()
    {
        _panel.Environment["HTTPS_PORT"] = _panel.Environment["HTTP_PORT"];
        Assert.Contains("they must differ", (await _panel.FunctionsAsync("settings_load")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("destroy")]
    [InlineData("up", "--dmeo")]
    [InlineData("down", "now")]
    [InlineData("down", "--delete-everything")]
    [InlineData("down", "--delete-everything", "another")]
    [InlineData("status", "--verbose")]
    [InlineData("doctor", "--fix")]
    [InlineData("test", "--slow")]
    [InlineData("logs", "database")]
    [InlineData("logs", "-x")]
    [InlineData("access-link")]
    [InlineData("access-link", "a@example.org", "--all")]
    [InlineData("token")]
    [InlineData("token", "delete")]
    [InlineData("token", "create", "--name")]
    [InlineData("token", "create", "--expires-in-days", "soon")]
    [InlineData("token", "create", "--expires-in-days", "0")]
    [InlineData("token", "create", "--expires-in-days", "99999999999")]
    [InlineData("token", "create", "mine")]
    [InlineData("dev", "--port")]
    [InlineData("bench")]
    [InlineData("bench", "speed")]
    [InlineData("help", "destroy")]
    public async Task What_it_does_not_know_is_refused_before_anything_is_done(params string[] arguments)
    {
        var output = await _panel.RunAsync(arguments);
        Assert.Equal(1, output.Code);
        Assert.StartsWith("error: ", output.Error, StringComparison.Ordinal);
        Assert.Empty(output.Out);
        Assert.Empty(_panel.Changes);
    }

    [Fact]
    public async Task The_benchmarks_are_those_of_the_help()
    {
        var names = (await _panel.FunctionsAsync("source \"$LIB/bench.sh\"; bench_names")).Lines;
        Assert.Contains("provision", names);
        var help = (await _panel.RunAsync("help", "bench")).Lines;
        Assert.All(names, name => Assert.Contains(help, line => line.StartsWith($"  {name} ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("up")]
    [InlineData("down")]
    [InlineData("status")]
    [InlineData("doctor")]
    [InlineData("token")]
    [InlineData("access-link")]
    [InlineData("logs")]
    [InlineData("test")]
    [InlineData("bench")]
    [InlineData("dev")]
    public async Task Every_command_explains_itself_and_the_list_names_it(string command)
    {
        foreach (
            var arguments in (string[][])
                [
                    [command, "--help"],
                    [command, "-h"],
                    ["help", command],
                ]
        )
        {
            var output = await _panel.RunAsync(arguments);
            Assert.Equal((0, string.Empty), (output.Code, output.Error));
            Assert.StartsWith($"usage: ./panel {command}", output.Out, StringComparison.Ordinal);
        }

        Assert.Contains((await _panel.RunAsync("help")).Lines, line => line.StartsWith($"  {command}", StringComparison.Ordinal));
        Assert.Empty(_panel.Calls);
    }
}
