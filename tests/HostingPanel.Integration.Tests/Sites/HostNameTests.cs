using System.Globalization;
using System.Net;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>A real WordPress gets other names: containers, application and gateway call it by the same ones, and it reaches itself by them.</summary>
[Collection(InstallationTests.Name)]
public sealed class HostNameTests(TestInstallation installation)
{
    private const string Slug = "named";
    private const string Old = "named.localhost";
    private const string New = "named.example.test";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DomainService Domains => installation.Get<DomainService>();

    [Fact(Timeout = 240_000)]
    public async Task A_site_takes_another_name_over_without_losing_a_request_and_reaches_itself_by_it()
    {
        installation.Require();
        await installation.SucceedsAsync(await installation.CreateSiteAsync(Slug, Token), Token);
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, Slug, Token)).Value;
        await RunAsync(
            id,
            $$"""
            require '/hp/hooks/lib.php';
            hp_load_wordpress();
            $url = 'http://{{Old}}:{{installation.HttpPort}}';
            wp_insert_post(['post_title' => 'Links', 'post_content' => "<a href=\"$url/there\">x</a> mail@{{Old}}", 'post_status' => 'publish']);
            update_option('hpt_links', ['ü' => "$url/a", 'deep' => [(object) ['json' => json_encode(["$url/b"])]]]);
            """
        );
        await DoneAsync(Domains.AddAsync(Actor.Panel, Slug, new AddDomain(New, WithTwin: true, IsAccepted: true), null, Token));
        await DoneAsync(Domains.AddAsync(Actor.Panel, Slug, new AddDomain($"*.{New}", IsAccepted: true), null, Token));
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync($"any.{New}", "/", Token)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync($"one.too.{New}", "/", Token)).Status);
        // Not verified: nobody is served by it.
        Assert.Null((await Domains.AddAsync(Actor.Panel, Slug, new AddDomain("pending.example.test"), null, Token)).Problem);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync("pending.example.test", "/", Token)).Status);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var visits = VisitUntilAsync(over.Token);
        await DoneAsync(Domains.MakePrimaryAsync(Actor.Panel, Slug, New, null, Token));
        await over.CancelAsync();
        var statuses = await visits;
        Assert.True(statuses.Count > 20, $"Only {statuses.Count} visits.");
        Assert.Equal([HttpStatusCode.OK], statuses.Distinct());

        await ItsLinksLeadToTheNewNameAsync(id);
        Assert.Equal(
            (HttpStatusCode.MovedPermanently, $"http://{New}:{installation.HttpPort}/a/b?c=d%20e"),
            await RedirectAsync($"www.{New}", "/a/b?c=d%20e")
        );
        await ItReachesItselfAsync(id);
        await NobodyElseDoesAsync(id);

        await DoneAsync(Domains.MakePrimaryAsync(Actor.Panel, Slug, Old, null, Token));
        await DoneAsync(Domains.RemoveAsync(Actor.Panel, Slug, New, Token));
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync(New, "/", Token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync(Old, "/", Token)).Status);
        await installation.PurgeAsync(Slug, Token);
    }

    private async Task ItsLinksLeadToTheNewNameAsync(Guid id)
    {
        var url = $"http://{New}:{installation.HttpPort}";
        var found = await RunAsync(
            id,
            """
            require '/hp/hooks/lib.php';
            hp_load_wordpress();
            global $wpdb;
            $links = get_option('hpt_links');
            echo json_encode([
                home_url(), $wpdb->get_var("SELECT option_value FROM $wpdb->options WHERE option_name = 'home'"),
                get_posts(['title' => 'Links'])[0]->post_content, $links['ü'], json_decode($links['deep'][0]->json)[0],
            ], JSON_UNESCAPED_SLASHES), "\n";
            """
        );
        Assert.Equal(
            $$"""["{{url}}","{{url}}","<a href=\"{{url}}/there\">x</a> mail@{{Old}}","{{url}}/a","{{url}}/b"]""",
            found.Output[^1]
        );
    }

    /// <summary>From a job, as cron does it: by each of its names, over HTTP and HTTPS, without the gateway.</summary>
    private async Task ItReachesItselfAsync(Guid id)
    {
        string[] addresses = [$"http://{New}:{installation.HttpPort}/", $"http://{New}/", $"https://{New}/", $"https://www.{New}/"];
        var result = await RunAsync(id, Ask(addresses));
        Assert.Equal(addresses.Select(address => $"{address} 200"), result.Output);
    }

    /// <summary>A neighbour on the network where the gateway meets the sites (ABUSE 5).</summary>
    private async Task NobodyElseDoesAsync(Guid id)
    {
        var site = await installation.Get<SiteStore>().LoadAsync(id, null, Token);
        var web = site.ServiceName("web");
        string[] addresses = [$"http://{web}/", $"http://{web}:8080/", $"https://{web}/", $"http://{web}:{installation.HttpPort}/"];
        var job = site.Job(Hook(site, Ask(addresses)), Guid.CreateVersion7());
        var result = await installation
            .Get<ISwarm>()
            .RunJobAsync(job with { Container = job.Container with { Networks = [new NetworkAttachment(site.FrontNetwork, [])] } }, Token);
        Assert.Equal(addresses.Select(address => $"{address} 403"), result.Output);
        // Its own names are nobody's there.
        var names = site.Job(Hook(site, $"echo gethostbyname('{New}'), \"\\n\";"), Guid.CreateVersion7());
        var looked = await installation
            .Get<ISwarm>()
            .RunJobAsync(
                names with
                {
                    Container = names.Container with { Networks = [new NetworkAttachment(site.FrontNetwork, [])] },
                },
                Token
            );
        Assert.Equal([New], looked.Output);
    }

    private static string Ask(IEnumerable<string> addresses) =>
        $$"""
            foreach (['{{string.Join("', '", addresses)}}'] as $address) {
                $asked = curl_init($address);
                curl_setopt_array($asked, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10, CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0]);
                curl_exec($asked);
                echo $address, ' ', curl_getinfo($asked, CURLINFO_RESPONSE_CODE), curl_error($asked), "\n";
            }
            """;

    private static BlueprintHook Hook(SiteAssembly site, string code)
    {
        var status = site.Blueprint.Hooks.Status!;
        return status with { Command = status.Command with { Arguments = ["php", "-r", code] } };
    }

    private async Task<JobResult> RunAsync(Guid id, string code)
    {
        var site = await installation.Get<SiteStore>().LoadAsync(id, null, Token);
        return await installation.RunHookAsync(id, Hook(site, code), Token);
    }

    private async Task DoneAsync(Task<Outcome<DomainsChanged>> change)
    {
        var outcome = await change;
        Assert.Null(outcome.Problem);
        await installation.SucceedsAsync(outcome.Value.Operation!.Id, Token);
    }

    private async Task<List<HttpStatusCode>> VisitUntilAsync(CancellationToken over)
    {
        var statuses = new List<HttpStatusCode>();
        while (!over.IsCancellationRequested)
        {
            statuses.Add((await installation.VisitAsync(Old, "/", follow: false, Token)).Status);
        }

        return statuses;
    }

    private async Task<(HttpStatusCode Status, string? Location)> RedirectAsync(string host, string path)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        var port = installation.HttpPort.ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
        request.Headers.Host = $"{host}:{port}";
        using var response = await client.SendAsync(request, Token);
        return (response.StatusCode, response.Headers.Location?.OriginalString);
    }
}
