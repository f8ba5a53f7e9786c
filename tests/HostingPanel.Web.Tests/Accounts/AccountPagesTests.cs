using System.Net;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>The pages that are plain forms, as a browser without a script sees them.</summary>
public sealed class AccountPagesTests(PanelApp app) : ApiTest(app)
{
    private const string Password = "three plain words";
    private readonly PlainBrowser _browser = new(app);

    [Fact]
    public async Task A_forgotten_password_looks_the_same_whoever_asks_and_the_link_leads_on()
    {
        var account = await App.NewAccountAsync(role: null);
        var form = await _browser.GetAsync("/account/forgot");
        string Answer(string page) =>
            page[page.IndexOf("<h1", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)];
        var unknown = Answer(await _browser.SubmitAsync("/account/forgot", form, "forgot", ("Input.Email", "nobody@example.org")));
        var known = Answer(await _browser.SubmitAsync("/account/forgot", form, "forgot", ("Input.Email", account.Email)));
        Assert.Equal(unknown, known);

        var link = await App.MailedLinkAsync(account.Email);
        Assert.StartsWith("http://panel.localhost/account/reset?link=", link, StringComparison.Ordinal);
        var path = new Uri(link).PathAndQuery;
        form = await _browser.GetAsync(path);
        Assert.Contains(
            "at least 12",
            await _browser.SubmitAsync(path, form, "reset", ("Input.Password", "short"), ("Input.Repeat", "short")),
            StringComparison.Ordinal
        );
        var done = await _browser.SubmitAsync(path, form, "reset", ("Input.Password", Password), ("Input.Repeat", Password));
        Assert.Contains("Your password is changed", done, StringComparison.Ordinal);
        Assert.Contains("does not work", await _browser.GetAsync(path), StringComparison.Ordinal);
        Assert.DoesNotContain("hp", _browser.Cookies.Keys);

        var signIn = await _browser.GetAsync("/account/sign-in");
        await _browser.SubmitAsync("/account/sign-in", signIn, "sign-in", ("Input.Email", account.Email), ("Input.Password", Password));
        Assert.Contains("Your account", await _browser.GetAsync("/account"), StringComparison.Ordinal);
        // What changes how one signs in asks once more, and comes back; this sign-in was a moment ago.
        var change = await _browser.GetAsync("/account/password");
        await _browser.SubmitAsync(
            "/account/password",
            change,
            "password",
            ("Input.Password", "four other words"),
            ("Input.Repeat", "four other words")
        );
        Assert.Equal("/account", _browser.Location);
        await App.ExecuteAsync("UPDATE sessions SET proved_at = proved_at - interval '11 minutes' WHERE account_id = $1", account.Id);
        Assert.Equal("/account/confirm?returnUrl=%2Faccount%2Femail", await _browser.FollowAsync("/account/email"));
        var confirm = await _browser.GetAsync("/account/confirm?returnUrl=%2Faccount%2Femail");
        Assert.Contains(
            "not right",
            await _browser.SubmitAsync("/account/confirm", confirm, "confirm", ("Input.Password", "wrong")),
            StringComparison.Ordinal
        );
        await _browser.SubmitAsync(
            "/account/confirm?returnUrl=%2Faccount%2Femail",
            confirm,
            "confirm",
            ("Input.Password", "four other words")
        );
        Assert.Equal("/account/email", _browser.Location);
        Assert.Contains("Send the link", await _browser.GetAsync("/account/email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_makes_an_account_and_lets_its_person_in_after_the_second_factor()
    {
        var boss = await App.ActorOfAsync(await App.NewAccountAsync(StaffRole.Administrator));
        var invitations = App.Services.GetRequiredService<InvitationService>();
        Assert.Null(
            (await invitations.InviteAsync(boss, new Invite("mallory@example.org", StaffRole.Auditor), null, Cancellation)).Problem
        );
        var path = new Uri(await App.MailedLinkAsync("mallory@example.org")).PathAndQuery;
        var form = await _browser.GetAsync(path);
        Assert.Contains("mallory@example.org", form, StringComparison.Ordinal);
        Assert.Contains("the staff as auditor", form, StringComparison.Ordinal);
        await _browser.SubmitAsync(
            path,
            form,
            "accept-new",
            ("Input.Name", "Mallory"),
            ("Input.Password", Password),
            ("Input.Repeat", Password)
        );
        Assert.Equal("/account/sign-in/second-factor", _browser.Location);
        await _browser.SetUpFactorAsync(_browser.Location);
        Assert.Contains("Mallory", await _browser.GetAsync("/sites"), StringComparison.Ordinal);
        Assert.Contains("taken on already", await _browser.GetAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        using var content = new FormUrlEncodedContent([
            new("Input.Email", "ada@example.org"),
            new("Input.Password", Password),
            new("_handler", "sign-in"),
        ]);
        using var response = await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/account/sign-in") { Content = content });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sites")]
    [InlineData("/sites/food-bank")]
    [InlineData("/organisations")]
    [InlineData("/operations")]
    [InlineData("/operations/00000000-0000-0000-0000-000000000000")]
    [InlineData("/tokens")]
    [InlineData("/people")]
    [InlineData("/mail")]
    [InlineData("/account")]
    [InlineData("/account/password")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/passkeys")]
    [InlineData("/account/confirm")]
    [InlineData("/account/sign-out")]
    [InlineData("/not-found")]
    [InlineData("/nowhere")]
    public async Task Nobody_sees_a_page_without_signing_in(string path) =>
        Assert.StartsWith("/account/sign-in?returnUrl=", await _browser.FollowAsync(path), StringComparison.Ordinal);

    [Theory]
    [InlineData("dark", "data-theme=\"dark\"")]
    [InlineData("light", "data-theme=\"light\"")]
    [InlineData("\"><script>", "(prefers-color-scheme: dark)")]
    public async Task The_theme_that_was_chosen_is_in_the_first_byte(string cookie, string expected)
    {
        _browser.Cookies["hp-theme"] = Uri.EscapeDataString(cookie);
        var page = await _browser.GetAsync("/account/sign-in");
        Assert.Contains(expected, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }
}
