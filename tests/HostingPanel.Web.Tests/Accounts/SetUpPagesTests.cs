using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Accounts;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>The first day: a panel that nobody has been in.</summary>
public sealed class SetUpPagesTests(PanelApp app) : ApiTest(app)
{
    private const string Password = "three plain words";
    private readonly PlainBrowser _browser = new(app);

    /// <summary>ABUSE 11, 12, 18 and 25 on the way of the first administrator.</summary>
    [Fact]
    public async Task The_set_up_link_makes_the_administrator_once_who_sets_a_second_factor_up_then_signs_out_and_in()
    {
        var accounts = App.Services.GetRequiredService<AccountService>();
        Assert.Contains("does not work", await _browser.GetAsync("/set-up?link=guessed"), StringComparison.Ordinal);

        var link = $"/set-up?link={(await accounts.CreateSetupLinkAsync(Cancellation)).Value}";
        var form = await _browser.GetAsync(link);
        Assert.Contains("Welcome", form, StringComparison.Ordinal);
        Assert.Contains(
            "at least 12 characters",
            await _browser.SubmitAsync(link, form, "set-up", SetUp("short", "short")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "tried first",
            await _browser.SubmitAsync(link, form, "set-up", SetUp("password1234", "password1234")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "are not the same",
            await _browser.SubmitAsync(link, form, "set-up", SetUp(Password, "four plain words")),
            StringComparison.Ordinal
        );

        // Two at the same moment: one administrator.
        var rival = new PlainBrowser(App);
        var rivalForm = await rival.GetAsync(link);
        await Task.WhenAll(
            _browser.SubmitAsync(link, form, "set-up", SetUp(Password, Password)),
            rival.SubmitAsync(link, rivalForm, "set-up", SetUp(Password, Password))
        );
        Assert.Equal(
            1L,
            await App.ScalarAsync<long>("SELECT count(*) FROM accounts WHERE role = 'Administrator' AND email = 'ada@example.org'")
        );
        var browser = _browser.Cookies.ContainsKey("hp-half") ? _browser : rival;
        const string Enrol = "/account/sign-in/second-factor?returnUrl=%2Fsites";
        Assert.Equal(Enrol, browser.Location);

        // The password alone opens nothing.
        Assert.Contains("/account/sign-in?", await browser.FollowAsync("/sites"), StringComparison.Ordinal);
        Assert.Contains("/account/sign-in?", await browser.FollowAsync("/account/second-factor"), StringComparison.Ordinal);
        var (key, codes) = await browser.SetUpFactorAsync(Enrol);
        Assert.Equal(10, codes.Count);
        Assert.Contains(
            browser.SetCookies,
            cookie =>
                cookie.StartsWith("hp=", StringComparison.Ordinal)
                && cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase)
                && cookie.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase)
        );
        Assert.DoesNotContain("hp-half", browser.Cookies.Keys);
        Assert.Contains("Ada &lt;b&gt;", await browser.GetAsync("/sites"), StringComparison.Ordinal);
        Assert.Contains("This panel is set up", await browser.GetAsync(link), StringComparison.Ordinal);

        var stolen = browser.Cookies["hp"];
        var leave = await browser.GetAsync("/account/sign-out");
        await browser.SubmitAsync("/account/sign-out", leave, "sign-out");
        Assert.Equal("/account/sign-in", browser.Location);
        Assert.EndsWith(
            "/account/sign-in?returnUrl=%2Fsites%3Fsearch%3Da",
            await browser.FollowAsync("/sites?search=a"),
            StringComparison.Ordinal
        );
        // The cookie of the session that has ended opens nothing, wherever it was kept.
        browser.Cookies["hp"] = stolen;
        Assert.Contains("/account/sign-in?", await browser.FollowAsync("/sites"), StringComparison.Ordinal);
        browser.Cookies.Remove("hp");

        var signIn = await browser.GetAsync("/account/sign-in?returnUrl=%2Forganisations");
        Assert.Contains(
            "do not belong together",
            await browser.SubmitAsync("/account/sign-in", signIn, "sign-in", SignIn("not the password")),
            StringComparison.Ordinal
        );
        await browser.SubmitAsync("/account/sign-in?returnUrl=%2Forganisations", signIn, "sign-in", SignIn(Password));
        const string Second = "/account/sign-in/code?returnUrl=%2Forganisations";
        Assert.Equal(Second, browser.Location);
        var code = await browser.GetAsync(Second);
        // Setting another factor up is no way around the one that there is.
        var around = await browser.GetAsync(Enrol);
        var other = Regex.Match(around, "id=\"totp-secret\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        var refused = await browser.SubmitAsync(
            Enrol,
            around,
            "second-factor",
            ("Input.Sealed", PlainBrowser.ValueOf(around, "Input.Sealed")),
            ("Input.Code", OneTimeCodes.Of(other, TimeProvider.System.GetUtcNow()))
        );
        Assert.Contains("has a second factor already", refused, StringComparison.Ordinal);
        Assert.Contains(
            "was used before",
            await browser.SubmitAsync(Second, code, "code", ("Input.Code", "000000")),
            StringComparison.Ordinal
        );
        // The next code is good already; the one that set the app up is used.
        await browser.SubmitAsync(
            Second,
            code,
            "code",
            ("Input.Code", OneTimeCodes.Of(key, TimeProvider.System.GetUtcNow().AddSeconds(30)))
        );
        Assert.Equal("/organisations", browser.Location);
        Assert.Contains("Organisations", await browser.GetAsync("/organisations"), StringComparison.Ordinal);
        Assert.NotEqual(stolen, browser.Cookies["hp"]);

        using var nowhere = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/nowhere"));
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.Contains("There is no such page", await nowhere.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        using var outdated = await browser.PostAsync("/account/sign-in", signIn, "sign-in", SignIn(Password));
        Assert.Equal(HttpStatusCode.BadRequest, outdated.StatusCode);
        Assert.Contains("out of date", await outdated.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        browser.Cookies.Remove("hp");
        await browser.SubmitAsync("/account/sign-in?returnUrl=https%3A%2F%2Fevil.example", signIn, "sign-in", SignIn(Password));
        Assert.Equal("/account/sign-in/code?returnUrl=%2F", browser.Location);
        code = await browser.GetAsync(browser.Location);
        await browser.SubmitAsync("/account/sign-in/code?returnUrl=https%3A%2F%2Fevil.example", code, "code", ("Input.Code", codes[0]));
        Assert.Equal("/", browser.Location);
    }

    private static (string, string?)[] SetUp(string password, string repeat) =>
        [("Input.Name", "Ada <b>"), ("Input.Email", "ada@example.org"), ("Input.Password", password), ("Input.Repeat", repeat)];

    private static (string, string?)[] SignIn(string password) => [("Input.Email", "Ada@Example.org"), ("Input.Password", password)];
}
