namespace HostingPanel.Tests.Panel;

/// <summary><c>./panel recovery-kit</c> and <c>recover</c>: what they refuse, what they write, and what they never show.</summary>
public sealed class RecoveryTests : IDisposable
{
    private const string End = "-----END HOSTINGPANEL RECOVERY KIT-----";
    private const string Secret = "c2VjcmV0LW9mLXRoZS1raXQ=";
    private readonly PanelScript _panel = new();
    private readonly string _file;

    public RecoveryTests()
    {
        _file = Path.Combine(_panel.Environment["TMPDIR"], "kit.txt");
        _panel.Environment["PANEL_KIT_PASSPHRASE"] = "canary-word";
        _panel
            .Docker("service inspect edge_gateway*", $"hp.setting.HTTP_PORT={_panel.Environment["HTTP_PORT"]}")
            .Docker("ps*com.docker.swarm.service.name=edge_worker*", "worker-container")
            .Docker("info*LocalNodeState*", "active")
            .Docker("info*ControlAvailable*", "true")
            .Docker("node inspect self*", "hostingpanel");
    }

    public void Dispose() => _panel.Dispose();

    [Fact]
    public async Task A_kit_is_written_for_its_owner_alone_and_neither_it_nor_its_passphrase_is_shown()
    {
        _panel.Docker("exec --interactive worker-container*recovery-kit*", $"words\n{Secret}\n{End}");
        var output = await _panel.RunAsync("recovery-kit", _file);
        Assert.True(output.Code == 0, output.Error);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file));
        Assert.Equal($"words\n{Secret}\n{End}\n", await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Secret, output.Out + output.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_panel.Calls, call => call.Contains("canary-word", StringComparison.Ordinal));
        Assert.Contains(_panel.Calls, call => call.Contains("PANEL_DOMAIN=panel.localhost", StringComparison.Ordinal));
        Assert.DoesNotContain("not closed with a passphrase", output.Error, StringComparison.Ordinal);

        _panel.Environment["PANEL_KIT_PASSPHRASE"] = string.Empty;
        Assert.Contains("has every key", (await _panel.RunAsync("recovery-kit", _file)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_cut_off_takes_the_place_of_no_other()
    {
        await File.WriteAllTextAsync(_file, "the old one", TestContext.Current.CancellationToken);
        _panel.Docker("exec*recovery-kit*", "words");
        var output = await _panel.RunAsync("recovery-kit", _file);
        Assert.Equal(1, output.Code);
        Assert.Contains("cut off", output.Error, StringComparison.Ordinal);
        Assert.Equal("the old one", await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken));
        Assert.Equal([_file], Directory.EnumerateFiles(Path.GetDirectoryName(_file)!, "kit*"));
    }

    [Theory]
    [InlineData("PANEL_INSTALLATION=other", "", "can't have another name")]
    [InlineData("PANEL_INSTALLATION=edge\nHTTP_PORT=$(id)", "", "a setting that is none")]
    [InlineData(
        "PANEL_INSTALLATION=edge",
        "the secret edge-master-key",
        "There is something of an installation \"edge\" on this machine already: the secret"
    )]
    public async Task Recovering_refuses_what_would_meet_something_and_changes_nothing(string settings, string secrets, string why)
    {
        await File.WriteAllTextAsync(_file, "a kit", TestContext.Current.CancellationToken);
        _panel
            .Docker("run*read-kit settings", settings)
            .Docker("secret ls*the secret*", secrets)
            .Docker("volume inspect*", string.Empty, code: 1);
        var output = await _panel.RunAsync("recover", _file);
        Assert.Equal(1, output.Code);
        Assert.Contains(why, output.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            _panel.Calls,
            call =>
                call.StartsWith("secret create", StringComparison.Ordinal)
                || call.StartsWith("stack deploy", StringComparison.Ordinal)
                || call.StartsWith("volume create", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(_panel.Calls, call => call.Contains("canary-word", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("all", 0)]
    [InlineData("shop,food-bank", 1)]
    public async Task Sites_that_are_not_back_can_be_asked_for_again(string which, int code)
    {
        _panel.Docker($"exec worker-container*restore-sites {which}", "  shop: is back (0:01:10)", code);
        var output = await _panel.RunAsync("recover", "--sites", which);
        Assert.Equal(code, output.Code);
        Assert.Contains("shop: is back", output.Out, StringComparison.Ordinal);
        Assert.Equal(code == 1, output.Error.Contains($"./panel recover --sites {which}", StringComparison.Ordinal));
        Assert.Contains("--sites needs", (await _panel.RunAsync("recover", "--sites", "$(id)")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kit_that_is_not_there_is_told_before_anything_is_asked_or_done()
    {
        Assert.Contains("can't be read", (await _panel.RunAsync("recover", _file)).Error, StringComparison.Ordinal);
        Assert.Contains("Say which file", (await _panel.RunAsync("recover")).Error, StringComparison.Ordinal);
        Assert.Empty(_panel.Calls);
    }

    [Fact]
    public async Task Status_says_when_the_panel_was_last_backed_up()
    {
        _panel.Docker(
            "exec worker-container*panel-backup state*",
            "fine: the panel itself was last backed up today\nwrong: there is no recovery kit"
        );
        var output = await _panel.FunctionsAsync("""source "$LIB/recovery.sh"; source "$LIB/status.sh"; status_backups""");
        Assert.Equal(["the panel itself was last backed up today", "there is no recovery kit"], output.Lines);
    }
}
