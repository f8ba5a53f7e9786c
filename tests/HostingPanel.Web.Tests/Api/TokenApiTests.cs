using System.Security.Cryptography;
using System.Text;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class TokenApiTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task A_token_works_from_its_making_until_it_is_revoked_and_not_a_request_longer()
    {
        var created = await Api.Tokens.CreateAsync(new CreateTokenRequest("membership form"), cancellationToken: Cancellation);
        using var http = App.Http(created.Secret);
        var client = new PanelClient(http);
        await client.Sites.ListAsync(cancellationToken: Cancellation);

        await Api.Tokens.DeleteAsync(created.Token.Id, Cancellation);
        var refusal = await RefusalAsync(() => client.Sites.ListAsync(cancellationToken: Cancellation));
        Assert.Equal((401, "not-authenticated"), (refusal.Status, refusal.Code));
        var gone = await RefusalAsync(() => Api.Tokens.DeleteAsync(created.Token.Id, Cancellation));
        Assert.Equal((404, "token-not-found"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task Only_the_hash_of_a_secret_is_stored_and_only_its_making_shows_it()
    {
        var created = await Api.Tokens.CreateAsync(new CreateTokenRequest("hash only"), cancellationToken: Cancellation);
        Assert.StartsWith("hpt_", created.Secret, StringComparison.Ordinal);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(created.Secret!));
        Assert.Equal(hash, await App.ScalarAsync<byte[]>("SELECT hash FROM api_tokens WHERE id = $1", created.Token.Id));
        // Nowhere in the row, whatever columns it has or gets.
        var row = await App.ScalarAsync<string>("SELECT api_tokens::text FROM api_tokens WHERE id = $1", created.Token.Id);
        Assert.DoesNotContain(created.Secret![10..], row, StringComparison.Ordinal);

        using var http = App.Http(App.Secret);
        var list = await http.GetStringAsync(new Uri("/api/v1/tokens?limit=200", UriKind.Relative), Cancellation);
        Assert.Contains("hash only", list, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Secret[10..], list, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", list, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_repeated_request_gives_the_token_of_the_first_time_without_its_secret()
    {
        var request = new CreateTokenRequest("asked for twice");
        var created = await Api.Tokens.CreateAsync(request, "token-key", Cancellation);
        var again = await Api.Tokens.CreateAsync(request, "token-key", Cancellation);
        Assert.NotNull(created.Secret);
        Assert.Equal((created.Token.Id, created.Token.Name, null), (again.Token.Id, again.Token.Name, again.Secret));

        await Api.Tokens.DeleteAsync(created.Token.Id, Cancellation);
        var refusal = await RefusalAsync(() => Api.Tokens.CreateAsync(request, "token-key", Cancellation));
        Assert.Equal((409, "idempotent-result-gone"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_token_ends_at_its_time()
    {
        var created = await Api.Tokens.CreateAsync(
            new CreateTokenRequest("expires", TimeProvider.System.GetUtcNow().AddHours(1)),
            cancellationToken: Cancellation
        );
        using var http = App.Http(created.Secret);
        var client = new PanelClient(http);
        await client.ListPlansAsync(Cancellation);
        await App.ExecuteAsync("UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE id = $1", created.Token.Id);
        Assert.Equal(401, (await RefusalAsync(() => client.ListPlansAsync(Cancellation))).Status);
    }

    [Fact]
    public async Task A_token_without_a_name_or_with_a_past_end_is_refused()
    {
        var refusal = await RefusalAsync(() =>
            Api.Tokens.CreateAsync(
                new CreateTokenRequest(" ", TimeProvider.System.GetUtcNow().AddDays(-1)),
                cancellationToken: Cancellation
            )
        );
        Assert.Equal(["name", "expiresAt"], refusal.Errors.Select(error => error.Path));
    }

    [Fact]
    public async Task A_list_shows_when_a_token_was_last_used()
    {
        var created = await Api.Tokens.CreateAsync(new CreateTokenRequest("last used"), cancellationToken: Cancellation);
        Assert.Null(created.Token.LastUsedAt);
        using var http = App.Http(created.Secret);
        await new PanelClient(http).ListPlansAsync(Cancellation);
        var listed = (await Api.Tokens.ListAsync(limit: 200, cancellationToken: Cancellation)).Items.Single(token =>
            token.Id == created.Token.Id
        );
        Assert.NotNull(listed.LastUsedAt);
        Assert.Equal(created.Secret![..10], listed.Prefix);
    }
}
