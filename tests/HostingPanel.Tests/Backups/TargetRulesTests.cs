using System.Net;
using System.Text;
using HostingPanel.Backups;

namespace HostingPanel.Tests.Backups;

public sealed class TargetRulesTests
{
    private static readonly NewBackupTarget Sftp = new(
        "offsite",
        TargetKind.Sftp,
        "backup.example.org",
        User: "backup",
        Path: "/srv/backup",
        Credentials: new Dictionary<string, string>(StringComparer.Ordinal) { ["sshKey"] = "KEY\nmore", ["sshKnownHosts"] = "host key" }
    );

    private static readonly NewBackupTarget Rest = new("rest", TargetKind.Rest, "rest.example.org", 8000, Path: "/all", UsesTls: false);

    [Fact]
    public void What_is_right_passes()
    {
        Assert.Null(TargetRules.Fault(Sftp));
        Assert.Null(TargetRules.Fault(Rest));
        Assert.Null(TargetRules.Fault(Rest with { Host = "192.0.2.7" }));
    }

    [Theory]
    [InlineData("a;id")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("a\nb")]
    [InlineData("--help")]
    [InlineData("../x")]
    [InlineData("a'b\"c")]
    [InlineData("\u202eabc")]
    public void Nothing_that_a_shell_or_restic_would_read_passes_anywhere(string evil)
    {
        Assert.Contains("name", FaultsOf(Sftp with { Name = evil }));
        Assert.Contains("host", FaultsOf(Sftp with { Host = evil }));
        Assert.Contains("user", FaultsOf(Sftp with { User = evil }));
        Assert.Contains("path", FaultsOf(Sftp with { Path = evil }));
        Assert.Contains("path", FaultsOf(Sftp with { Path = $"/{evil}" }));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("localhost")]
    [InlineData("db.localhost")]
    [InlineData("http://example.org")]
    [InlineData("example.org:22")]
    [InlineData("user@example.org")]
    [InlineData("")]
    public void A_host_that_is_this_machine_or_no_host_is_refused(string host) =>
        Assert.Contains("host", FaultsOf(Sftp with { Host = host }));

    [Theory]
    [InlineData("::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("169.254.0.9", true)]
    [InlineData("10.0.0.9", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("2001:db8::1", false)]
    public void What_a_name_leads_to_is_judged_by_its_address(string address, bool isOfTheMachine) =>
        Assert.Equal(isOfTheMachine, TargetRules.IsOfTheMachine(IPAddress.Parse(address)));

    [Fact]
    public void Credentials_are_those_of_the_kind_and_on_one_line_each()
    {
        Assert.Contains("credentials.sshKey", FaultsOf(Sftp with { Credentials = null }));
        Assert.Contains("credentials.password", FaultsOf(Sftp with { Credentials = With("password", "x") }));
        Assert.Contains("credentials.password", FaultsOf(Rest with { Credentials = With("password", "x\nAWS_ACCESS_KEY_ID=y") }));
        Assert.Equal(
            "RESTIC_REST_PASSWORD=p=w d\n",
            Encoding.UTF8.GetString(TargetRules.Lines(Rest with { Credentials = With("password", "p=w d") })!)
        );
        var lines = Encoding.UTF8.GetString(TargetRules.Lines(Sftp)!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal("KEY\nmore\n", Encoding.UTF8.GetString(Convert.FromBase64String(lines[0]["SSH_KEY=".Length..])));
        Assert.Null(TargetRules.Lines(Rest));
    }

    [Fact]
    public void A_repository_has_a_place_of_its_own_at_each_kind()
    {
        var id = new Guid("00000000-0000-0000-0000-0000000000ab");
        Assert.Equal("/target/000000000000000000000000000000ab", TargetAddress.Of(Row(TargetKind.Local), id));
        Assert.Equal(
            "sftp://backup@backup.example.org:2222//srv/backup/000000000000000000000000000000ab",
            TargetAddress.Of(Row(TargetKind.Sftp, 2222), id)
        );
        Assert.Equal("s3:https://backup.example.org/srv/backup/000000000000000000000000000000ab", TargetAddress.Of(Row(TargetKind.S3), id));
        Assert.Equal(
            "rest:https://backup.example.org:8000/srv/backup/000000000000000000000000000000ab/",
            TargetAddress.Of(Row(TargetKind.Rest, 8000), id)
        );
    }

    [Fact]
    public void Only_the_other_half_opens_what_was_sealed_and_only_for_the_same_target()
    {
        var (publicKey, privateKey) = CredentialBox.MakeKeys();
        var box = CredentialBox.Seal(publicKey, "secret"u8, "one");
        Assert.Equal("secret"u8.ToArray(), CredentialBox.Open(privateKey, box, "one"));
        Assert.DoesNotContain("secret", Encoding.Latin1.GetString(box), StringComparison.Ordinal);
        Assert.NotEqual(box, CredentialBox.Seal(publicKey, "secret"u8, "one"));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => CredentialBox.Open(privateKey, box, "another"));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() =>
            CredentialBox.Open(CredentialBox.MakeKeys().PrivateKey, box, "one")
        );
        for (var at = 0; at < box.Length; at++)
        {
            var changed = box.ToArray();
            changed[at] ^= 1;
            Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => CredentialBox.Open(privateKey, changed, "one"));
        }
    }

    private static IEnumerable<string> FaultsOf(NewBackupTarget target) =>
        TargetRules.Fault(target)?.Errors.Select(error => error.Path) ?? [];

    private static Dictionary<string, string> With(string name, string value) => new(StringComparer.Ordinal) { [name] = value };

    private static BackupTarget Row(TargetKind kind, int? port = null) =>
        new()
        {
            Id = Guid.Empty,
            Name = "x",
            Kind = kind,
            Host = "backup.example.org",
            Port = port,
            User = "backup",
            Path = "/srv/backup",
            CreatedAt = default,
        };
}
