using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HostingPanel.Client;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Api;

/// <summary>The contract: same key and same body, same result; same key and other body, 409. The list of POSTs is the application's own.</summary>
public sealed class IdempotentPostTests(PanelApp app) : VolumeApiTest(app)
{
    private const string Header = "Idempotency-Key";

    /// <summary>For every POST a request that succeeds, and another one.</summary>
    private Dictionary<string, Func<Task<(Attempt One, Attempt Another)>>> Attempts =>
        new(StringComparer.Ordinal)
        {
            ["/api/v1/organisations"] = () =>
                Bodies("organisations", new { slug = NewName("org"), name = "One" }, new { slug = NewName("org") }),
            ["/api/v1/tokens"] = () => Bodies("tokens", new { name = "One" }, new { name = "Another" }),
            ["/api/v1/sites"] = async () =>
            {
                var organisation = (await NewOrganisationAsync()).Slug;
                return await Bodies("sites", GoodSite(organisation), GoodSite(organisation));
            },
            ["/api/v1/uploads"] = () => Task.FromResult((Archive("a.zip", 1), Archive("a.zip", 2))),
            ["/api/v1/sites/{slug}/start"] = () => ActionAsync("start", "Stopped"),
            ["/api/v1/sites/{slug}/stop"] = () => ActionAsync("stop", "Running"),
            ["/api/v1/sites/{slug}/restart"] = () => ActionAsync("restart", "Running"),
            ["/api/v1/sites/{slug}/disposability-drill"] = () => ActionAsync("disposability-drill", "Running"),
            ["/api/v1/sites/{slug}/untrash"] = () => ActionAsync("untrash", "Trashed"),
            ["/api/v1/sites/{slug}/purge"] = () => ActionAsync("purge", "Trashed"),
            ["/api/v1/sites/{slug}/volumes/measure"] = async () =>
            {
                var (one, another) = (await RunningSiteAsync(), await RunningSiteAsync());
                return (new($"sites/{one}/volumes/measure"), new($"sites/{another}/volumes/measure"));
            },
            ["/api/v1/sites/{slug}/cron/{name}/run"] = async () =>
            {
                var (one, another) = (await RunningSiteAsync(), await RunningSiteAsync());
                return (new($"sites/{one}/cron/wp-cron/run"), new($"sites/{another}/cron/wp-cron/run"));
            },
            ["/api/v1/sites/{slug}/domains"] = async () =>
            {
                var slug = await RunningSiteAsync();
                return await Bodies(
                    $"sites/{slug}/domains",
                    new { host = $"a.{slug}.example.org" },
                    new { host = $"b.{slug}.example.org" }
                );
            },
            ["/api/v1/sites/{slug}/domains/{host}/verify"] = () => OfDomainAsync("verify"),
            ["/api/v1/sites/{slug}/domains/{host}/accept"] = () => OfDomainAsync("accept"),
            ["/api/v1/sites/{slug}/domains/{host}/primary"] = () => OfDomainAsync("primary"),
            ["/api/v1/sites/{slug}/login-link"] = async () =>
            {
                var (one, another) = (await RunningSiteAsync(), await RunningSiteAsync());
                return (new($"sites/{one}/login-link"), new($"sites/{another}/login-link"));
            },
            ["/api/v1/certificate-authorities"] = () =>
                Bodies(
                    "certificate-authorities",
                    CertificateApiTests.Authority(NewName("one")),
                    CertificateApiTests.Authority(NewName("another"))
                ),
            ["/api/v1/certificate-authorities/{id:guid}/default"] = async () =>
            {
                var one = await Api.Certificates.AddAuthorityAsync(CertificateApiTests.Authority(NewName("one")), null, Cancellation);
                var another = await Api.Certificates.AddAuthorityAsync(
                    CertificateApiTests.Authority(NewName("another")),
                    null,
                    Cancellation
                );
                return (new($"certificate-authorities/{one.Id}/default"), new($"certificate-authorities/{another.Id}/default"));
            },
            ["/api/v1/dns-accounts"] = async () =>
            {
                await AddSealingKeyAsync();
                return await Bodies(
                    "dns-accounts",
                    CertificateApiTests.Account($"{NewName("one")}.example.org"),
                    CertificateApiTests.Account($"{NewName("another")}.example.org")
                );
            },
            ["/api/v1/sites/{slug}/domains/{host}/certificate/renew"] = async () =>
            {
                var authority = await Api.Certificates.AddAuthorityAsync(CertificateApiTests.Authority(NewName("own")), null, Cancellation);
                var slug = await RunningSiteAsync();
                await App.ExecuteAsync("UPDATE sites SET route = 'Serve' WHERE slug = $1", slug);
                return await Bodies($"sites/{slug}/domains/{slug}.localhost/certificate/renew", new { authority = authority.Id }, new { });
            },
            ["/api/v1/sites/{slug}/backups"] = async () =>
            {
                var (one, another) = (await RunningSiteAsync(), await RunningSiteAsync());
                return (new($"sites/{one}/backups"), new($"sites/{another}/backups"));
            },
            ["/api/v1/sites/{slug}/backups/{id:guid}/restore"] = async () =>
            {
                var slug = await RunningSiteAsync();
                var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
                return await Bodies(
                    $"sites/{slug}/backups/{id}/restore",
                    new { mode = "new-site", slug = NewName("one") },
                    new { mode = "new-site", slug = NewName("another") }
                );
            },
            ["/api/v1/sites/{slug}/backups/check"] = async () =>
            {
                var slug = await RunningSiteAsync();
                await AddRestorePointAsync(slug, "Good", isReadBack: true);
                await App.ExecuteAsync("UPDATE backup_repositories SET restic_id = 'r'");
                return await Bodies($"sites/{slug}/backups/check", new { read = "all" }, new { read = "none" });
            },
            ["/api/v1/sites/{slug}/backups/{id:guid}/undo-restore"] = async () => (await UndoAsync(), await UndoAsync()),
            ["/api/v1/sites/{slug}/backups/{id:guid}/fetch"] = () => FromBackupAsync("fetch"),
            ["/api/v1/sites/{slug}/backups/{id:guid}/put-back"] = () => FromBackupAsync("put-back"),
            ["/api/v1/sites/{slug}/backups/repositories/{id:guid}/export-key"] = async () =>
            {
                var (one, another) = (await RepositoryAsync(), await RepositoryAsync());
                return (new(one), new(another));
            },
            ["/api/v1/sites/{slug}/backups/{id:guid}/drill"] = async () =>
            {
                var slug = await RunningSiteAsync();
                var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
                return await Bodies($"sites/{slug}/backups/{id}/drill", new { }, new { target = "local" });
            },
            ["/api/v1/backup-targets"] = () => Bodies("backup-targets", Target(NewName("one")), Target(NewName("another"))),
            ["/api/v1/backup-targets/{id:guid}/use"] = async () =>
            {
                var one = await Api.Backups.AddTargetAsync(Target(NewName("one")), cancellationToken: Cancellation);
                var another = await Api.Backups.AddTargetAsync(Target(NewName("another")), cancellationToken: Cancellation);
                return (new($"backup-targets/{one.Id}/use"), new($"backup-targets/{another.Id}/use"));
            },
            ["/api/v1/backup-targets/{id:guid}/test"] = async () =>
            {
                var one = await Api.Backups.AddTargetAsync(Target(NewName("one")), cancellationToken: Cancellation);
                var another = await Api.Backups.AddTargetAsync(Target(NewName("another")), cancellationToken: Cancellation);
                return (new($"backup-targets/{one.Id}/test"), new($"backup-targets/{another.Id}/test"));
            },
            ["/api/v1/panel-backups"] = () => Bodies("panel-backups", new { }, new { target = "local" }),
            ["/api/v1/volumes/{id:guid}/clone"] = async () =>
            {
                var id = await AddVolumeAsync(await RunningSiteAsync(), "alone");
                return await Bodies($"volumes/{id}/clone", new { name = "one" }, new { name = "another" });
            },
            ["/api/v1/volumes/{id:guid}/untrash"] = () => TrashedAsync("untrash"),
            ["/api/v1/volumes/{id:guid}/purge"] = () => TrashedAsync("purge"),
            ["/api/v1/volumes/unknown/{name}/adopt"] = async () =>
            {
                var (site, name) = (await RunningSiteAsync(), NewName("found"));
                await AddUnknownAsync(name);
                return await Bodies(
                    $"volumes/unknown/{name}/adopt",
                    new
                    {
                        site,
                        name = "one",
                        kind = "files",
                    },
                    new
                    {
                        site,
                        name = "another",
                        kind = "files",
                    }
                );
            },
            ["/api/v1/invitations"] = () =>
                Bodies(
                    "invitations",
                    new { email = $"{NewName("one")}@example.org", staffRole = "auditor" },
                    new { email = $"{NewName("another")}@example.org", staffRole = "auditor" }
                ),
            ["/api/v1/invitations/{id:guid}/resend"] = async () => (await ResendAsync(), await ResendAsync()),
            ["/api/v1/mail/test"] = async () =>
            {
                await AddSealingKeyAsync();
                await Api.Mail.SetServerAsync(
                    new SetMailServerRequest("smtp.example.org", 587, "panel@example.org", "Panel"),
                    Cancellation
                );
                return await Bodies("mail/test", new { to = "one@example.org" }, new { to = "another@example.org" });
            },
            ["/api/v1/operations/{id:guid}/cancel"] = async () =>
            {
                var (one, another) = (await NewSiteAsync(), await NewSiteAsync());
                return (new($"operations/{one.Operation.Id}/cancel"), new($"operations/{another.Operation.Id}/cancel"));
            },
        };

