using HostingPanel.Docker;

namespace HostingPanel.Tests.Docker;

public sealed class VersionNegotiationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.41", "1.41")]
    [InlineData("1.45", "1.45")]
    [InlineData("1.47", "1.47")]
    [InlineData("1.52", "1.47")]
    [InlineData("2.0", "1.47")]
    public async Task The_older_of_both_newest_versions_is_in_every_address(string engine, string spoken)
    {
        await using var fake = new FakeEngine(engine);
        fake.OnJson($"GET /v{spoken}/volumes", """{"Volumes":[]}""");
        await using var client = fake.Client();

        Assert.Empty(await client.Volumes.ListAsync(filters: null, Token));
        Assert.Equal(spoken, (await client.GetApiVersionAsync(Token)).ToString());
    }

    [Theory]
    [InlineData("1.40")]
    [InlineData("1.9")]
    public async Task An_engine_too_old_is_named_with_both_versions(string engine)
    {
        await using var fake = new FakeEngine(engine);
        await using var client = fake.Client();

        var refusal = await Assert.ThrowsAsync<EngineTooOldException>(() => client.Swarm.InspectAsync(Token));

        Assert.Equal(engine, refusal.Engine.ToString());
        Assert.Equal(ApiVersion.Minimum, refusal.Required);
        Assert.Contains(engine, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1.41", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("latest")]
    public async Task An_engine_that_does_not_say_its_version_is_too_old(string? version)
    {
        await using var fake = new FakeEngine(version);
        await using var client = fake.Client();

        Assert.Null((await client.System.PingAsync(Token)).ApiVersion);
        Assert.Null((await Assert.ThrowsAsync<EngineTooOldException>(() => client.Swarm.InspectAsync(Token))).Engine);
    }

    [Fact]
    public async Task Many_first_calls_at_once_ask_once()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("GET /v1.41/volumes", """{"Volumes":null}""");
        await using var client = fake.Client();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Volumes.ListAsync(filters: null, Token)));

        Assert.Single(fake.Calls, call => call.Path == "/_ping");
    }

    [Fact]
    public async Task A_failed_negotiation_is_not_remembered()
    {
        await using var fake = new FakeEngine();
        fake.OnJson("GET /_ping", """{"message":"starting"}""", status: 500);
        fake.OnJson("GET /v1.41/volumes", """{"Volumes":[]}""");
        await using var client = fake.Client();
        Assert.Equal("starting", (await Assert.ThrowsAsync<DockerApiException>(() => client.Volumes.ListAsync(null, Token))).Message);

        fake.Speak("1.41");

        Assert.Empty(await client.Volumes.ListAsync(filters: null, Token));
    }

    [Fact]
    public async Task An_engine_that_was_exchanged_for_an_older_one_is_asked_again()
    {
        await using var fake = new FakeEngine("1.45");
        fake.OnJson("GET /v1.45/volumes", """{"Volumes":[]}""");
        fake.OnJson("GET /v1.41/volumes", """{"Volumes":[]}""");
        await using var client = fake.Client();
        await client.Volumes.ListAsync(filters: null, Token);

        fake.Speak("1.41");
        fake.OnJson(
            "GET /v1.45/volumes",
            """{"message":"client version 1.45 is too new. Maximum supported API version is 1.41"}""",
            status: 400
        );

        await Assert.ThrowsAsync<DockerApiException>(() => client.Volumes.ListAsync(null, Token));
        Assert.Empty(await client.Volumes.ListAsync(filters: null, Token));
    }

    [Fact]
    public async Task An_engine_that_dropped_all_our_versions_is_named()
    {
        await using var fake = new FakeEngine("1.90");
        fake.OnJson(
            "GET /v1.47/volumes",
            """{"message":"client version 1.47 is too old. Minimum supported API version is 1.60, please upgrade your client"}""",
            status: 400
        );
        await using var client = fake.Client();

        var refusal = await Assert.ThrowsAsync<EngineTooNewException>(() => client.Volumes.ListAsync(null, Token));

        Assert.Contains("1.60", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_compare_by_number_and_not_by_text()
    {
        Assert.True(ApiVersion.TryParse("1.9", out var nine));
        Assert.True(ApiVersion.TryParse("1.41", out var fortyOne));

        Assert.True(nine < fortyOne && fortyOne > nine && nine <= fortyOne && fortyOne >= nine);
        Assert.False(ApiVersion.TryParse("1.x", out _) || ApiVersion.TryParse("1", out _) || ApiVersion.TryParse("-1.4", out _));
    }
}
