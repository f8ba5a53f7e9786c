using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Tests.Docker;

public sealed class StreamingCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_may_be_cut_anywhere_and_come_several_at_once()
    {
        var text =
            """{"Type":"service","Action":"create","Actor":{"ID":"s1","Attributes":{"name":"ä"}},"scope":"swarm","timeNano":1500000000}"""
            + "\n\n"
            + """{"Type":"volume","Action":"destroy","Actor":{"ID":"v","Attributes":null},"new field":[{}]}"""
            + "\n";
        var bytes = Encoding.UTF8.GetBytes(text);
        await using var fake = new FakeEngine();
        var step = 0;
        fake.On(
            "GET /v1.41/events",
            async call =>
            {
                await call.BeginChunkedAsync();
                foreach (var piece in bytes.Chunk(step))
                {
                    await call.ChunkAsync(piece);
                }

                await call.EndChunkedAsync();
            }
        );
        await using var client = fake.Client();
        for (step = 1; step <= bytes.Length; step += 7)
        {
            var events = new List<EventMessage>();

            await Assert.ThrowsAsync<EngineConnectionLostException>(() =>
                ReadAsync(client.System.EventsAsync(filters: null, since: null, until: null, Token), events)
            );

            Assert.Equal(["create", "destroy"], events.Select(message => message.Action));
            Assert.Equal("ä", events[0].Actor.Attributes["name"]);
            Assert.Empty(events[1].Actor.Attributes);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1.5), events[0].Time);
        }
    }

    [Fact]
    public async Task Events_with_an_end_end_without_an_error()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("GET /v1.41/events", """{"Type":"node"}""");
        await using var client = fake.Client();
        var filters = Filters.Label("hp.site", "x") & Filters.Type("service", "volume");
        var time = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var events = new List<EventMessage>();

        await ReadAsync(client.System.EventsAsync(filters, time, time.AddSeconds(1), Token), events);

        Assert.Equal("node", Assert.Single(events).Type);
        Assert.Equal(
            ["since=1714979289.000000000", "until=1714979290.000000000", """filters={"label":["hp.site=x"],"type":["service","volume"]}"""],
            fake.SingleCall().Query
        );
    }

    [Fact]
    public async Task A_build_sends_the_context_and_answers_its_news()
    {
        await using var fake = new FakeEngine();
        fake.On(
            "POST /v1.41/build",
            async call =>
            {
                await call.ReadBodyAsync();
                await call.BeginChunkedAsync();
                await call.ChunkAsync(
                    "{\"stream\":\"Step 1/1 : FROM x\\n\"}\r\n{\"status\":\"Pulling\",\"id\":\"l\",\"progressDetail\":{\"current\":1,"
                );
                await call.ChunkAsync("\"total\":2}}\r\n{\"aux\":{\"ID\":\"sha256:abc\"}}\r\n");
                await call.EndChunkedAsync();
            }
        );
        await using var client = fake.Client();
        var build = new ImageBuildRequest
        {
            Tags = ["hpt/a:1", "hpt/a:2"],
            Dockerfile = "x/Dockerfile",
            BuildArgs = new Dictionary<string, string> { ["A"] = "1 & \"2\"" },
            Labels = new Dictionary<string, string> { ["l"] = "v" },
            RegistryConfig = new Dictionary<string, RegistryAuth> { ["r:5000"] = new() { Username = "u" } },
        };
        var messages = new List<BuildMessage>();

        await ReadAsync(client.Images.BuildAsync(build, new MemoryStream("tar"u8.ToArray()), Token), messages);

        Assert.Equal("sha256:abc", messages[^1].Result?.Id);
        Assert.Equal(2, messages[1].Progress?.Total);
        var call = fake.SingleCall();
        Assert.Equal("tar", call.Body);
        Assert.Equal("application/x-tar", call.Headers["Content-Type"]);
        Assert.Contains("t=hpt/a:1", call.Query);
        Assert.Contains("t=hpt/a:2", call.Query);
        Assert.Contains("dockerfile=x/Dockerfile", call.Query);
        Assert.Contains("""buildargs={"A":"1 \u0026 \u00222\u0022"}""", call.Query);
        Assert.Equal("""{"r:5000":{"username":"u"}}""", Decode(call.Headers["X-Registry-Config"]));
    }

    [Fact]
    public async Task A_failed_build_carries_its_last_lines()
    {
        await using var fake = new FakeEngine();
        fake.On(
            "POST /v1.41/build",
            async call =>
            {
                await call.ReadBodyAsync();
                await call.BeginChunkedAsync();
                for (var i = 0; i < 100; i++)
                {
                    await call.ChunkAsync($"{{\"stream\":\"li\"}}\r\n{{\"stream\":\"ne {i}\\n\"}}\r\n");
                }

                await call.ChunkAsync("""{"stream":"half"}""" + "\r\n");
                await call.ChunkAsync(
                    """{"errorDetail":{"code":3,"message":"The command returned 3"},"error":"The command returned 3"}""" + "\r\n"
                );
                await call.EndChunkedAsync();
            }
        );
        await using var client = fake.Client();

        var failure = await Assert.ThrowsAsync<ImageBuildException>(() =>
            ReadAsync(client.Images.BuildAsync(new ImageBuildRequest(), new MemoryStream(), Token), [])
        );

        Assert.Equal("The command returned 3", failure.Message);
        Assert.Equal(3, failure.Code);
        Assert.Equal([.. Enumerable.Range(51, 49).Select(i => $"line {i}"), "half"], failure.LastLines);
    }

    [Fact]
    public async Task A_build_that_breaks_off_is_no_success()
    {
        await using var fake = new FakeEngine();
        fake.On(
            "POST /v1.41/build",
            async call =>
            {
                await call.ReadBodyAsync();
                await call.BeginChunkedAsync();
                await call.ChunkAsync("""{"stream":"Step 1/9"}""" + "\r\n");
                call.Close();
            }
        );
        await using var client = fake.Client();
        var messages = new List<BuildMessage>();

        await Assert.ThrowsAsync<EngineConnectionLostException>(() =>
            ReadAsync(client.Images.BuildAsync(new ImageBuildRequest(), new MemoryStream(), Token), messages)
        );

        Assert.Single(messages);
    }

    [Fact]
    public async Task An_upload_that_is_refused_says_why_instead_of_breaking_the_pipe()
    {
        await using var fake = new FakeEngine();
        fake.On(
            "PUT /v1.41/containers/gone/archive",
            async call =>
            {
                const string Refusal = """{"message":"No such container: gone"}""";
                await call.WriteAsync($"HTTP/1.1 404 Not Found\r\nContent-Length: {Refusal.Length}\r\n\r\n{Refusal}");
                call.Close();
            }
        );
        await using var client = fake.Client();
        using var large = new MemoryStream(new byte[64 * 1024 * 1024]);

        var refusal = await Assert.ThrowsAsync<DockerNotFoundException>(() => client.Containers.PutArchiveAsync("gone", "/", large, Token));

        Assert.Equal("No such container: gone", refusal.Message);
        Assert.Equal(0, large.Position);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 22\r\n\r\n{\"message\":\"no such x\"}", typeof(DockerNotFoundException))]
    [InlineData("", typeof(EngineConnectionLostException))]
    public async Task An_upload_that_is_refused_in_its_middle_says_why_if_the_engine_did(string answer, Type expected)
    {
        await using var fake = new FakeEngine();
        fake.On(
            "PUT /v1.41/containers/x/archive",
            async call =>
            {
                await call.ReadBeginningAsync();
                await call.WriteAsync(answer);
                call.Close();
            }
        );
        await using var client = fake.Client();
        using var large = new MemoryStream(new byte[16 * 1024 * 1024]);

        var refusal = await Assert.ThrowsAnyAsync<DockerApiException>(() => client.Containers.PutArchiveAsync("x", "/", large, Token));

        Assert.Equal(expected, refusal.GetType());
    }

    [Fact]
    public async Task A_pull_that_fails_on_the_way_is_an_error_although_it_began_with_200()
    {
        await using var fake = new FakeEngine();
        fake.OnJson(
            "POST /v1.41/images/create",
            "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"no space left on device\"},\"error\":\"no space left on device\"}\r\n"
        );
        await using var client = fake.Client();
        var auth = new RegistryAuth { Username = "ü>?", Password = "p?" };

        var failure = await Assert.ThrowsAsync<ImageTransferException>(() =>
            ReadAsync(client.Images.PullAsync("r:5000/a/b@sha256:12", auth, Token), [])
        );

        Assert.Equal("no space left on device", failure.Message);
        var call = fake.SingleCall();
        Assert.Equal(["fromImage=r:5000/a/b", "tag=sha256:12"], call.Query);
        Assert.Contains("\"password\":\"p?\"", Decode(call.Headers["X-Registry-Auth"]), StringComparison.Ordinal);
        Assert.DoesNotContain('+', call.Headers["X-Registry-Auth"]);
        Assert.DoesNotContain('/', call.Headers["X-Registry-Auth"]);
    }

    [Fact]
    public async Task A_push_always_has_the_header_the_engine_wants()
    {
        await using var fake = new FakeEngine();
        fake.OnJson(
            "POST /v1.41/images/r:5000/a/b/push",
            "{\"status\":\"x\"}\r\n{\"progressDetail\":{},\"aux\":{\"Tag\":\"1\",\"Digest\":\"sha256:d\",\"Size\":5}}\r\n"
        );
        await using var client = fake.Client();
        var messages = new List<TransferMessage>();

        await ReadAsync(client.Images.PushAsync("r:5000/a/b:1", auth: null, Token), messages);

        Assert.Equal("sha256:d", messages[^1].Result?.Digest);
        Assert.Equal("{}", Decode(fake.SingleCall().Headers["X-Registry-Auth"]));
    }

    [Fact]
    public async Task An_import_answers_the_images_id()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("POST /v1.41/images/create", "{\"status\":\"sha256:abc\"}\r\n");
        await using var client = fake.Client();

        Assert.Equal(
            "sha256:abc",
            await client.Images.ImportAsync("a/b", new MemoryStream("t"u8.ToArray()), ["CMD x", "LABEL a=b"], Token)
        );
        Assert.Equal(["fromSrc=-", "repo=a/b", "tag=latest", "changes=CMD x", "changes=LABEL a=b"], fake.SingleCall().Query);
    }

    [Fact]
    public async Task A_message_without_end_is_given_up()
    {
        await using var fake = new FakeEngine();
        fake.On(
            "GET /v1.41/events",
            async call =>
            {
                call.Close();
                await call.BeginChunkedAsync();
                while (true)
                {
                    await call.ChunkAsync(new byte[1024 * 1024]);
                }
            }
        );
        await using var client = fake.Client();

        await Assert.ThrowsAsync<DockerApiException>(() =>
            ReadAsync(client.System.EventsAsync(filters: null, since: null, until: null, Token), [])
        );
    }

    [Fact]
    public async Task An_archive_is_streamed_and_its_break_is_noticed()
    {
        await using var fake = new FakeEngine();
        fake.On(
            "GET /v1.41/containers/x/archive",
            async call =>
            {
                await call.BeginChunkedAsync("application/x-tar");
                await call.ChunkAsync("half");
                call.Close();
            }
        );
        await using var client = fake.Client();
        await using var archive = await client.Containers.GetArchiveAsync("x", "/a b/ä", Token);

        await Assert.ThrowsAsync<EngineConnectionLostException>(() => archive.CopyToAsync(Stream.Null, Token));
        Assert.Equal(["path=/a b/ä"], fake.SingleCall().Query);
    }

    private static string Decode(string header) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(header.Replace('-', '+').Replace('_', '/')));

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> stream, List<T> into)
    {
        await foreach (var item in stream)
        {
            into.Add(item);
        }
    }
}
