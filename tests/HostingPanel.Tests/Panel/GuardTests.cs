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

    /// <summary>Remembers what is enabled.</summary>
    private const string Systemctl = """
        enabled=${BASH_SOURCE[0]%/*}/enabled
        case $1 in
            is-enabled) grep -qxF "$3" "$enabled" 2>/dev/null ;;
            enable) echo "$2" >"$enabled" ;;
            disable) rm -f "$enabled" ;;
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

    [Fact]
    public async Task Where_systemd_runs_a_unit_brings_them_back_and_goes_with_the_installation()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The firewall is root's.");
        _panel.Program("iptables", Firewall).Program("systemctl", Systemctl);
        var output = await _panel.FunctionsAsync(
            """
            mkdir "$GUARD_BOOTED"
            guard_ensure
            rm "$(dirname "$(command -v systemctl)")/enabled"
            echo disabled: $(guard_problems)
            guard_ensure
            echo changed >>"$GUARD_UNITS/$(guard_unit)"
            echo changed: $(guard_problems)
            guard_ensure
            echo well: $(guard_problems)
            PANEL_SCRATCH=1
            INST=other
            guard_ensure
            echo units: $(cd "$GUARD_UNITS" && ls hostingpanel-*)
            unset PANEL_SCRATCH
            INST=edge
            guard_unit_remove
            echo left: $(cd "$GUARD_UNITS" && ls hostingpanel-* 2>/dev/null)
            """
        );
        const string Lost = "the firewall rules would be lost when the machine is started again: hostingpanel-guard-edge.service";
        Assert.Empty(output.Error);
        Assert.StartsWith($"disabled: {Lost}", output.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"changed: {Lost}", output.Lines[1], StringComparison.Ordinal);
        Assert.Equal(["well:", "units: hostingpanel-guard-edge.service", "left:"], output.Lines.Skip(2));
    }

    [Fact]
    public async Task A_unit_that_can_not_be_installed_is_told_and_stops_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The firewall is root's.");
        _panel.Program("iptables", Firewall).Program("systemctl", "exit 1");
        var output = await _panel.FunctionsAsync("mkdir \"$GUARD_BOOTED\"; guard_ensure; echo on");
        Assert.Equal(["on"], output.Lines);
        Assert.Contains("hostingpanel-guard-edge.service could not be installed", output.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_unit_is_one_that_systemd_understands()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "There is no systemd-analyze on this machine.");
        var output = await _panel.FunctionsAsync(
            """guard_unit_text >"$GUARD_UNITS/$(guard_unit)"; systemd-analyze verify --man=no --recursive-errors=no "$GUARD_UNITS/$(guard_unit)" 2>&1"""
        );
        Assert.Equal((0, string.Empty), (output.Code, output.Out.Trim()));
    }

    [Fact]
    public async Task What_the_unit_runs_puts_the_rules_back_in_a_network_of_its_own()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The firewall is root's.");
        // Never in the machine's own: what follows flushes everything.
        var output = await _panel.FunctionsAsync(
            """
            own=$(readlink /proc/self/ns/net)
            export own
            guard_unit_text >unit
            declare -p GUARD_RULES >rules
            unshare --net bash -euo pipefail -c '
                [[ $(readlink /proc/self/ns/net) != "$own" ]]
                iptables -w 5 -N DOCKER-USER
                command=$(sed -n "s/^ExecStart=.bin.sh -c .\\(.*\\).$/\\1/p" unit)
                command=${command//\$\$/\$}
                source ./rules
                missing() { for rule in "${GUARD_RULES[@]}"; do iptables -w 5 -C $rule 2>/dev/null || echo missing; done; }
                missing
                /bin/sh -c "$command"; /bin/sh -c "$command"
                echo then; missing
                iptables -w 5 -F
                missing
                /bin/sh -c "$command"
                echo again; missing
                iptables -w 5 -S | grep -c REJECT
                iptables -w 5 -F; iptables -w 5 -X DOCKER-USER
                /bin/sh -c "$command" 2>/dev/null || echo told
            '
            """
        );
        Assert.Empty(output.Error);
        string[] missing = ["missing", "missing", "missing"];
        Assert.Equal([.. missing, "then", .. missing, "again", "2", "told"], output.Lines);
    }
}
