using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Tests.Docker;

public sealed class RequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> NoIds => ["", ".", "..", "a/b", "../x", "a\\b", "a\nb", "a\r\nHost: x", "\0"];

    [Theory]
    [MemberData(nameof(NoIds))]
    public async Task What_would_change_the_meaning_of_an_address_is_never_sent(string id)
    {
        await using var fake = new FakeEngine();
        await using var client = fake.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.Containers.InspectAsync(id, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Volumes.RemoveAsync(id, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Services.RemoveAsync(id, Token));

        Assert.Empty(fake.Calls);
    }

    [Theory]
    [InlineData("a/../../containers/x")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("./a")]
    public async Task An_image_reference_cannot_climb_out_of_its_place(string reference)
    {
        await using var fake = new FakeEngine();
        await using var client = fake.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.Images.RemoveAsync(reference, force: false, Token));

        Assert.Empty(fake.Calls);
    }

    [Theory]
    [InlineData("a?force=1", "a%3Fforce%3D1")]
    [InlineData("a b#c%2f", "a%20b%23c%252f")]
    [InlineData("ä", "%C3%A4")]
    public async Task An_id_with_syntax_in_it_is_escaped(string id, string escaped)
    {
        await using var fake = new FakeEngine();
        await using var client = fake.Client();

        await Assert.ThrowsAsync<DockerNotFoundException>(() => client.Volumes.InspectAsync(id, Token));

        Assert.Equal($"/v1.41/volumes/{escaped}", fake.SingleCall().Target);
    }

    [Fact]
    public async Task An_engine_that_counts_for_somebody_else_is_asked_again()
    {
        await using var fake = new FakeEngine();
        var asked = 0;
        fake.On(
            "GET /v1.41/system/df",
            call =>
                ++asked == 1
                    ? call.AnswerAsync(500, """{"message":"a disk usage operation is already running"}""")
                    : call.AnswerAsync(200, """{"Volumes":[{"Name":"v","UsageData":{"Size":7,"RefCount":1}}]}""")
        );
        await using var client = fake.Client();

        Assert.Equal(7, Assert.Single(await client.System.VolumeUsageAsync(Token)).UsageData?.Size);

        Assert.Equal(2, asked);
        Assert.All(fake.Calls.Where(call => call.Path != "/_ping"), call => Assert.Equal("/v1.41/system/df?type=volume", call.Target));
    }

    [Fact]
    public async Task Calls_one_after_another_share_a_connection()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("GET /v1.41/volumes", """{"Volumes":[]}""");
        fake.OnJson("DELETE /v1.41/volumes/v", "", status: 204);
        await using var client = fake.Client();

        for (var i = 0; i < 10; i++)
        {
            await client.Volumes.ListAsync(filters: null, Token);
            await Assert.ThrowsAsync<DockerNotFoundException>(() => client.Volumes.InspectAsync("none", Token));
        }

        Assert.Equal(1, fake.Connections);
    }

    [Fact]
    public async Task An_update_names_its_version_and_answers_the_warnings()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("POST /v1.41/services/x/update", """{"Warnings":["image could not be accessed"]}""");
        await using var client = fake.Client();

        var warnings = await client.Services.UpdateAsync("x", new ObjectVersion { Index = ulong.MaxValue }, Spec(), Token);

        Assert.Equal(["image could not be accessed"], warnings);
        Assert.Equal(["version=18446744073709551615", "registryAuthFrom=spec"], fake.SingleCall().Query);
    }

    [Fact]
    public async Task An_update_without_warnings_answers_none()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("POST /v1.41/services/x/update", """{"Warnings":null}""");
        await using var client = fake.Client();
        var auth = new RegistryAuth { Username = "u", Password = "secret" };

        Assert.Empty(await client.Services.UpdateAsync("x", new ObjectVersion { Index = 1 }, Spec(), auth, Token));

        var call = fake.SingleCall();
        Assert.Equal(["version=1"], call.Query);
        Assert.Equal(
            """{"username":"u","password":"secret"}""",
            Encoding.UTF8.GetString(Convert.FromBase64String(call.Headers["X-Registry-Auth"]))
        );
    }

    [Theory]
    [InlineData("""{"ID":"s","Warning":"old"}""", "old")]
    [InlineData("""{"ID":"s","Warnings":["a","b"]}""", "a,b")]
    [InlineData("""{"ID":"s","Warnings":null}""", "")]
    [InlineData("""{"ID":"s"}""", "")]
    public async Task A_new_service_comes_with_the_engines_warnings(string answer, string warnings)
    {
        await using var fake = new FakeEngine();
        fake.OnJson("POST /v1.41/services/create", answer, status: 201);
        await using var client = fake.Client();

        var created = await client.Services.CreateAsync(Spec(), Token);

        Assert.Equal("s", created.Id);
        Assert.Equal(warnings, string.Join(',', created.Warnings));
    }

    [Fact]
    public async Task A_container_that_already_runs_is_no_error()
    {
        await using var fake = new FakeEngine();
        fake.On("POST /v1.41/containers/x/start", call => call.WriteAsync("HTTP/1.1 304 Not Modified\r\n\r\n"));
        fake.OnJson("POST /v1.41/containers/y/start", "", status: 204);
        fake.OnJson("POST /v1.41/containers/y/stop", "", status: 204);
        await using var client = fake.Client();

        Assert.False(await client.Containers.StartAsync("x", Token));
        Assert.True(await client.Containers.StartAsync("y", Token));
        Assert.True(await client.Containers.StopAsync("y", TimeSpan.FromSeconds(3), Token));
        Assert.Equal(["t=3"], fake.Calls.Last().Query);
    }

    [Fact]
    public async Task A_containers_name_travels_in_the_query_and_the_rest_in_the_body()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("POST /v1.41/containers/create", """{"Id":"c","Warnings":["w"]}""", status: 201);
        await using var client = fake.Client();
        var container = new ContainerCreateRequest
        {
            Name = "hpt-x",
            Image = "i",
            HostConfig = new HostConfig { Mounts = [new Mount { Source = "v", Target = "/v" }], CapDrop = ["ALL"] },
        };

        Assert.Equal(["w"], (await client.Containers.CreateAsync(container, Token)).Warnings);

        Assert.Equal(["name=hpt-x"], fake.SingleCall().Query);
        Assert.Equal(
            """{"HostConfig":{"Mounts":[{"Target":"/v","Source":"v","Type":"volume","ReadOnly":false}],"CapDrop":["ALL"]},"Image":"i"}""",
            fake.SingleCall().Body
        );
    }

    [Fact]
    public void Filters_of_one_kind_add_up_and_none_is_nothing()
    {
        var filters = Filters.Label("a", "1") & Filters.Label("b") & Filters.Name("x", "y\"") & Filters.DesiredState(TaskState.Running);

        Assert.Equal("""{"desired-state":["running"],"label":["a=1","b"],"name":["x","y\u0022"]}""", filters.ToJson());
        Assert.Null(Filters.None.ToJson());
    }

    [Theory]
    [InlineData("tcp://10.0.0.1:2375")]
    [InlineData("https://10.0.0.1")]
    [InlineData("http://10.0.0.1")]
    [InlineData("ssh://root@10.0.0.1")]
    public void An_endpoint_without_certificates_is_refused(string endpoint)
    {
        Assert.Throws<ArgumentException>(() => new DockerClient(new DockerClientOptions { Endpoint = new Uri(endpoint) }));
    }

    private static ServiceSpec Spec() =>
        new()
        {
            Name = "x",
            TaskTemplate = new TaskSpec { ContainerSpec = new ContainerSpec { Image = "i" } },
        };
}
