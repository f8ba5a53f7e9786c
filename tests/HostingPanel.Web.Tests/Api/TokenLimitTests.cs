using System.Net;
using HostingPanel.Access;
using HostingPanel.Client;
using HostingPanel.Tokens;
using HostingPanel.Web.Tests.AccessMatrix;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Api;

/// <summary>A token never may more than its maker could when it was made, nor than its maker can when it is used.</summary>
public sealed class TokenLimitTests(PanelApp app) : AccessTest(app)
{
    [Fact]
    public async Task Scopes_leave_a_part_of_what_its_maker_may()
    {
        var slug = await RunningSiteAsync();
        var client = await ClientAsync(new CreateTokenRequest("looks", Scopes: ["sites.read", "sites.operate", "sites.read"]));
        Assert.Equal(slug, (await client.Sites.GetAsync(slug, Cancellation)).Slug);
        await client.Sites.RestartAsync(slug, cancellationToken: Cancellation);
        Assert.Equal("not-permitted", (await RefusalAsync(() => client.Backups.TakeAsync(slug, cancellationToken: Cancellation))).Code);
        Assert.Equal("not-permitted", (await RefusalAsync(() => client.Tokens.ListAsync(cancellationToken: Cancellation))).Code);

        var refusal = await RefusalAsync(() =>
            Api.Tokens.CreateAsync(new CreateTokenRequest("misspelt", Scopes: ["sites.raed"]), cancellationToken: Cancellation)
        );
        Assert.Equal("scopes[0]", Assert.Single(refusal.Errors).Path);
    }

    [Fact]
    public async Task One_that_only_reads_changes_nothing()
    {
        var slug = await RunningSiteAsync();
        var client = await ClientAsync(new CreateTokenRequest("reads", ReadOnly: true));
        Assert.NotEmpty((await client.Tokens.ListAsync(cancellationToken: Cancellation)).Items);
        foreach (
            var act in (Func<Task>[])
                [
                    () => client.Sites.RestartAsync(slug, cancellationToken: Cancellation),
                    () => client.Tokens.CreateAsync(new CreateTokenRequest("more"), cancellationToken: Cancellation),
                ]
        )
        {
            Assert.Equal("not-permitted", (await RefusalAsync(act)).Code);
        }
    }

    [Fact]
    public async Task One_for_a_site_sees_that_one_alone()
    {
        var (slug, other) = (await RunningSiteAsync(), await RunningSiteAsync());
        var client = await ClientAsync(new CreateTokenRequest("one site", Site: slug));
        Assert.Equal(slug, Assert.Single((await client.Sites.ListAsync(cancellationToken: Cancellation)).Items).Slug);
        Assert.Equal("site-not-found", (await RefusalAsync(() => client.Sites.GetAsync(other, Cancellation))).Code);
        Assert.Equal("not-permitted", (await RefusalAsync(() => client.Engine.GetAsync(Cancellation))).Code);
    }

    [Fact]
    public async Task It_works_from_its_networks_alone()
    {
        // The tests come from this machine, and no gateway tells another address.
        var elsewhere = await Api.Tokens.CreateAsync(
            new CreateTokenRequest("elsewhere", AllowedNetworks: ["203.0.113.0/24", "2001:db8::7"]),
            cancellationToken: Cancellation
        );
        Assert.Equal(["203.0.113.0/24", "2001:db8::7/128"], elsewhere.Token.AllowedNetworks);
        using (var http = App.Http(elsewhere.Secret))
        {
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                (await http.GetAsync(new Uri("/api/v1/sites", UriKind.Relative), Cancellation)).StatusCode
            );
        }

