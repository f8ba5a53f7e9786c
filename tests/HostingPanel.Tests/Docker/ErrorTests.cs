using System.Net;
using HostingPanel.Docker;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Tests.Docker;

public sealed class ErrorTests
{
    private const string Service = "/v1.41/services/x";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(404, "service x not found", typeof(DockerNotFoundException))]
    [InlineData(409, "rpc error: code = AlreadyExists desc = name conflicts with an existing object", typeof(DockerConflictException))]
    [InlineData(500, "rpc error: code = Unknown desc = update out of sequence", typeof(UpdateOutOfSequenceException))]
    [InlineData(503, "This node is not a swarm manager. Use \\\"docker swarm init\\\"", typeof(NotInSwarmException))]
    [InlineData(503, "This node is not part of a swarm", typeof(NotInSwarmException))]
    [InlineData(503, "This node is already part of a swarm. Use \\\"docker swarm leave\\\"", typeof(DockerConflictException))]
    [InlineData(409, "remove v: volume is in use - [abc]", typeof(DockerInUseException))]
    [InlineData(400, "rpc error: desc = secret 's' is in use by the following service: x", typeof(DockerInUseException))]
    [InlineData(403, "error while removing network: network n has active endpoints", typeof(DockerInUseException))]
    [InlineData(500, "something else", typeof(DockerApiException))]
    [InlineData(418, "tea", typeof(DockerApiException))]
    public async Task A_refusal_has_its_own_type_the_status_and_the_engines_words(int status, string message, Type expected)
    {
        await using var fake = new FakeEngine();
        fake.OnJson($"GET {Service}", $$"""{"message":"{{message}}"}""", status);
        await using var client = fake.Client();

        var refusal = await Assert.ThrowsAnyAsync<DockerApiException>(() => client.Services.InspectAsync("x", Token));

        Assert.Equal(expected, refusal.GetType());
        Assert.Equal((HttpStatusCode)status, refusal.Status);
        Assert.Equal(message.Replace("\\", "", StringComparison.Ordinal), refusal.Message);
    }

    [Theory]
    [InlineData("plain text\n", "plain text")]
    [InlineData("", "The Docker engine answered 502 without a message.")]
    [InlineData("{\"message\":", "{\"message\":")]
    [InlineData("<html>\u0000</html>", "<html>\u0000</html>")]
    public async Task A_refusal_that_is_not_the_engines_json_keeps_its_text(string body, string message)
    {
        await using var fake = new FakeEngine();
        fake.OnJson($"GET {Service}", body, status: 502);
        await using var client = fake.Client();

        var refusal = await Assert.ThrowsAsync<DockerApiException>(() => client.Services.InspectAsync("x", Token));

        Assert.Equal(message, refusal.Message);
    }

    [Fact]
    public async Task A_refusal_whose_body_was_cut_off_still_has_its_type()
    {
        await using var fake = new FakeEngine();
        fake.On(
            $"GET {Service}",
            async call =>
            {
                await call.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n{\"mess");
                call.Close();
            }
        );
        await using var client = fake.Client();

        await Assert.ThrowsAsync<DockerNotFoundException>(() => client.Services.InspectAsync("x", Token));
    }

    [Fact]
    public async Task An_endless_refusal_is_not_read_to_its_end()
    {
        await using var fake = new FakeEngine();
        fake.On(
            $"GET {Service}",
            async call =>
            {
                call.Close();
                await call.WriteAsync("HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (true)
                {
                    await call.ChunkAsync(new string('x', 16 * 1024));
                }
            }
        );
        await using var client = fake.Client();

        var refusal = await Assert.ThrowsAsync<DockerApiException>(() => client.Services.InspectAsync("x", Token));

        Assert.Equal(4096, refusal.Message.Length);
    }

    [Fact]
    public async Task No_engine_at_the_socket_is_unavailable_and_nothing_was_done()
    {
        await using var client = new DockerClient(new DockerClientOptions { Endpoint = new Uri("unix:///nowhere/docker.sock") });

        var failure = await Assert.ThrowsAsync<EngineUnavailableException>(() => client.System.InfoAsync(Token));

        Assert.Null(failure.Status);
        Assert.Contains("unix:///nowhere/docker.sock", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ID\":\"x\"")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"ID\":\"x\"")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("")]
    public async Task An_answer_that_breaks_off_is_a_lost_connection(string answer)
    {
        await using var fake = new FakeEngine();
        fake.On(
            $"GET {Service}",
            async call =>
            {
                await call.WriteAsync(answer);
                call.Close();
            }
        );
        await using var client = fake.Client();

        await Assert.ThrowsAsync<EngineConnectionLostException>(() => client.Services.InspectAsync("x", Token));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"ID\":5}")]
    [InlineData("{}")]
    [InlineData("OK")]
    public async Task An_answer_that_is_not_what_it_should_be_is_an_error_of_the_engine(string answer)
    {
        await using var fake = new FakeEngine();
        fake.OnJson($"GET {Service}", answer);
        await using var client = fake.Client();

        await Assert.ThrowsAsync<DockerApiException>(() => client.Services.InspectAsync("x", Token));
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_in_time_is_a_lost_connection()
    {
        await using var fake = new FakeEngine();
        var clock = new FakeTimeProvider();
        fake.On(
            $"GET {Service}",
            call =>
            {
                clock.Advance(TimeSpan.FromSeconds(31));
                return call.WaitForHangUpAsync();
            }
        );
        await using var client = fake.Client(options => options with { TimeProvider = clock, RequestTimeout = TimeSpan.FromSeconds(30) });

        var failure = await Assert.ThrowsAsync<EngineConnectionLostException>(() => client.Services.InspectAsync("x", Token));

        Assert.Contains("00:00:30", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_waits_is_not_cut_short_by_the_time_limit()
    {
        await using var fake = new FakeEngine();
        var clock = new FakeTimeProvider();
        fake.On(
            "POST /v1.41/containers/x/wait",
            call =>
            {
                clock.Advance(TimeSpan.FromDays(1));
                return call.AnswerAsync(200, """{"StatusCode":137}""");
            }
        );
        await using var client = fake.Client(options => options with { TimeProvider = clock });

        Assert.Equal(137, (await client.Containers.WaitAsync("x", WaitCondition.NotRunning, Token)).StatusCode);
    }

    [Fact]
    public async Task A_cancelled_call_hangs_up_and_says_cancelled()
    {
        await using var fake = new FakeEngine();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var hungUp = new TaskCompletionSource();
        fake.On(
            $"GET {Service}",
            async call =>
            {
                await cancel.CancelAsync();
                await call.WaitForHangUpAsync();
                hungUp.SetResult();
            }
        );
        await using var client = fake.Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Services.InspectAsync("x", cancel.Token));
        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }
}
