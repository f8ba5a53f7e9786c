using System.Net;
using System.Text.RegularExpressions;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>A browser without a script: it keeps cookies and sends forms.</summary>
public sealed partial class PlainBrowser(PanelApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What it keeps.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the last answer led; empty when it led nowhere.</summary>
    public string Location { get; private set; } = string.Empty;

    /// <summary>What the last answer set, as it came.</summary>
    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    /// <summary>A page that must be there.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
        Assert.Equal((path, HttpStatusCode.OK), (path, response.StatusCode));
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    /// <summary>Where a page sends whoever opens it.</summary>
    public async Task<string> FollowAsync(string path)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
        return Location;
    }

    /// <summary>Sends a form of a page.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string page, string form, params (string Name, string? Value)[] fields)
    {
        var token = TokenField().Match(page).Groups["token"].Value;
        var content = new FormUrlEncodedContent([
            .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value ?? string.Empty)),
            new("_handler", form),
            new("__RequestVerificationToken", token),
        ]);
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
    }

    /// <summary>Sends a form of a page and gives the page that comes.</summary>
    public async Task<string> SubmitAsync(string path, string page, string form, params (string Name, string? Value)[] fields)
    {
        using var response = await PostAsync(path, page, form, fields);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Redirect, $"{path}: {response.StatusCode}");
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    /// <summary>Sends a request with what it keeps.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var http = app.Http();
        request.Headers.Add("Accept", "text/html");
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await http.SendAsync(request, Cancellation);
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var cookie in SetCookies)
        {
            var parts = cookie.Split(';')[0].Split('=', 2);
            if (parts[1].Length == 0)
            {
                Cookies.Remove(parts[0]);
            }
            else
            {
                Cookies[parts[0]] = parts[1];
            }
        }

        Location = response.Headers.Location is { IsAbsoluteUri: true } absolute
            ? absolute.PathAndQuery
            : response.Headers.Location?.OriginalString ?? string.Empty;
        return response;
    }

    /// <summary>The value of the input of a page with this name.</summary>
    public static string ValueOf(string page, string name) =>
        WebUtility.HtmlDecode(Regex.Match(page, $"name=\"{Regex.Escape(name)}\" value=\"([^\"]*)\"").Groups[1].Value);

    /// <summary>Goes through the setting up of an authenticator app; gives its key and the recovery codes.</summary>
    public async Task<(string Key, IReadOnlyList<string> Codes)> SetUpFactorAsync(string path)
    {
        var page = await GetAsync(path);
        var key = Regex.Match(page, "id=\"totp-secret\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        var form = Regex.Match(page, "name=\"_handler\" value=\"([^\"]+)\"").Groups[1].Value;
        page = await SubmitAsync(
            path,
            page,
            form,
            ("Input.Sealed", ValueOf(page, "Input.Sealed")),
            ("Input.Code", OneTimeCodes.Of(key, TimeProvider.System.GetUtcNow()))
        );
        return (key, [.. Regex.Matches(page, "<li class=\"mono\">([^<]+)</li>").Select(match => match.Groups[1].Value)]);
    }

    [GeneratedRegex(
        "name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex TokenField();
}
