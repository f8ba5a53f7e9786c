using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Client;
using HostingPanel.Web.Tests.Accounts;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Security;

/// <summary>ABUSE 13, 14 and 16: what a stranger learns, pretends and opens, against the whole web process.</summary>
public sealed partial class StrangerTests(PanelApp app) : ApiTest(app)
{
    private readonly PlainBrowser _browser = new(app);

    /// <summary>ABUSE 13.</summary>
    [Theory]
    [InlineData("/account/sign-in", "sign-in")]
    [InlineData("/account/forgot", "forgot")]
    public async Task Known_and_unknown_addresses_get_the_same_page(string path, string form)
    {
        var account = await App.NewAccountAsync(role: null);
        var suspended = await App.NewAccountAsync(StaffRole.Operator);
        await App.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = $1", suspended.Id);
        var known = await AnswerAsync(account.Email);
        Assert.Equal(known, await AnswerAsync($"{Guid.CreateVersion7()}@example.org"));
        Assert.Equal(known, await AnswerAsync(suspended.Email));

        async Task<string> AnswerAsync(string email)
        {
            var page = await _browser.GetAsync(path);
            using var response = await _browser.PostAsync(
                path,
                page,
                form,
                ("Input.Email", email),
                ("Input.Password", "three wrong words")
            );
            var body = await response.Content.ReadAsStringAsync(Cancellation);
            // What is different each time: the form's token, the passkey's question, and what was typed.
            body = Varying().Replace(body, string.Empty).Replace(email, "EMAIL", StringComparison.OrdinalIgnoreCase);
            return $"{response.StatusCode} {response.Headers.Location} {string.Join(' ', _browser.SetCookies)} {body}";
        }
    }

    /// <summary>ABUSE 13: the work of comparing a password is the same whether there is one or not.</summary>
    [Fact]
    public async Task The_hash_that_nobody_has_costs_what_an_accounts_costs()
    {
        // The form of the hash: a byte version, and, each in four bytes, the function, the rounds and the length of the salt.
        var account = await App.NewAccountAsync(role: null);
        var link = await App
            .Services.GetRequiredService<AccountService>()
            .CreateAccessLinkAsync(account.Email, withoutFactors: false, Cancellation);
        var reset = App.Services.GetRequiredService<PasswordService>();
        Assert.Null(
            (await reset.ResetAsync(Actor.Nobody, link.Value, "orbit lantern mustard", new Visit("x", null), Cancellation)).Problem
        );
        var own = Convert.FromBase64String(await App.ScalarAsync<string>("SELECT password_hash FROM accounts WHERE id = $1", account.Id));
        var nobodys = Convert.FromBase64String(
            (string)
                typeof(AccountService).Assembly.GetType("HostingPanel.Accounts.AccountReading")!.GetProperty("NobodysHash")!.GetValue(null)!
        );
        Assert.Equal((own.Length, Convert.ToHexString(own[..13])), (nobodys.Length, Convert.ToHexString(nobodys[..13])));
    }

    /// <summary>ABUSE 14: nothing that a request says of itself is where it comes from.</summary>
    [Fact]
    public async Task Headers_that_pretend_change_neither_limits_nor_links_nor_the_audit()
    {
        var token = await Api.Tokens.CreateAsync(
            new CreateTokenRequest(NewName("far"), AllowedNetworks: ["203.0.113.0/24"]),
            cancellationToken: Cancellation
        );
        foreach (var (name, value) in Pretending("203.0.113.9"))
        {
            using var http = App.Http(token.Secret);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sites");
            request.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request, Cancellation);
            Assert.Equal((name, HttpStatusCode.Unauthorized), (name, response.StatusCode));
        }