        var here = await ClientAsync(new CreateTokenRequest("here", AllowedNetworks: ["127.0.0.0/8", "::1"]));
        await here.ListPlansAsync(Cancellation);
        var refusal = await RefusalAsync(() =>
            Api.Tokens.CreateAsync(new CreateTokenRequest("nowhere", AllowedNetworks: ["10.0.0.1/8", "x"]), cancellationToken: Cancellation)
        );
        Assert.Contains("allowedNetworks[1]", refusal.Errors.Select(error => error.Path));
    }

    [Fact]
    public async Task What_a_token_makes_may_no_more_than_the_token()
    {
        var slug = await RunningSiteAsync();
        var end = TimeProvider.System.GetUtcNow().AddDays(1);
        var maker = await ClientAsync(
            new CreateTokenRequest(
                "maker",
                end,
                Scopes: ["sites.read", "tokens.manage", "tokens.read"],
                AllowedNetworks: ["127.0.0.0/8", "::1"]
            )
        );
        foreach (
            var (request, path) in ((CreateTokenRequest, string)[])
                [
                    (new CreateTokenRequest("for ever"), "expiresAt"),
                    (new CreateTokenRequest("more", end, Scopes: ["backups.download"]), "scopes[0]"),
                    (new CreateTokenRequest("from elsewhere", end, AllowedNetworks: ["203.0.113.7"]), "allowedNetworks[0]"),
                ]
        )
        {
            var refusal = await RefusalAsync(() => maker.Tokens.CreateAsync(request, cancellationToken: Cancellation));
            Assert.Equal(path, Assert.Single(refusal.Errors).Path);
        }

        var made = await maker.Tokens.CreateAsync(new CreateTokenRequest("child", end), cancellationToken: Cancellation);
        Assert.Equal(["sites.read", "tokens.manage", "tokens.read"], made.Token.Scopes);
        Assert.NotEmpty(made.Token.AllowedNetworks);
        var child = new PanelClient(App.Http(made.Secret));
        await child.Sites.GetAsync(slug, Cancellation);
        Assert.Equal("not-permitted", (await RefusalAsync(() => child.Sites.RestartAsync(slug, cancellationToken: Cancellation))).Code);
    }

    [Fact]
    public async Task It_loses_what_its_maker_loses_and_gains_nothing_with_them()
    {
        var (slug, account) = (await RunningSiteAsync(), await App.NewAccountAsync(StaffRole.Operator));
        // As an administrator once made it for themselves, and as an operator made it who became one later.
        var tokens = App.Services.GetRequiredService<TokenService>();
        var made = await tokens.CreateAsync(
            (await App.ActorOfAsync(account)) with
            {
                Role = StaffRole.Administrator,
            },
            new NewToken("script"),
            null,
            Cancellation
        );
        var client = new PanelClient(App.Http(made.Value.Secret));
        await client.Sites.RestartAsync(slug, cancellationToken: Cancellation);
        Assert.Equal("not-permitted", (await RefusalAsync(() => client.Tokens.ListAsync(cancellationToken: Cancellation))).Code);

        await App.ExecuteAsync("UPDATE accounts SET role = 'Auditor' WHERE id = $1", account.Id);
        Assert.Equal("not-permitted", (await RefusalAsync(() => client.Sites.RestartAsync(slug, cancellationToken: Cancellation))).Code);
        await App.ExecuteAsync("UPDATE accounts SET role = 'Administrator' WHERE id = $1", account.Id);
        await App.ExecuteAsync("UPDATE api_tokens SET made_as_staff = 'Operator' WHERE id = $1", made.Value.Token.Id);
        Assert.Equal("not-permitted", (await RefusalAsync(() => client.Tokens.ListAsync(cancellationToken: Cancellation))).Code);

        await App.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = $1", account.Id);
        Assert.Equal(401, (await RefusalAsync(() => client.ListPlansAsync(Cancellation))).Status);
    }

    [Fact]
    public async Task An_owner_makes_tokens_of_their_organisation_and_sees_no_others()
    {
        var world = await NewWorldAsync();
        var owner = new PanelClient(App.Http(world.SecretOf(Who.Owner)));
        var made = await owner.Tokens.CreateAsync(new CreateTokenRequest("ours"), cancellationToken: Cancellation);
        Assert.Equal(world.Own.Organisation, made.Token.Organisation);
        Assert.Contains(
            made.Token.Id,
            (await owner.Tokens.ListAsync(200, cancellationToken: Cancellation)).Items.Select(token => token.Id)
        );
        Assert.All(
            (await owner.Tokens.ListAsync(200, cancellationToken: Cancellation)).Items,
            token => Assert.Equal(world.Own.Organisation, token.Organisation)
        );

        var script = new PanelClient(App.Http(made.Secret));
        Assert.Equal(world.Own.Site, Assert.Single((await script.Sites.ListAsync(cancellationToken: Cancellation)).Items).Slug);
        Assert.Equal(
            "organisation-not-found",
            (
                await RefusalAsync(() =>
                    owner.Tokens.CreateAsync(
                        new CreateTokenRequest("theirs", Organisation: world.Foreign.Organisation),
                        cancellationToken: Cancellation
                    )
                )
            ).Code
        );

        // Whoever is no owner any more has no tokens either.
        await App.ExecuteAsync("UPDATE memberships SET role = 'Viewer' WHERE account_id = $1", world.AccountOf(Who.Owner)!.Id);
        await script.Sites.GetAsync(world.Own.Site, Cancellation);
        Assert.Equal(
            "not-permitted",
            (await RefusalAsync(() => script.Sites.RestartAsync(world.Own.Site, cancellationToken: Cancellation))).Code
        );
        await App.ExecuteAsync("DELETE FROM memberships WHERE account_id = $1", world.AccountOf(Who.Owner)!.Id);
        Assert.Equal(401, (await RefusalAsync(() => script.ListPlansAsync(Cancellation))).Status);
    }

    [Fact]
    public async Task A_token_in_the_address_is_not_looked_at()
    {
        using var http = App.Http();
        foreach (var parameter in (string[])["access_token", "token", "Authorization", "api_key"])
        {
            using var response = await http.GetAsync(new Uri($"/api/v1/sites?{parameter}={App.Secret}", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task What_is_rejected_is_in_the_audit_without_what_was_sent()
    {
        var name = NewName("expired");
        var made = await Api.Tokens.CreateAsync(new CreateTokenRequest(name), cancellationToken: Cancellation);
        await App.ExecuteAsync("UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE id = $1", made.Token.Id);
        foreach (var secret in (string[])[made.Secret!, $"{TokenService.Marker}{new string('0', 43)}"])
        {
            using var http = App.Http(secret);
            using var refused = await http.GetAsync(new Uri("/api/v1/sites", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        var found = 0L;
        while (found < 2)
        {
            found = await App.ScalarAsync<long>(
                "SELECT count(DISTINCT code) FROM audit_entries WHERE act = 'token.use' AND outcome = 'Refused' "
                    + "AND ((code = 'token-expired' AND target_name = $1) OR (code = 'token-unknown' AND target_name IS NULL AND detail IS NULL))",
                name
            );
            await Task.Delay(TimeSpan.FromMilliseconds(100), bound.Token);
        }
    }

    private async Task<PanelClient> ClientAsync(CreateTokenRequest request) =>
        new(App.Http((await Api.Tokens.CreateAsync(request, cancellationToken: Cancellation)).Secret));
}
