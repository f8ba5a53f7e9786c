using HostingPanel.Integration.Tests.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>What the panel sees when it visits a site as a visitor would.</summary>
[Collection(GatewayTests.Name)]
public sealed class ProbeTests(GatewayFixture fixture)
{
    private static readonly Route Alpha = GatewayFixture.Site("alpha");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/hello", 200, "Tom & Jerry’s /hello")]
    [InlineData("/moved", 200, "Tom & Jerry’s /after")]
    [InlineData("/moved-to-tls", 200, "Tom & Jerry’s /after")]
    [InlineData("/moved-away", 302, null)]
    public async Task A_probe_says_status_and_title_and_follows_redirects_of_the_same_host(string path, int status, string? title)
    {
        var gateway = await ApplyAsync();

        var probe = await gateway.ProbeAsync(Alpha.Hosts[0].Name, path, Token);

        Assert.Equal(new ProbeResult(status, title, null, FromGateway: false), probe with { Page = null });
        Assert.Equal(title is not null, probe.Page?.Contains("<title>", StringComparison.OrdinalIgnoreCase) == true);
    }

    [Fact]
    public async Task A_redirect_without_end_is_given_up()
    {
        var gateway = await ApplyAsync();

        var probe = await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/round", Token);

        Assert.Null(probe.Status);
        Assert.Contains("redirects", probe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_never_answers_is_given_up_after_five_seconds()
    {
        var gateway = await ApplyAsync();

        var probe = await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/mute", Token);

        Assert.Equal(new ProbeResult(null, null, "No answer within 5 seconds.", FromGateway: false), probe);
    }

    [Fact]
    public async Task The_gateways_own_page_is_known_as_such()
    {
        var gateway = await ApplyAsync();

        var probe = await gateway.ProbeAsync("nobody.gateway.test", "/", Token);

        Assert.Equal(new ProbeResult(404, "There is no site here", null, FromGateway: true), probe with { Page = null });
    }

    private async Task<IGateway> ApplyAsync()
    {
        fixture.Require();
        var gateway = fixture.Gateway();
        await gateway.ApplyAsync([Alpha], Token);
        // A gateway looks a new site's name up by and by; until then it has nobody to ask.
        return await DockerEngineFixture.EventuallyAsync(
            "An answer of the site through the gateway",
            async asked => (await gateway.ProbeAsync(Alpha.Hosts[0].Name, "/hello", asked)).Status == 200 ? gateway : null,
            Token
        );
    }
}
