using System.Text.Json;

namespace HostingPanel.Web.Tests.Cli;

/// <summary><c>hp tokens</c>, <c>members</c>, <c>people</c>, <c>invitations</c> and <c>mail</c>.</summary>
public sealed class PeopleCommandTests(PanelApp app) : CliTest(app)
{
    [Fact]
    public async Task Tokens_and_people_are_looked_after()
    {
        var name = NewName("script");
        Assert.Equal(0, await RunAsync("tokens", "create", "--name", name, "--read-only", "--from", "127.0.0.1", "--json"));
        using var made = JsonDocument.Parse(Out.ToString());
        Assert.NotNull(made.RootElement.GetProperty("secret").GetString());
        var id = made.RootElement.GetProperty("token").GetProperty("id").GetGuid();
        Assert.Equal(0, await RunAsync("tokens", "list"));
        Assert.Contains(name, Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("tokens", "revoke", id.ToString()));
        Assert.Equal(1, await RunAsync("tokens", "revoke", id.ToString()));
        Assert.Contains("token-not-found", Error.ToString(), StringComparison.Ordinal);

        var organisation = await NewOrganisationAsync();
        var account = await App.NewAccountAsync(role: null);
        await App.ExecuteAsync(
            "INSERT INTO memberships (account_id, organisation_id, role, since) SELECT $1, id, 'Viewer', now() FROM organisations WHERE slug = $2",
            account.Id,
            organisation.Slug
        );
        Assert.Equal(0, await RunAsync("members", "change", organisation.Slug, account.Id.ToString(), "--role", "manager"));
        Out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("members", "list", organisation.Slug));
        Assert.Contains("manager", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("members", "access", organisation.Slug));
        Assert.Equal(0, await RunAsync("members", "remove", organisation.Slug, account.Id.ToString()));

        var person = account.Id.ToString();
        Assert.Equal(0, await RunAsync("people", "set-role", person, "--role", "auditor"));
        Assert.Equal(0, await RunAsync("people", "suspend", person));
        Assert.Equal(0, await RunAsync("people", "list"));
        Assert.Contains("auditor, suspended", Out.ToString(), StringComparison.Ordinal);
        foreach (var act in (string[])["resume", "end-sessions", "reset-factors", "take-role", "remove"])
        {
            Assert.Equal((act, 0), (act, await RunAsync("people", act, person)));
        }

        Assert.Equal(1, await RunAsync("people", "remove", person));
        Assert.Contains("person-not-found", Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_invited_and_the_mail_server_is_set_from_a_file()
    {
        var (organisation, email) = (await NewOrganisationAsync(), $"{NewName("bob")}@example.org");
        Assert.Equal(0, await RunAsync("invitations", "create", email, "--organisation", organisation.Slug, "--role", "viewer", "--json"));
        using var made = JsonDocument.Parse(Out.ToString());
        var id = made.RootElement.GetProperty("id").GetString()!;
        Assert.Equal(1, await RunAsync("invitations", "create", email, "--staff", "operator", "--days", "3"));
        Assert.Contains("siteAccessDays", Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("invitations", "list", "--organisation", organisation.Slug));
        Assert.Contains("as viewer", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("invitations", "resend", id));
        Assert.Equal(0, await RunAsync("invitations", "withdraw", id));
        Assert.Equal(1, await RunAsync("invitations", "resend", id));

        Assert.Equal(1, await RunAsync("mail", "server"));
        Assert.Equal(1, await RunAsync("mail", "test", email));
        Assert.Contains("no-mail-server", Error.ToString(), StringComparison.Ordinal);
        await AddSealingKeyAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "canary\n", Cancellation);
        string[] server = ["mail", "set-server", "--host", "smtp.example.org", "--sender", "panel@example.org", "--sender-name", "Panel"];
        Assert.Equal(0, await RunAsync([.. server, "--user", "panel", "--password-file", file]));
        File.Delete(file);
        Assert.Equal(2, await RunAsync([.. server, "--password-file", file]));
        Out.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync("mail", "server"));
        Assert.Contains("smtp.example.org:587", Out.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("mail", "test", email));
        Assert.Equal(0, await RunAsync("mail", "list"));
        Assert.Contains("waiting", Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("mail", "forget-server"));
    }
}
