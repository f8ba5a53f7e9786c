namespace HostingPanel.Web.Tests.Cli;

public sealed class AuthorityCommandTests(PanelApp app) : CliTest(app)
{
    private const string Key = "canary-51aa-hmac-zWNDZM6eQGHWpSRTPal";

    [Fact]
    public async Task An_authority_is_told_whose_the_account_is_with_the_key_from_a_file()
    {
        await AddSealingKeyAsync();
        var name = NewName("bound");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"{Key}\n", Cancellation);
            Assert.NotEqual(0, await RunAsync([.. Add(name), "--key-id", "kid-1"]));
            Assert.Contains("key id and key belong together", Error.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, await RunAsync([.. Add(name), "--key-id", "kid-1", "--key-file", file]));
            var made = (await Api.Certificates.ListAuthoritiesAsync(Cancellation)).Items.Single(one => one.Name == name);
            Assert.Equal("kid-1", made.BindingKeyId);
            Assert.Equal(0, await RunAsync("certificates", "authorities", "bind", $"{made.Id}", "--key-id", "kid-2", "--key-file", file));
            Assert.Contains("kid-2", Out.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Key, Out.ToString() + Error, StringComparison.Ordinal);
            Assert.Equal(2, await RunAsync("certificates", "authorities", "bind", $"{made.Id}", "--key-id", "kid", "--key-file", "/none"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Add(string name) =>
        ["certificates", "authorities", "add", name, "--directory", "https://acme.example.org/directory", "--email", "a@example.org"];
}
