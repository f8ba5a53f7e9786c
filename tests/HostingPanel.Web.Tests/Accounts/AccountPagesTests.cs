using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Accounts;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>The pages that are plain forms, as a browser without a script sees them.</summary>
public sealed partial class AccountPagesTests(PanelApp app) : ApiTest(app)
{
    private const string Password = "three plain words";
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    [Fact]
    public async Task The_set_up_link_makes_the_administrator_once_who_then_signs_out_and_in()
    {
        var accounts = App.Services.GetRequiredService<AccountService>();
        Assert.Contains("does not work", await GetAsync("/set-up?link=guessed"), StringComparison.Ordinal);

        var link = $"/set-up?link={(await accounts.CreateSetupLinkAsync(Cancellation)).Value}";
        var form = await GetAsync(link);
        Assert.Contains("Welcome", form, StringComparison.Ordinal);

        var refused = await PostAsync(link, form, "set-up", SetUp("short", "short"));
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains("at least 12 characters", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        var different = await PostAsync(link, form, "set-up", SetUp(Password, "four plain words"));
        Assert.Contains("are not the same", await different.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        var made = await PostAsync(link, form, "set-up", SetUp(Password, Password));
        Assert.Equal((HttpStatusCode.Redirect, "/sites"), (made.StatusCode, PathOf(made)));
        Assert.Contains("Ada &lt;b&gt;", await GetAsync("/sites"), StringComparison.Ordinal);
        Assert.Contains("This panel is set up", await GetAsync(link), StringComparison.Ordinal);

        var leave = await GetAsync("/account/sign-out");
        var left = await PostAsync("/account/sign-out", leave, "sign-out", []);
        Assert.Equal("/account/sign-in", PathOf(left));
        using (var closed = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/sites?search=a")))
        {
            Assert.EndsWith("/account/sign-in?returnUrl=%2Fsites%3Fsearch%3Da", PathOf(closed), StringComparison.Ordinal);
        }

        var signIn = await GetAsync("/account/sign-in?returnUrl=%2Forganisations");
        var wrong = await PostAsync("/account/sign-in", signIn, "sign-in", SignIn("not the password"));
        Assert.Contains("do not belong together", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var right = await PostAsync("/account/sign-in?returnUrl=%2Forganisations", signIn, "sign-in", SignIn(Password));
        Assert.Equal("/organisations", PathOf(right));
        Assert.Contains("Organisations", await GetAsync("/organisations"), StringComparison.Ordinal);

        using var nowhere = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/nowhere"));
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.Contains("There is no such page", await nowhere.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        using var outdated = await PostAsync("/account/sign-in", signIn, "sign-in", SignIn(Password));
        Assert.Equal(HttpStatusCode.BadRequest, outdated.StatusCode);
        Assert.Contains("out of date", await outdated.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        _cookies.Remove("hp");
        using var elsewhere = await PostAsync("/account/sign-in?returnUrl=https%3A%2F%2Fevil.example", signIn, "sign-in", SignIn(Password));
        Assert.Equal("/", PathOf(elsewhere));
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        using var content = new FormUrlEncodedContent(SignIn(Password).Append(new("_handler", "sign-in")));
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/account/sign-in") { Content = content });
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
    [InlineData("/account/sign-out")]
    [InlineData("/not-found")]
    [InlineData("/nowhere")]
    public async Task Nobody_sees_a_page_without_signing_in(string path)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/account/sign-in", PathOf(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dark", "data-theme=\"dark\"")]
    [InlineData("light", "data-theme=\"light\"")]
    [InlineData("\"><script>", "(prefers-color-scheme: dark)")]
    public async Task The_theme_that_was_chosen_is_in_the_first_byte(string cookie, string expected)
    {
        _cookies["hp-theme"] = Uri.EscapeDataString(cookie);
        var page = await GetAsync("/account/sign-in");
        Assert.Contains(expected, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    private static KeyValuePair<string, string>[] SetUp(string password, string repeat) =>
        [new("Input.Name", "Ada <b>"), new("Input.Email", "ada@example.org"), new("Input.Password", password), new("Input.Repeat", repeat)];

    private static KeyValuePair<string, string>[] SignIn(string password) =>
        [new("Input.Email", "Ada@Example.org"), new("Input.Password", password)];

    private static string PathOf(HttpResponseMessage response) =>
        response.Headers.Location is { IsAbsoluteUri: true } absolute
            ? absolute.PathAndQuery
            : response.Headers.Location?.OriginalString ?? string.Empty;

    private async Task<string> GetAsync(string path)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string page, string form, KeyValuePair<string, string>[] fields)
    {
        var token = TokenField().Match(page).Groups["token"].Value;
        var content = new FormUrlEncodedContent([.. fields, new("_handler", form), new("__RequestVerificationToken", token)]);
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var http = App.Http();
        request.Headers.Add("Accept", "text/html");
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await http.SendAsync(request, Cancellation);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var parts = cookie.Split(';')[0].Split('=', 2);
            _cookies[parts[0]] = parts[1];
        }

        return response;
    }

    [GeneratedRegex(
        "name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex TokenField();
}
