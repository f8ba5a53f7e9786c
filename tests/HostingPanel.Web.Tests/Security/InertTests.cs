using HostingPanel.Access;
using HostingPanel.Web.Tests.Accounts;
using HostingPanel.Web.Tests.Api;

namespace HostingPanel.Web.Tests.Security;

/// <summary>ABUSE 22: a name that is markup and a terminal's escapes, past all that refuses such names, is text.</summary>
public sealed class InertTests(PanelApp app) : ApiTest(app)
{
    private const string Evil = "\"><img src=x onerror=evil()><script>evil()</script>\u001b[31m";

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/email")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/passkeys")]
    [InlineData("/account/sign-out")]
    [InlineData("/sites")]
    public async Task Names_are_text_on_the_pages_that_are_made_on_the_server(string path)
    {
        var account = await App.NewAccountAsync(StaffRole.Administrator);
        await App.ExecuteAsync("UPDATE accounts SET name = $1 WHERE id = $2", Evil, account.Id);
        var browser = new PlainBrowser(App);
        browser.Cookies["hp"] = App.CookieOf(account)["hp=".Length..];
        var page = await browser.GetAsync(path);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>evil", page, StringComparison.Ordinal);
    }
}
