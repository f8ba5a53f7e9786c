using HostingPanel.Backups;
using HostingPanel.Backups.Panel;

namespace HostingPanel.Tests.Backups;

/// <summary>The file that a recovery kit is.</summary>
public sealed class KitFileTests
{
    private const string MasterKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Word = "canary-credentials";

    private static readonly KitContent Content = new()
    {
        Number = 3,
        WrittenAt = new DateTimeOffset(2026, 7, 1, 2, 3, 4, TimeSpan.Zero),
        Installation = "hp",
        Version = "1.2.3",
        Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["PANEL_DOMAIN"] = "panel.example.org", ["HTTP_PORT"] = "80" },
        MasterKey = MasterKey,
        WebCertificate = "-----BEGIN\nEND-----\n",
        Targets =
        [
            new KitTarget(
                "far",
                TargetKind.Rest,
                "https://rest.example.org/all",
                "rest:https://rest.example.org/all/1/",
                "a-key",
                $"RESTIC_REST_PASSWORD={Word}\n"
            ),
            new KitTarget("local", TargetKind.Local, null, "/target/2", "another-key", null),
        ],
    };

    [Fact]
    public void What_is_written_is_read_and_what_a_shell_needs_of_it_is_told_in_lines()
    {
        var file = KitFile.Write(Content, passphrase: null);
        Assert.Contains("NOT CLOSED WITH A PASSPHRASE", file, StringComparison.Ordinal);
        Assert.Equal(["PANEL_INSTALLATION=hp", "HTTP_PORT=80", "PANEL_DOMAIN=panel.example.org"], Read(file, null, "settings"));
        Assert.Equal([MasterKey], Read(file, null, "master-key"));
        Assert.Equal(["-----BEGIN\nEND-----"], Read(file, null, "web-certificate"));
        Assert.Empty(Read(KitFile.Write(Content with { WebCertificate = null }, null), null, "web-certificate"));
        Assert.Equal(["0\tfar\taway\trest:https://rest.example.org/all/1/", "1\tlocal\tlocal\t/target/2"], Read(file, null, "targets"));
        Assert.Equal(
            ["a-key", $"RESTIC_REST_PASSWORD={Word}\n"],
            Read(file, null, "target 0").Select(line => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(line)))
        );
        Assert.Equal(string.Empty, Read(file, null, "target 1")[1]);
        Assert.Equal("part", Assert.Single(RecoveryKitService.Read(file, null, "target 2").Problem!.Errors).Path);
    }

    [Fact]
    public void One_that_is_closed_is_opened_with_its_passphrase_and_with_nothing_else()
    {
        var file = KitFile.Write(Content, "correct horse");
        Assert.DoesNotContain(MasterKey, file, StringComparison.Ordinal);
        Assert.Contains("is closed with a passphrase", file, StringComparison.Ordinal);
        Assert.Equal([MasterKey], Read(file, "correct horse", "master-key"));
        Assert.Contains("none was given", Fault(file, null), StringComparison.Ordinal);
        Assert.Contains("is not the one", Fault(file, "correct house"), StringComparison.Ordinal);
        Assert.NotEqual(file, KitFile.Write(Content, "correct horse"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN HOSTINGPANEL RECOVERY KIT-----\nAAAA\n")]
    [InlineData("-----BEGIN HOSTINGPANEL RECOVERY KIT-----\nno base 64!\n-----END HOSTINGPANEL RECOVERY KIT-----\n")]
    [InlineData("-----END HOSTINGPANEL RECOVERY KIT-----\n-----BEGIN HOSTINGPANEL RECOVERY KIT-----\n")]
    public void What_is_no_kit_is_called_so(string file) => Assert.Contains("no recovery kit", Fault(file, null), StringComparison.Ordinal);

    [Fact]
    public void One_with_other_line_ends_from_a_mail_is_read_all_the_same()
    {
        var file = KitFile
            .Write(Content, "correct horse")
            .Replace("\n", "\r\n> ", StringComparison.Ordinal)
            .Replace("> ", " ", StringComparison.Ordinal);
        Assert.Equal([MasterKey], Read(file, "correct horse", "master-key"));
    }

    private static IReadOnlyList<string> Read(string file, string? passphrase, string part) =>
        RecoveryKitService.Read(file, passphrase, part).Value;

    private static string Fault(string file, string? passphrase) =>
        RecoveryKitService.Read(file, passphrase, "master-key").Problem!.Errors[0].Message;
}
