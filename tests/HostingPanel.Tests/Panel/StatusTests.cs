using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HostingPanel.Tests.Panel;

/// <summary>What <c>./panel status</c>, <c>doctor</c> and <c>logs</c> say of an installation, seen through a docker and a gateway of the test's.</summary>
public sealed class StatusTests : IDisposable
{
    private const string Degraded = """
        {"status":"degraded","checks":[{"name":"database","ok":true,"message":null},{"name":"schema","ok":true,"message":null},{"name":"worker","ok":false,"message":"The worker last looked for work 90 seconds ago."}]}
        """;

    private readonly PanelScript _panel = new();
    private readonly TcpListener _gateway = new(IPAddress.Loopback, 0);

    public StatusTests()
    {
        _gateway.Start();
        var port = ((IPEndPoint)_gateway.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        _panel.Environment["HTTP_PORT"] = port;
        _panel
            .Docker("service inspect edge_*", "hostingpanel/some:tag")
            .Docker("service inspect edge_gateway --format {{range*", $"hp.setting.HTTP_PORT={port}")
            .Docker("service ps edge_*", "Running 2 hours ago")
            .Docker(
                "service ls --filter label=hp.installation=edge --format {{.Name}}",
                "edge_gateway\nedge_web\nedge_worker\nedge_postgres"
            )
            .Docker("service ls*label=hp.site*", "edge-food-web 1/1\nedge-food-db 1/1")
            .Docker("info*LocalNodeState*", "active")
            .Docker("info*ControlAvailable*", "true")
            .Docker("node inspect self*", "hostingpanel");
    }

    public void Dispose()
    {
        _gateway.Dispose();
        _panel.Dispose();
    }

    [Fact]
    public async Task Status_says_what_runs_and_where_the_panel_answers()
    {
        var output = await AnswerAsync(200, """{"status":"ok","checks":[]}""", "status");
        Assert.Equal(0, output.Code);
        Assert.Contains("  sites      2 of 2 services run", output.Lines);
        Assert.Equal($"The panel answers at http://panel.localhost:{_panel.Environment["HTTP_PORT"]}", output.Lines[^1]);
    }

    [Theory]
    [InlineData("", "  sites      none yet")]
    [InlineData(
        "a 1/1\nb 0/1\nc 0/0",
        "  sites      1 of 2 services run; b should run and does not; 1 more are stopped, as they should be"
    )]
    public async Task Status_names_the_services_of_sites_that_should_run_and_do_not(string services, string line)
    {
        _panel.Docker("service ls*label=hp.site*", services);
        Assert.Contains(line, (await AnswerAsync(200, "{}", "status")).Lines);
    }

    [Fact]
    public async Task A_panel_that_is_not_ready_is_told_in_its_own_words()
    {
        var status = await AnswerAsync(503, Degraded, "status");
        Assert.Equal(1, status.Code);
        Assert.Contains("but is not ready: The worker last looked for work 90 seconds ago.", status.Lines[^1], StringComparison.Ordinal);

        var doctor = await AnswerAsync(503, Degraded, "doctor");
        Assert.Contains(
            doctor.Lines,
            line => line.Contains("The worker last looked for work 90 seconds ago. See: ./panel logs worker", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_panel_that_was_stopped_is_not_called_broken_in_six_ways()
    {
        _panel.Docker("service ls --filter label=hp.installation=edge --format {{.Name}}", "edge_gateway\nedge-food-web\nedge-food-db");
        var status = await _panel.RunAsync("status");
        Assert.Equal((1, "The panel is stopped; the sites run without it. ./panel up starts it."), (status.Code, status.Lines[^1]));
        var doctor = await _panel.RunAsync("doctor");
        Assert.Equal(1, doctor.Code);
        Assert.Single(doctor.Lines, line => line.Contains("the panel is stopped", StringComparison.Ordinal));
        Assert.DoesNotContain("does not run", doctor.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("is not there", doctor.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logs_of_a_service_that_is_not_there_are_an_error()
    {
        _panel.Docker("service inspect edge_web*", string.Empty, code: 1);
        var output = await _panel.RunAsync("logs", "web");
        Assert.Equal((1, string.Empty), (output.Code, output.Out));
        Assert.Contains("web does not run", output.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("doctor")]
    [InlineData("down")]
    public async Task Where_no_installation_is_every_command_says_so_and_changes_nothing(string command)
    {
        _panel.Docker("service inspect*", string.Empty, code: 1);
        var output = await _panel.RunAsync(command);
        Assert.Matches(
            "(There is no installation \"edge\"|there is none by the name edge|does not run; nothing to stop)",
            output.Out + output.Error
        );
        Assert.Empty(_panel.Changes);
    }

    /// <summary>Runs a command while the gateway answers so.</summary>
    private async Task<PanelOutput> AnswerAsync(int status, string body, string command)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var serving = ServeAsync($"HTTP/1.0 {status} X\r\nContent-Type: application/json\r\n\r\n{body}", over.Token);
        try
        {
            return await _panel.RunAsync(command);
        }
        finally
        {
            await over.CancelAsync();
            await serving;
        }
    }

    private async Task ServeAsync(string answer, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await _gateway.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
                {
                    // The head of the request.
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }
}
