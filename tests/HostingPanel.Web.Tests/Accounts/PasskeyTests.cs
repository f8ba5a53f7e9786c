using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>Passkeys through the pages, with a device made of software: what is let in, and what is not.</summary>
public sealed class PasskeyTests(PanelApp app) : ApiTest(app), IDisposable
{
    private readonly PlainBrowser _browser = new(app);
    private readonly SoftAuthenticator _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task A_passkey_lets_its_owner_in_alone_and_each_answer_counts_once()
    {
        var account = await AddAsync();
        var page = await _browser.GetAsync("/account/sign-in?returnUrl=%2Fsites");
        var answer = _device.Get(OptionsOf(page));
        await UseAsync("/account/sign-in?returnUrl=%2Fsites", page, answer);
        Assert.Equal("/sites", _browser.Location);
        Assert.Contains("by passkey", await WordsOfSessionAsync(account), StringComparison.Ordinal);

        // The same answer again, with the same question: somebody has listened.
        _browser.Cookies.Remove("hp");
        var again = await _browser.GetAsync("/account/sign-in");
        Assert.Contains("could not be used", await UseAsync("/account/sign-in", again, answer, StateOf(page)), StringComparison.Ordinal);
        // And with another question.
        Assert.Contains("could not be used", await UseAsync("/account/sign-in", again, answer), StringComparison.Ordinal);
        Assert.DoesNotContain("hp", _browser.Cookies.Keys);
    }

    [Theory]
    [InlineData("origin")]
    [InlineData("domain")]
    [InlineData("verification")]
    [InlineData("counter")]
    [InlineData("state")]
    [InlineData("nonsense")]
    [InlineData("suspended")]
    public async Task What_is_not_the_owner_on_this_page_is_refused(string what)
    {
        var account = await AddAsync();
        var page = await _browser.GetAsync("/account/sign-in");
        var state = StateOf(page);
        switch (what)
        {
            case "origin":
                _device.Origin = "http://panel.localhost.evil.example";
                break;
            case "domain":
                _device.Domain = "evil.example";
                break;
            case "verification":
                _device.VerifiesOwner = false;
                break;
            case "counter":
                // A copy of the device that lags behind.
                await App.ExecuteAsync("UPDATE passkeys SET sign_count = 7 WHERE account_id = $1", account.Id);
                break;
            case "state":
                state = $"{state[..^4]}AAAA";
                break;
            case "suspended":
                await App.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = $1", account.Id);
                break;
        }

        var answer = what == "nonsense" ? "{\"id\":\"x\"}" : _device.Get(OptionsOf(page));
        Assert.Contains("could not be used", await UseAsync("/account/sign-in", page, answer, state), StringComparison.Ordinal);
        Assert.DoesNotContain("hp", _browser.Cookies.Keys);
    }

    [Fact]
    public async Task A_question_that_was_put_to_make_one_is_not_answered_by_another_account_and_not_twice()
    {
        await AddAsync();
        var eve = await App.NewAccountAsync(StaffRole.Auditor);
        SignIn(eve);
        var page = await _browser.GetAsync("/account/passkeys");
        using var other = new SoftAuthenticator();
        var answer = other.Create(OptionsOf(page));
        // Another person's browser sends it.
        SignIn(await App.NewAccountAsync(StaffRole.Auditor));
        var theirs = await _browser.GetAsync("/account/passkeys");
        Assert.Contains("could not be used", await UseAsync("/account/passkeys", theirs, answer, StateOf(page)), StringComparison.Ordinal);
        SignIn(eve);
        var own = await _browser.GetAsync("/account/passkeys");
        Assert.Contains("is added", await UseAsync("/account/passkeys", own, answer, StateOf(page)), StringComparison.Ordinal);
        Assert.DoesNotContain("is added", await UseAsync("/account/passkeys", own, answer, StateOf(page)), StringComparison.Ordinal);
        Assert.Equal(1L, await App.ScalarAsync<long>("SELECT count(*) FROM passkeys WHERE account_id = $1", eve.Id));
    }

