using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Deque.AxeCore.Playwright;
using HostingPanel.Client;
using HostingPanel.Testing;
using Microsoft.Playwright;

namespace HostingPanel.E2E.Tests;

/// <summary>A whole running panel, which <c>./panel test</c> brings up and names in the environment, and a browser to visit it with.</summary>
public sealed class PanelFixture : IAsyncLifetime
{
    internal const string Email = "ada@example.org";
    internal const string Password = "orbit lantern mustard";
    private readonly ConcurrentQueue<string> _complaints = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The administrator's recovery codes: each proves once who they are.</summary>
    private readonly Queue<string> _codes = new();

    /// <summary>What the browser keeps of the administrator: a one-time code counts once, so they sign in once.</summary>
    private string? _signedIn;

    /// <summary>The panel's address, without a slash at the end.</summary>
    public static string PanelUrl => Read("HP_E2E_PANEL_URL");

    /// <summary>The gateway's port for HTTP.</summary>
    public static int HttpPort => int.Parse(Read("HP_E2E_HTTP_PORT"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The installation's name, the prefix of its services' names.</summary>
    public static string Installation => Read("HP_E2E_INSTALLATION");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("HP_E2E_PANEL_URL") is not { Length: > 0 })
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Skips the test where there is no panel to visit.</summary>
    public void Require()
    {
        if (_browser is null)
        {
            Assert.Skip("HP_E2E_PANEL_URL names no running panel; ./panel test brings one up.");
        }
    }

    /// <summary>What the content security policy has stopped on any page so far.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>A page in a window of its own, signed in nowhere.</summary>
    public Task<IPage> OpenAsync() => OpenAsync(storageState: null);

    private async Task<IPage> OpenAsync(string? storageState)
    {
        Require();
        var page = await _browser!.NewPageAsync(
            new BrowserNewPageOptions
            {
                StorageState = storageState,
                // Nothing fades in while a check looks: a colour half way is nobody's colour.
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                _complaints.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        return page;
    }

    /// <summary>A page of the panel as its administrator, at the list of sites. The first who asks also makes the administrator.</summary>
    public async Task<IPage> SignInAsync()
    {
        var page = await OpenAsync(_signedIn);
        if (_signedIn is null)
        {
            await SetUpAsync(page);
            _signedIn = await page.Context.StorageStateAsync();
        }

        await page.GotoAsync($"{PanelUrl}/sites");
        await page.WaitForURLAsync("**/sites");
        return page;
    }

    /// <summary>Proves once more who sits there, as dangerous acts ask for, and goes on to a page.</summary>
    public async Task ProveAsync(IPage page, string path)
    {
        await page.GotoAsync($"{PanelUrl}/account/confirm?returnUrl=%2F{Uri.EscapeDataString(path)}");
        await CheckAsync(page);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByLabel("Code", new PageGetByLabelOptions { Exact = true }).FillAsync(_codes.Dequeue());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Confirm", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"**/{path}");
    }

    /// <summary>Makes the administrator and sets their second factor up, as they do on the first day.</summary>
    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync(Read("HP_E2E_SETUP_LINK"));
        await CheckAsync(page);
        await page.GetByLabel("Your name").FillAsync("Ada Admin");
        await page.GetByLabel("E-mail").FillAsync(Email);
        await page.GetByLabel("Password", new PageGetByLabelOptions { Exact = true }).FillAsync(Password);
        await page.GetByLabel("Password once more").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create administrator" }).ClickAsync();
        await page.WaitForURLAsync("**/account/sign-in/second-factor**");
        await CheckAsync(page);
        await Screenshots.TakeAsync(page, "second-factor");
        var key = await page.GetByLabel("Key", new PageGetByLabelOptions { Exact = true }).InputValueAsync();
        await page.GetByLabel("Code", new PageGetByLabelOptions { Exact = true })
            .FillAsync(OneTimeCodes.Of(key, TimeProvider.System.GetUtcNow()));
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set up" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "You are in" }).WaitForAsync();
        foreach (
            var code in await page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Recovery codes" })
                .GetByRole(AriaRole.Listitem)
                .AllTextContentsAsync()
        )
        {
            _codes.Enqueue(code);
        }

        await CheckAsync(page);
        await Screenshots.TakeAsync(page, "recovery-codes");
        await page.GetByText("I have kept them: go on").ClickAsync();
        await page.WaitForURLAsync("**/sites");
    }

    /// <summary>Goes to a page of the panel, and waits until it is live: until then it is its frame without what it shows.</summary>
    public static async Task VisitAsync(IPage page, string path)
    {
        await page.GotoAsync($"{PanelUrl}/{path}");
        await page.Locator("html[data-live]").WaitForAsync();
        await page.GetByRole(AriaRole.Heading).First.WaitForAsync();
    }

    /// <summary>No page may keep anybody out: axe finds nothing serious.</summary>
    public static async Task CheckAsync(IPage page)
    {
        // What has little motion to make still takes a frame for it; not for ever, whatever the browser says of it.
        await page.EvaluateAsync(
            """
            () => Promise.race([
                new Promise(resolve => setTimeout(resolve, 2000)),
                Promise.all(document.getAnimations()
                    .filter(animation => animation.playState === 'running' && animation.effect.getComputedTiming().endTime !== Infinity)
                    .map(animation => animation.finished.catch(() => {}))),
            ])
            """
        );
        // Neither has a time-out of its own, and a test that only says that its time was up says nothing.
        var result = await page.RunAxe().WaitAsync(TimeSpan.FromSeconds(60));
        var serious = result
            .Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{page.Url}: {violation.Id} {violation.Help} {violation.Nodes[0].Html}")
            .ToList();
        // In full: an assertion on the list would cut them short.
        Assert.True(serious.Count == 0, string.Join('\n', serious));
    }

    /// <summary>The panel's REST interface with an administrator's token.</summary>
    public static PanelClient Api() => new(PanelClient.Configure(Http(), new Uri(PanelUrl), Read("HP_E2E_TOKEN")));

    /// <summary>A client for whom names below <c>.localhost</c> are this machine, whatever its resolver knows of them.</summary>
    public static HttpClient Http()
    {
        var http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = static async (context, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );
        // Who says nothing of itself is slowed down like a crawler.
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0");
        return http;
    }

    /// <summary>Makes an organisation and a site for it through the REST interface, and waits until it runs.</summary>
    public static async Task ProvisionAsync(CreateSiteRequest request, CancellationToken cancellationToken)
    {
        var panel = Api();
        await panel.Organisations.CreateAsync(
            new CreateOrganisationRequest(request.Organisation!, request.Title!),
            cancellationToken: cancellationToken
        );
        var accepted = await panel.Sites.CreateAsync(request, Guid.CreateVersion7().ToString(), cancellationToken);
        await FinishAsync(accepted);
    }

    /// <summary>Writes rows that nobody can make by hand.</summary>
    public static async Task SqlAsync(string sql, CancellationToken cancellationToken)
    {
        using var engine = new Engine();
        await engine.RunAsync(
            $"{Installation}_postgres",
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "/run/postgresql", "-U", "hostingpanel", "-d", "hostingpanel", "-c", sql],
            cancellationToken
        );
    }

    /// <summary>Waits until an operation has succeeded.</summary>
    public static async Task FinishAsync(Accepted accepted)
    {
        Operation? last = null;
        await foreach (var operation in Api().Operations.WatchAsync(accepted.Operation.Id, TestContext.Current.CancellationToken))
        {
            last = operation;
        }

        Assert.True(last?.State == OperationState.Succeeded, $"{last?.Title}: {last?.Error?.Message}");
    }

    private static string Read(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}

/// <summary>Tests of one panel; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PanelTests : ICollectionFixture<PanelFixture>
{
    public const string Name = "Panel";
}