    private async Task<(Attempt, Attempt)> FromBackupAsync(string action)
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await AddVolumeAsync(slug, "copy");
        return await Bodies(
            $"sites/{slug}/backups/{id}/{action}",
            new { volume = "copy", paths = (string[])["one"] },
            new { volume = "copy", paths = (string[])["another"] }
        );
    }

    private async Task<(Attempt, Attempt)> OfDomainAsync(string action)
    {
        var slug = await RunningSiteAsync();
        string[] hosts = [$"a.{slug}.example.org", $"b.{slug}.example.org"];
        foreach (var host in hosts)
        {
            await Api.Domains.AddAsync(slug, new AddDomainRequest(host), cancellationToken: Cancellation);
        }

        if (action == "primary")
        {
            await App.ExecuteAsync("UPDATE domains SET is_served = true, proof = 'Txt' WHERE host = ANY($1)", (object)hosts);
        }

        return (new($"sites/{slug}/domains/{hosts[0]}/{action}"), new($"sites/{slug}/domains/{hosts[1]}/{action}"));
    }

    private async Task<Attempt> ResendAsync()
    {
        var invitation = await Api.Invitations.CreateAsync(
            new InviteRequest($"{NewName("invited")}@example.org", PersonRole.Auditor),
            cancellationToken: Cancellation
        );
        return new($"invitations/{invitation.Id}/resend");
    }

    private async Task<string> RepositoryAsync()
    {
        var slug = await RunningSiteAsync();
        await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var repository = Assert.Single((await Api.Backups.ListRepositoriesAsync(slug, Cancellation)).Items);
        return $"sites/{slug}/backups/repositories/{repository.Id}/export-key";
    }

    [Fact]
    public void Every_post_is_attempted_here() => Assert.Equal(Posts(), Attempts.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_post_with_the_key_and_body_of_before_gives_the_result_of_before_and_with_another_body_is_refused()
    {
        foreach (var (path, prepare) in Attempts)
        {
            var (one, another) = await prepare();
            var key = NewName("key");
            var first = await SendAsync(one, key);
            Assert.True(first.Status is 200 or 201 or 202, $"{path} answered {first.Status}: {first.Body}");
            var (rows, files) = (await RowsAsync(), Directory.GetFiles(App.UploadsDirectory).Length);

            var again = await SendAsync(one, key);
            Assert.Equal((path, first), (path, again));
            var refused = await SendAsync(another, key);
            Assert.Equal((path, 409, "idempotency-key-reused"), (path, refused.Status, JsonNode.Parse(refused.Body)?["code"]?.ToString()));
            Assert.Equal((path, rows, files), (path, await RowsAsync(), Directory.GetFiles(App.UploadsDirectory).Length));
            Assert.Equal((path, 400), (path, (await SendAsync(one, "not a key")).Status));
        }
    }

    [Fact]
    public async Task The_document_says_so_for_every_post()
    {
        using var http = App.Http();
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/openapi.json", UriKind.Relative), Cancellation))!;
        foreach (var path in Posts())
        {
            var post = document["paths"]![path.Replace(":guid", string.Empty, StringComparison.Ordinal)]!["post"]!;
            var header = Assert.Single(post["parameters"]!.AsArray(), parameter => parameter!["name"]!.ToString() == Header);
            Assert.Contains("idempotency-key-reused", header!["description"]!.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>One that lets everybody in.</summary>
    private static NewBackupTargetRequest Target(string name) => new(name, TargetKind.Rest, "rest.example.org", Path: "/all");

    private async Task<Attempt> UndoAsync()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await AddRestoreAsync(slug, id, await AddVolumeAsync(slug, "content-before-0a0a0a0a"));
        return new($"sites/{slug}/backups/{id}/undo-restore");
    }

    private async Task<(Attempt One, Attempt Another)> TrashedAsync(string action)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 2; i++)
        {
            ids.Add(await AddVolumeAsync(await RunningSiteAsync(), "alone"));
            await Api.Volumes.DeleteAsync(ids[i], cancellationToken: Cancellation);
        }

        return (new($"volumes/{ids[0]}/{action}"), new($"volumes/{ids[1]}/{action}"));
    }

    private sealed record Attempt(string Path, Func<HttpContent>? Content = null);

    private sealed record Answer(int Status, string? Location, string Body);

    private List<string> Posts() =>
        [
            .. App
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
                .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/'))
                .Where(path => path.StartsWith("/api/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private static Task<(Attempt One, Attempt Another)> Bodies<T1, T2>(string path, T1 one, T2 another) =>
        Task.FromResult((Json(path, one), Json(path, another)));

    private static Attempt Json<T>(string path, T body) => new(path, () => JsonContent.Create(body, options: PanelJson.Options));

    private static Attempt Archive(string name, byte content) =>
        new(
            $"uploads?fileName={name}",
            () => new ByteArrayContent([content]) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } }
        );

    private async Task<(Attempt One, Attempt Another)> ActionAsync(string action, string state)
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, state);
        return (new($"sites/{made.Operation.Target}/{action}"), new($"sites/another/{action}"));
    }

    private async Task<Answer> SendAsync(Attempt attempt, string key)
    {
        using var http = App.Http(App.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{attempt.Path}") { Content = attempt.Content?.Invoke() };
        request.Headers.Add(Header, key);
        using var response = await http.SendAsync(request, Cancellation);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!.AsObject();
        // Shown once; TokenApiTests and LoginLinkTests have the rest.
        body.Remove("secret");
        body.Remove("link");
        return new Answer((int)response.StatusCode, response.Headers.Location?.ToString(), body.ToJsonString());
    }

    private Task<long> RowsAsync() =>
        App.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM sites) + (SELECT count(*) FROM operations) + (SELECT count(*) FROM organisations) "
                + "+ (SELECT count(*) FROM api_tokens) + (SELECT count(*) FROM code_uploads) + (SELECT count(*) FROM volumes) "
                + "+ (SELECT count(*) FROM invitations) + (SELECT count(*) FROM outgoing_mails)"
        );
}
