using Bunit;
using HostingPanel.Backups.Browsing;
using HostingPanel.Web.Backups.Browsing;

namespace HostingPanel.Web.Tests.Backups;

public sealed class BackupFilesTests : BackupComponentTest
{
    private readonly List<(string, bool)> _choices = [];

    [Fact]
    public void Names_are_shown_inert_lead_into_directories_and_are_chosen_by_their_whole_path()
    {
        var files = Files(
            "wp-content/uploads",
            File("2026", BackupFileKind.Directory),
            File("<b>.jpg"),
            File("odd\n.txt") with
            {
                Shown = "odd␊.txt",
                CanBeChosen = false,
            }
        );
        Assert.Equal(["?", "?wp-content", "?wp-content/uploads"], files.FindAll(".crumbs a").Select(link => link.GetAttribute("href")));
        Assert.Equal("?wp-content/uploads/2026", files.Find("tbody a").GetAttribute("href"));
        Assert.Contains("<b>.jpg", files.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("odd␊.txt", files.FindAll("tbody tr")[2].TextContent, StringComparison.Ordinal);
        Assert.Equal(2, files.FindAll("input[type=checkbox]").Count);
        files.FindAll("input[type=checkbox]")[1].Change(true);
        Assert.Equal([("wp-content/uploads/<b>.jpg", true)], _choices);
    }

    [Fact]
    public void An_empty_directory_says_so() => Assert.Contains("Nothing in it", Files(string.Empty).Markup, StringComparison.Ordinal);

    private static BackupFileView File(string name, BackupFileKind kind = BackupFileKind.File) =>
        new(name, name, kind, 1 << 10, "0644", 33, 33, Now.AddDays(-1), CanBeChosen: true);

    private IRenderedComponent<BackupFiles> Files(string path, params BackupFileView[] files) =>
        Render<BackupFiles>(parameters =>
            parameters
                .Add(list => list.Directory, new DirectoryView("content", path, files.Length, new Page<BackupFileView>(files, null), null))
                .Add(list => list.Chosen, new HashSet<string>(StringComparer.Ordinal))
                .Add(list => list.Href, to => $"?{to}")
                .Add(list => list.OnChoose, ((string, bool) choice) => _choices.Add(choice))
        );
}