        // A link in a mail leads to the panel's own address, whatever the request for it called the panel.
        foreach (var host in (string?[])[null, "web", "panel.localhost:666"])
        {
            var account = await App.NewAccountAsync(role: null);
            var page = await _browser.GetAsync("/account/forgot");
            using var content = new FormUrlEncodedContent([
                new("Input.Email", account.Email),
                new("_handler", "forgot"),
                new("__RequestVerificationToken", PlainBrowser.ValueOf(page, "__RequestVerificationToken")),
            ]);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/account/forgot") { Content = content };
            foreach (var (name, value) in Pretending("203.0.113.9"))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            request.Headers.Host = host;
            using var response = await _browser.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var link = await App.MailedLinkAsync(account.Email);
            Assert.StartsWith("http://panel.localhost/account/reset?link=", link.Trim(), StringComparison.Ordinal);
            Assert.Equal(
                "127.0.0.1",
                await App.ScalarAsync<string>(
                    "SELECT address FROM audit_entries WHERE act = 'account.request-password-reset' AND target_id = $1",
                    account.Id
                )
            );
        }
    }

    /// <summary>ABUSE 16: a circuit is opened by a page of the panel's own, in a session, and by nothing else.</summary>
    [Theory]
    [InlineData("http://panel.localhost", true, "", HttpStatusCode.SwitchingProtocols)]
    [InlineData("http://evil.example", true, "", HttpStatusCode.Forbidden)]
    [InlineData("http://panel.localhost.evil.example", true, "", HttpStatusCode.Forbidden)]
    [InlineData("http://panel.localhost:666", true, "", HttpStatusCode.Forbidden)]
    [InlineData("null", true, "", HttpStatusCode.Forbidden)]
    [InlineData("http://panel.localhost", false, "", HttpStatusCode.Unauthorized)]
    [InlineData("http://panel.localhost", false, "access_token", HttpStatusCode.Unauthorized)]
    public async Task A_web_socket_is_refused_to_whom_it_is_not_for(string origin, bool isSignedIn, string parameter, HttpStatusCode status)
    {
        using var http = App.Http();
        var query = parameter.Length == 0 ? string.Empty : $"?{parameter}={App.Secret}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/_blazor{query}");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(Guid.CreateVersion7().ToByteArray()));
        request.Headers.Add("Origin", origin);
        if (isSignedIn)
        {
            request.Headers.Add("Cookie", await App.NewSessionAsync());
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(status, response.StatusCode);
    }

    /// <summary>ABUSE 16: a token counts in its header alone.</summary>
    [Theory]
    [InlineData("?access_token={0}")]
    [InlineData("?token={0}")]
    [InlineData("?authorization=Bearer%20{0}")]
    [InlineData("?api_key={0}")]
    [InlineData("#{0}")]
    public async Task A_token_in_an_address_opens_nothing(string query)
    {
        using var http = App.Http();
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, $"/api/v1/sites{query}", App.Secret);
        using var response = await http.GetAsync(new Uri(address, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain(App.Secret, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var page = await http.GetAsync(
            new Uri(address.Replace("/api/v1/sites", "/sites", StringComparison.Ordinal), UriKind.Relative),
            Cancellation
        );
        Assert.StartsWith("/account/sign-in", page.Headers.Location?.PathAndQuery ?? string.Empty, StringComparison.Ordinal);
    }

    private static (string Name, string Value)[] Pretending(string address) =>
        [
            ("X-Forwarded-For", address),
            ("Forwarded", $"for={address};host=evil.example;proto=https"),
            ("X-Real-IP", address),
            ("True-Client-IP", address),
            ("CF-Connecting-IP", address),
            ("X-Client-IP", address),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Prefix", "/evil"),
            ("X-Original-URL", "/api/v1/sites"),
            ("X-HP-Gateway-Key", "guessed"),
        ];

    [GeneratedRegex(
        "(name=\"__RequestVerificationToken\" value=\"[^\"]*\"|value=\"[^\"]*\" */?>|data-options=\"[^\"]*\"|<!--.*?-->)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Varying();
}