    [Fact]
    public async Task Who_must_set_a_second_factor_up_at_sign_in_may_do_so_with_a_passkey()
    {
        const string Password = "orbit lantern mustard";
        const string Enrol = "/account/sign-in/second-factor";
        var boss = await App.ActorOfAsync(await App.NewAccountAsync(StaffRole.Administrator));
        var email = $"{NewName("olive")}@example.org";
        var invitations = App.Services.GetRequiredService<InvitationService>();
        Assert.Null((await invitations.InviteAsync(boss, new Invite(email, StaffRole.Operator), null, Cancellation)).Problem);
        var link = new Uri(await App.MailedLinkAsync(email)).PathAndQuery;
        await _browser.SubmitAsync(
            link,
            await _browser.GetAsync(link),
            "accept-new",
            ("Input.Name", "Olive"),
            ("Input.Password", Password),
            ("Input.Repeat", Password)
        );
        Assert.Equal(Enrol, _browser.Location);
        var half = _browser.Cookies["hp-half"];
        var page = await _browser.GetAsync(Enrol);
        // What was answered to another page's question opens nothing.
        _device.Origin = "http://evil.example";
        Assert.Contains("could not be used", await UseAsync(Enrol, page, _device.Create(OptionsOf(page))), StringComparison.Ordinal);
        Assert.DoesNotContain("hp", _browser.Cookies.Keys);
        _device.Origin = "http://panel.localhost";
        var answer = _device.Create(OptionsOf(page));
        var codes = await UseAsync(Enrol, page, answer);
        Assert.Equal(10, Regex.Count(codes, "<li class=\"mono\">"));
        Assert.Contains("Olive", await _browser.GetAsync("/sites"), StringComparison.Ordinal);
        Assert.Equal(
            "PasswordAndPasskey",
            await App.ScalarAsync<string>(
                "SELECT s.factor FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE a.email = $1",
                email
            )
        );

        // Whoever has the password alone puts no passkey of theirs beside the owner's.
        _browser.Cookies.Clear();
        _browser.Cookies["hp-half"] = half;
        using var thief = new SoftAuthenticator();
        page = await _browser.GetAsync(Enrol);
        Assert.Contains(
            "has a second factor already",
            await UseAsync(Enrol, page, thief.Create(OptionsOf(page))),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hp", _browser.Cookies.Keys);
        // The owner's opens the door alone from now on.
        _browser.Cookies.Clear();
        page = await _browser.GetAsync("/account/sign-in?returnUrl=%2Fsites");
        await UseAsync("/account/sign-in?returnUrl=%2Fsites", page, _device.Get(OptionsOf(page)));
        Assert.Equal("/sites", _browser.Location);
    }

    [Fact]
    public async Task The_last_factor_of_who_must_have_one_stays()
    {
        var account = await AddAsync();
        var actor = await App.ActorOfAsync(account);
        var passkeys = App.Services.GetRequiredService<PasskeyService>();
        var id = (await passkeys.OfAsync(account.Id, Cancellation))[0].CredentialId;
        Assert.Equal("second-factor-required", (await passkeys.RemoveAsync(actor, id, Cancellation)).Problem?.Code);
        Assert.Single(await passkeys.OfAsync(account.Id, Cancellation));
        // Of who need not have one it can go.
        await App.ExecuteAsync("UPDATE accounts SET role = NULL WHERE id = $1", account.Id);
        actor = actor with { Role = null };
        Assert.Null((await passkeys.RemoveAsync(actor, id, Cancellation)).Problem);
        Assert.Equal("passkey-not-found", (await passkeys.RemoveAsync(actor, id, Cancellation)).Problem?.Code);
    }

    /// <summary>An administrator who has added the device's passkey; nobody is signed in afterwards.</summary>
    private async Task<AccountView> AddAsync()
    {
        var account = await App.NewAccountAsync(StaffRole.Administrator);
        SignIn(account);
        var page = await _browser.GetAsync("/account/passkeys");
        var added = await UseAsync("/account/passkeys", page, _device.Create(OptionsOf(page)));
        Assert.Contains("The passkey is added", added, StringComparison.Ordinal);
        // It is the first second factor: recovery codes come with it.
        Assert.Equal(10, Regex.Count(added, "<li class=\"mono\">"));
        _browser.Cookies.Clear();
        return account;
    }

    private void SignIn(AccountView account)
    {
        _browser.Cookies.Clear();
        _browser.Cookies["hp"] = App.CookieOf(account)["hp=".Length..];
    }

    private Task<string> UseAsync(string path, string page, string answer, string? state = null) =>
        _browser.SubmitAsync(
            path,
            page,
            "passkey",
            ("Passkey.State", state ?? StateOf(page)),
            ("Passkey.Credential", answer),
            ("Passkey.Name", "Test device")
        );

    private Task<string> WordsOfSessionAsync(AccountView account) =>
        App.ScalarAsync<string>(
            "SELECT CASE factor WHEN 'Passkey' THEN 'by passkey' ELSE factor END FROM sessions WHERE account_id = $1 ORDER BY created_at DESC LIMIT 1",
            account.Id
        );

    private static string StateOf(string page) => PlainBrowser.ValueOf(page, "Passkey.State");

    private static string OptionsOf(string page) => WebUtility.HtmlDecode(Regex.Match(page, "data-options=\"([^\"]+)\"").Groups[1].Value);
}
