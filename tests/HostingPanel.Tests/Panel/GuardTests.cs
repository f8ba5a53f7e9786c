namespace HostingPanel.Tests.Panel;

/// <summary>What sites are kept from of their machine, with a firewall that remembers what it was told.</summary>
public sealed class GuardTests : IDisposable
{
    /// <summary>-C finds a rule only after -I has set it.</summary>
    private const string Firewall = """
        rules=${BASH_SOURCE[0]%/*}/rules
        case $3 in
            -C) grep -qxF -e "${*:4}" "$rules" 2>/dev/null ;;
            -I) printf '%s\n' "${*:4}" >>"$rules" ;;
        esac
        """;

    private readonly PanelScript _panel = new();

    public void Dispose() => _panel.Dispose();

    [Fact]
    public async Task Rules_that_are_missing_are_named_and_set_once()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The firewall is root's.");
        _panel.Program("iptables", Firewall);
        var output = await _panel.FunctionsAsync("guard_problems; guard_ensure; guard_ensure; echo then; guard_problems");
        var lines = output.Lines.ToList();
        var then = lines.IndexOf("then");
        Assert.Equal(3, then);
        Assert.All(lines.Take(then), line => Assert.EndsWith("Run: ./panel up", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("169.254.0.0/16", StringComparison.Ordinal));
        Assert.Equal(then + 1, lines.Count);
        Assert.Empty(output.Error);
    }

    [Fact]
    public async Task A_firewall_that_can_not_be_set_is_told_and_stops_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The firewall is root's.");
        _panel.Program("iptables", "exit 4");
        var output = await _panel.FunctionsAsync("guard_ensure; echo on");
        Assert.Equal(["on"], output.Lines);
        Assert.Contains("3 firewall rules could not be set", output.Error, StringComparison.Ordinal);
    }
}
