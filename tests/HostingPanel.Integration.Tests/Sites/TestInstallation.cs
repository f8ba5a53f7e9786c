using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Worker;
using HostingPanel.Worker.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>
/// A whole installation of its own on this machine's engine, but for the web: a gateway, a front network, a database, and workers that
/// run in the test's process, so that a test can break one off at any moment.
/// </summary>
public sealed class TestInstallation : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int _blocks = RandomNumberGenerator.GetInt32(240);
    private readonly Uri _endpoint;
    private readonly string _address;
    private readonly DockerClient _docker;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly IReadOnlyDictionary<string, string> _images = BuiltImages();

    // Tests and installations on one engine must not ask for the same ranges.
    private readonly int _block = 16 + (Interlocked.Increment(ref _blocks) % 240);
    private TestDatabase? _database;
    private WebApplication? _worker;
    private bool _works;
    private string? _unusable;
    private string? _gatewayDirectory;

    /// <summary>On this machine's engine.</summary>
    public TestInstallation()
        : this(new Uri("unix:///var/run/docker.sock"), "127.0.0.1") { }

    /// <summary>On another engine.</summary>
    /// <param name="endpoint">Where the engine answers.</param>
    /// <param name="address">Where this machine reaches what it publishes.</param>
    internal TestInstallation(Uri endpoint, string address)
    {
        (_endpoint, _address) = (endpoint, address);
        _docker = new DockerClient(new DockerClientOptions { Endpoint = endpoint });
    }

    public string Name { get; } = $"hpt{RandomNumberGenerator.GetHexString(5, lowercase: true)}";
    public int HttpPort { get; private set; }
    public int HttpsPort { get; private set; }
    public DockerClient Docker => _docker;
    public IReadOnlyDictionary<string, string> Images => _images;
    public Filters Mine => Filters.Label("hp.installation", Name);

    public T Get<T>()
        where T : notnull => (_worker ?? throw new InvalidOperationException("No worker runs.")).Services.GetRequiredService<T>();

    public SiteManager Sites => Get<SiteManager>();

    /// <summary>What lies where archives wait to be unpacked.</summary>
    public IReadOnlyList<string> UploadedFiles => Directory.Exists(UploadsDirectory) ? Directory.GetFiles(UploadsDirectory) : [];

    private string UploadsDirectory => Path.Combine(_directory.FullName, "uploads");

    /// <summary>Skips the test when this machine can't run it.</summary>
    public void Require()
    {
        if (_unusable is not null)
        {
            Assert.Skip(_unusable);
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (await WhyUnusableAsync() is { } why)
        {
            _unusable = why;
            return;
        }

        (HttpPort, HttpsPort) = (FreePort(), FreePort());
        _database = await TestDatabase.CreateAsync();
        _gatewayDirectory = await TestGateway.MakeAsync(_docker, Name, $"10.113.{_block}.0/24", HttpPort, HttpsPort, _images, None);
        await StartWorkerAsync();
        var created = await Get<OrganisationService>()
            .CreateAsync(Actor.Panel, new CreateOrganisation("helpers", "The Helpers", "large"), idempotencyKey: null, None);
        Assert.Null(created.Problem);
    }

    /// <summary>Starts a worker; each has a configuration of its own and everything else in common.</summary>
    /// <param name="change">What is other than usual in its configuration.</param>
    /// <param name="replace">What is other than usual in itself.</param>
    public async Task StartWorkerAsync(Action<IDictionary<string, string?>>? change = null, Action<IServiceCollection>? replace = null)
    {
        var worker = Build(change, replace);
        worker.Urls.Add("http://127.0.0.1:0");
        await worker.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(None);
        worker.MapHealth();
        await worker.StartAsync();
        (_worker, _works) = (worker, true);
    }

    /// <summary>Stops the worker as Swarm would, in the middle of whatever it does.</summary>
    public async Task StopWorkerAsync()
    {
        if (_worker is { } worker)
        {
            _worker = null;
            if (_works)
            {
                await worker.StopAsync();
            }

            await worker.DisposeAsync();
        }
    }

    /// <summary>Stops the worker; the use cases can be asked further on, but who does the work is the test's matter.</summary>
    public async Task LeaveWorkToProcessesAsync()
    {
        await StopWorkerAsync();
        (_worker, _works) = (Build(change: null), false);
    }

    private WebApplication Build(Action<IDictionary<string, string?>>? change, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var settings = Settings();
        change?.Invoke(settings);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddWorker();
        replace?.Invoke(builder.Services);
        // Hundreds of lines about what went well would hide what did not.
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder.Build();
    }

    /// <summary>Waits for an operation's end.</summary>
    public async Task<OperationView> FinishAsync(Guid id, CancellationToken cancellationToken)
    {
        OperationView? last = null;
        await foreach (var view in Get<OperationService>().WatchAsync(Actor.Panel, id, cancellationToken))
        {
            last = view;
        }

        return last!;
    }

    /// <summary>Does an action to its end.</summary>
    public async Task<OperationView> DoAsync(string slug, SiteAction action, CancellationToken cancellationToken)
    {
        var requested = await Sites.RequestAsync(Actor.Panel, slug, action, idempotencyKey: null, cancellationToken);
        Assert.Null(requested.Problem);
        return await FinishAsync(requested.Value.Id, cancellationToken);
    }

    /// <summary>Visits a site as a browser would, through the gateway's published port.</summary>
    public Task<(HttpStatusCode Status, string Body)> VisitAsync(string host, string path, CancellationToken cancellationToken) =>
        VisitAsync(host, path, follow: true, cancellationToken);

    /// <summary>Visits a site, and goes where it sends one only if that is wanted: an address of the site's own is not known here.</summary>
    public async Task<(HttpStatusCode Status, string Body)> VisitAsync(
        string host,
        string path,
        bool follow,
        CancellationToken cancellationToken
    )
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = follow };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        // As it is written: a client that tidies paths up first would never ask for "/../".
        var address = new Uri(
            $"http://{_address}:{HttpPort}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = $"{host}:{HttpPort}";
        // As browsers do; who says nothing is slowed down like a crawler.
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0");
        using var response = await client.SendAsync(request, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Everything in the engine that carries this site's label, as <c>kind name</c>.</summary>
    public async Task<IReadOnlyList<string>> LabelledAsync(Guid siteId, CancellationToken cancellationToken)
    {
        var site = Filters.Label("hp.site", siteId.ToString());
        // The engine lists volumes in no order.
        List<string> things =
        [
            .. (await _docker.Services.ListAsync(site, status: false, cancellationToken)).Select(service => $"service {service.Spec.Name}"),
            .. (await _docker.Networks.ListAsync(site, cancellationToken)).Select(network => $"network {network.Name}"),
            .. (await _docker.Secrets.ListAsync(site, cancellationToken)).Select(secret => $"secret {secret.Spec.Name}"),
            .. (await _docker.Volumes.ListAsync(site, cancellationToken)).Select(volume => $"volume {volume.Name}"),
            .. (await _docker.Containers.ListAsync(all: true, site, cancellationToken)).Select(container => $"container {container.Id}"),
        ];
        return [.. things.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkerAsync();
        if (_unusable is null)
        {
            await EngineCleaner.RemoveAsync(_docker, Mine, None);
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await _docker.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>What a worker of this installation is configured with.</summary>
    public Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Panel:Installation"] = Name,
            ["Panel:SiteSubnets"] = $"10.114.{_block}.0/24",
            ["Panel:HttpPort"] = $"{HttpPort}",
            // Of what a test asks for itself it knows when it happens.
            ["Panel:RunsCron"] = "false",
            ["Panel:RunsBackups"] = "false",
            ["Database:ConnectionString"] = _database!.ConnectionString,
            ["Worker:MasterKeyFile"] = Key("master-key"),
            ["Worker:InternalKeyFile"] = Key("internal-key"),
            ["Worker:DiskProbeDirectory"] = _directory.FullName,
            ["Uploads:Directory"] = UploadsDirectory,
            ["Gateway:Directory"] = _gatewayDirectory,
            ["Gateway:Address"] = _address,
            ["Docker:Endpoint"] = $"{_endpoint}",
            ["Gateway:HttpPort"] = $"{HttpPort}",
            ["Gateway:KeyFile"] = Key("panel-gateway-key"),
        };
        foreach (var (name, reference) in _images)
        {
            settings[$"Images:{name}"] = reference;
        }

        return settings;
    }

    private string Key(string name)
    {
        var path = Path.Combine(_directory.FullName, name);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, RandomNumberGenerator.GetHexString(64, lowercase: true));
        }

        return path;
    }

    private async Task<string?> WhyUnusableAsync()
    {
        try
        {
            var info = await _docker.System.InfoAsync(None);
            if (!info.Swarm.ControlAvailable)
            {
                return "The Docker engine is no swarm manager; ./panel test makes it one.";
            }
        }
        catch (DockerApiException unusable)
        {
            return $"No usable Docker engine: {unusable.Message}";
        }

        if (_images.Count == 0)
        {
            return "HP_TEST_IMAGES names no list of built images; ./panel test builds them.";
        }

        return Environment.GetEnvironmentVariable("HP_TEST_POSTGRES") is { Length: > 0 }
            ? null
            : "HP_TEST_POSTGRES names no PostgreSQL server; ./panel test starts one.";
    }

    /// <summary>The images under test by their names; none where nobody has built any.</summary>
    public static IReadOnlyDictionary<string, string> BuiltImages() =>
        Environment.GetEnvironmentVariable("HP_TEST_IMAGES") is { Length: > 0 } file && File.Exists(file)
            ? File.ReadLines(file)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length >= 2)
                .ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
