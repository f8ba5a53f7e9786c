using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Tokens;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using HostingPanel.Web.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Benchmarks;

/// <summary>
/// What deciding who may see what costs: requests per second of <c>GET /sites</c> with 300 sites by the token of an organisation's owner,
/// against the same list in the same process without any check of who asks.
/// </summary>
internal static class AccessBenchmark
{
    private const int Sites = 300;
    private const int Hands = 4;
    private const int Rounds = 5;
    private const double LeastRatio = 0.7;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var database = await ScratchDatabase.MakeAsync(cancellationToken);
        await using var app = Build(database.ConnectionString);
        var contexts = app.Services.GetRequiredService<IDbContextFactory<PanelDbContext>>();
        string secret;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await context.Database.MigrateAsync(cancellationToken);
            secret = await FillAsync(context, cancellationToken);
        }

        await app.StartAsync(cancellationToken);
        var port = new Uri(app.Urls.Single()).Port;
        List<double> ours = [];
        List<double> bare = [];
        // The first round warms both sides.
        for (var round = 0; round <= Rounds; round++)
        {
            var withChecks = await PerSecondAsync(port, "/api/v1/sites?limit=200", secret, cancellationToken);
            var without = await PerSecondAsync(port, "/bare/sites?limit=200", secret: null, cancellationToken);
            if (round > 0)
            {
                ours.Add(withChecks);
                bare.Add(without);
            }
        }

        await app.StopAsync(cancellationToken);
        Figure.Print("access.list", Figure.Median(ours), Figure.Median(bare), "1/s");
        var ratio = Figure.Median(ours) / Figure.Median(bare);
        if (ratio < LeastRatio)
        {
            throw new InvalidOperationException(
                $"Checks cost too much: {ratio:0.00} of the requests without them, at least {LeastRatio} were expected."
            );
        }
    }

    private static WebApplication Build(string connection)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Database:ConnectionString"] = connection });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPanel(builder.Configuration);
        builder.AddPanelSecurity();
        builder.AddPanelApi();
        KeyReader.Add(builder.Services);
        var app = builder.Build();
        app.MapGet(
                "/bare/sites",
                async (SiteManager sites, int limit, CancellationToken cancellationToken) =>
                    (await sites.ListAsync(Actor.Panel, new SiteFilter(), new PageRequest(limit), cancellationToken)).ToResult(page =>
                        page.ToContract(SiteContract.ToContract)
                    )
            )
            .AllowAnonymous();
        app.UsePanelEdge();
        app.UsePanelApi();
        app.UsePanelSecurity();
        app.MapPanelApi();
        return app;
    }

    /// <summary>An organisation with its sites, an owner, and their token.</summary>
    private static async Task<string> FillAsync(PanelDbContext context, CancellationToken cancellationToken)
    {
        var secret = TokenService.Marker + RandomNumberGenerator.GetHexString(43);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        var (organisation, account, token) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO organisations (id, slug, name, plan_name, created_at) VALUES ({organisation}, 'food-bank', 'Food Bank', 'large', now());
            INSERT INTO sites (id, short_id, slug, organisation_id, blueprint, blueprint_version, title, admin_email, environment, state, subnet_index, generation, created_at, cron_is_off)
            SELECT gen_random_uuid(), 's' || n, 'site-' || n, {organisation}, 'wordpress', 1, 'Site ' || n, 'a@example.org', 'Live', 'Running', n, 0, now(), false
            FROM generate_series(1, {Sites}) AS n;
            INSERT INTO domains (id, site_id, host, is_primary, created_at)
            SELECT gen_random_uuid(), id, slug || '.localhost', true, now() FROM sites;
            """,
            cancellationToken
        );
        context.Accounts.Add(
            new Accounts.Account
            {
                Id = account,
                Email = "ada@example.org",
                NormalizedEmail = "ada@example.org",
                Name = "Ada",
                PasswordHash = "x",
                Role = null,
                PasswordChangedAt = TimeProvider.System.GetUtcNow(),
                SecurityStamp = account,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            }
        );
        context.Memberships.Add(
            new Membership
            {
                AccountId = account,
                OrganisationId = organisation,
                Role = OrganisationRole.Owner,
                Since = TimeProvider.System.GetUtcNow(),
            }
        );
        context.ApiTokens.Add(
            new ApiToken
            {
                Id = token,
                Name = "bench",
                Prefix = secret[..10],
                Hash = hash,
                CreatedAt = TimeProvider.System.GetUtcNow(),
                CreatedByName = "Ada",
                CreatedById = account,
                OrganisationId = organisation,
                MadeAsMember = OrganisationRole.Owner,
                ExpiresAt = null,
            }
        );
        await context.SaveChangesAsync(cancellationToken);
        return secret;
    }

    private static async Task<double> PerSecondAsync(int port, string path, string? secret, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                ConnectCallback = async (_, token) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(IPAddress.Loopback, port, token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://panel.localhost/"),
        };
        if (secret is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        }

        var address = new Uri(path, UriKind.Relative);
        var done = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Hands).Select(_ => Task.Run(WorkAsync, cancellationToken)));
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;

        async Task WorkAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < Round)
            {
                using var response = await http.GetAsync(address, cancellationToken);
                var text = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken);
                if (!text.Contains("site-100", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException(
                        string.Create(CultureInfo.InvariantCulture, $"{path} did not list the sites: {text[..Math.Min(300, text.Length)]}")
                    );
                }

                Interlocked.Increment(ref done);
            }
        }
    }
}
