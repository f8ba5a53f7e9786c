using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Client;
using HostingPanel.Mail;
using HostingPanel.Tokens;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HostingPanel.Web.Tests;

/// <summary>The whole web process on a port of its own, over a database of its own. One per test class.</summary>
public class PanelApp(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>The panel's address; its name is resolved here to the port that the process listens on.</summary>
    public static readonly Uri Address = new("http://panel.localhost/");
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-web-tests-");
    private WebApplicationFactory<Program>? _factory;
    private string? _secret;
    private int _port;

    /// <summary>The panel's PostgreSQL.</summary>
    public PostgresFixture Postgres { get; } = postgres;

    /// <summary>The database of this process.</summary>
    public string Database { get; private set; } = string.Empty;

    /// <summary>The process's services.</summary>
    public IServiceProvider Services => _factory!.Services;

    /// <summary>Where uploads lie.</summary>
    public string UploadsDirectory => _uploads.FullName;

    /// <summary>The REST API with an administrator's token.</summary>
    public PanelClient Client => new(Http(_secret));

    /// <summary>An administrator's token.</summary>
    public string Secret => _secret!;

    /// <summary>A client of this process without cookies, redirects or proxies.</summary>
    public HttpClient Http(string? token = null)
    {
        var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    /// <summary>Runs a statement in this process's database.</summary>
    public async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Does with a row what a worker does when it looks for work.</summary>
    /// <param name="ago">How many seconds ago it did so.</param>
    public Task BeatAsync(double ago = 0) =>
        ExecuteAsync(
            "INSERT INTO worker_heartbeats (id, looked_at) VALUES (1, now() - $1 * interval '1 second') "
                + "ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at",
            ago
        );

    /// <summary>Asks this process's database for one value.</summary>
    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Writes a made-up act of somebody with this name to the audit, past all rules for names.</summary>
    public Task WriteAuditAsync(string name) =>
        ExecuteAsync(
            "INSERT INTO audit_entries (actor_kind, actor_name, act, outcome, target_kind, target_name, times) "
                + "VALUES ('Person', $1, 'site.polish', 'Done', 'site', $1, 1)",
            name
        );

    /// <summary>How many rows each table has, and how many files wait in the uploads: what a refused request must leave as it was.</summary>
    public async Task<string> InventoryAsync()
    {
        var tables = await ScalarAsync<string[]>(
            "SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '[^a-z_]'"
        );
        var counts = new List<string>();
        foreach (var table in tables)
        {
            counts.Add($"{table} {await ScalarAsync<long>($"SELECT count(*) FROM {table}")}");
        }

        return $"{string.Join(", ", counts)}, files {Directory.GetFiles(UploadsDirectory).Length}";
    }

    /// <inheritdoc />
    public virtual async ValueTask InitializeAsync()
    {
        if (!Postgres.IsPresent)
        {
            return;
        }

        Database = await CreateDatabaseAsync();
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.UseEnvironment(Environments.Production);
            web.UseUrls("http://127.0.0.1:0");
            var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Database:ConnectionString"] = Database,
                ["Images:wordpress"] = "hostingpanel/wordpress:0123456789ab",
                ["Images:apache-php"] = "hostingpanel/apache-php:0123456789ab",
                ["Images:mariadb"] = "hostingpanel/mariadb:0123456789ab",
                // As published: an unpublished program has a route of its own for files that come later.
                ["ReloadStaticAssetsAtRuntime"] = "false",
                ["Uploads:Directory"] = UploadsDirectory,
                ["Uploads:MaxBytes"] = "2097152",
            };
            Configure(settings);
            foreach (var (key, value) in settings)
            {
                web.UseSetting(key, value);
            }

            web.ConfigureServices(ConfigureServices);
        });
        _factory.UseKestrel();
        _factory.StartServer();
        var addresses = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        _port = new Uri(addresses.Addresses.First()).Port;
        if (HasSchema)
        {
            _secret = await NewSecretAsync("tests");
        }
    }

    /// <summary>Makes a token with the administrator's powers.</summary>
    public async Task<string> NewSecretAsync(string name)
    {
        var tokens = Services.GetRequiredService<TokenService>();
        return (await tokens.CreateAsync(Actor.Panel, new NewToken(name), null, TestContext.Current.CancellationToken)).Value.Secret!;
    }

    /// <summary>Makes an account.</summary>
    /// <param name="role">Its role among the staff; null for none.</param>
    public async Task<AccountView> NewAccountAsync(StaffRole? role)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync(
            "INSERT INTO accounts (id, email, normalized_email, name, password_hash, role, security_stamp, password_changed_at, created_at) "
                + "VALUES ($1, $2, $2, 'Ada', 'AAAA', $3, $1, now(), now())",
            id,
            $"{id}@example.org",
            role?.ToString() ?? (object)DBNull.Value
        );
        return new AccountView(id, $"{id}@example.org", "Ada", role, id);
    }

    /// <summary>Makes an administrator who is signed in, and gives the <c>Cookie</c> header of their session.</summary>
    public async Task<string> NewSessionAsync() => CookieOf(await NewAccountAsync(StaffRole.Administrator));

    /// <summary>The <c>Cookie</c> header of a session of this account.</summary>
    public string CookieOf(AccountView account)
    {
        var session = NewSessionOf(account);
        var cookie = Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieSignIn.Scheme);
        var principal = account.ToPrincipal(session, CookieSignIn.Scheme);
        return $"hp={cookie.TicketDataFormat.Protect(new AuthenticationTicket(principal, CookieSignIn.Scheme))}";
    }

    /// <summary>This account as a page finds it, in a session of its own.</summary>
    public ClaimsPrincipal PrincipalOf(AccountView account) => account.ToPrincipal(NewSessionOf(account), "test");

    /// <summary>This account as it acts in a session of its own, whose proof is fresh, with the powers of now.</summary>
    public async Task<Actor> ActorOfAsync(AccountView account)
    {
        var session = NewSessionOf(account);
        var found = await Services
            .GetRequiredService<SessionService>()
            .FindAsync(session, address: null, TestContext.Current.CancellationToken);
        return found!.ToActor() with { SessionId = session };
    }

    /// <summary>The newest link that was mailed to somebody, as an administrator without a mail server finds it.</summary>
    public async Task<string> MailedLinkAsync(string email)
    {
        var service = Services.GetRequiredService<MailService>();
        var bound = TimeProvider.System.GetUtcNow().AddSeconds(20);
        while (true)
        {
            var mails = (await service.ListAsync(Actor.Server, TestContext.Current.CancellationToken)).Value;
            if (
                mails.FirstOrDefault(mail => mail.To == email && mail.Body?.Contains("link=", StringComparison.Ordinal) == true) is { } mail
            )
            {
                return mail.Body!.Split('\n').Single(line => line.Contains("link=", StringComparison.Ordinal));
            }

            Assert.True(TimeProvider.System.GetUtcNow() < bound, $"No link was mailed to {email}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Makes a session of this account, whose proof is fresh.</summary>
    private Guid NewSessionOf(AccountView account)
    {
        var id = Guid.CreateVersion7();
        using var command = Services
            .GetRequiredService<NpgsqlDataSource>()
            .CreateCommand(
                "INSERT INTO sessions (id, account_id, security_stamp, created_at, last_seen_at, proved_at, browser, factor) "
                    + "SELECT $1, id, security_stamp, now(), now(), now(), 'Firefox on Linux', 'PasswordAndCode' FROM accounts WHERE id = $2"
            );
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        command.Parameters.Add(new NpgsqlParameter { Value = account.Id });
        command.ExecuteNonQuery();
        return id;
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_factory is not null)
        {
            await _factory.DisposeAsync();
            await Postgres.DropAsync(Database);
        }

        _uploads.Delete(recursive: true);
    }

    /// <summary>False for a database that the worker has not set up yet.</summary>
    protected virtual bool HasSchema => true;

    /// <summary>Changes settings before the process starts.</summary>
    protected virtual void Configure(IDictionary<string, string?> settings) { }

    /// <summary>Changes services before the process starts.</summary>
    protected virtual void ConfigureServices(IServiceCollection services) { }

    private Task<string> CreateDatabaseAsync() => HasSchema ? Postgres.CreateDatabaseAsync() : Postgres.CreateEmptyDatabaseAsync();
}
