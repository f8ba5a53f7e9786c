using System.Xml.Linq;

namespace HostingPanel.Tests;

/// <summary>Holds the arrows of src/README.md. Read from the project files, so that an unused reference counts, too.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["HostingPanel"] = [],
        ["HostingPanel.Docker"] = [],
        ["HostingPanel.Client"] = [],
        ["HostingPanel.Assets"] = [],
        ["HostingPanel.Cli"] = ["HostingPanel.Client"],
        ["HostingPanel.Migrations"] = ["HostingPanel"],
        ["HostingPanel.Web"] = ["HostingPanel", "HostingPanel.Assets", "HostingPanel.Client"],
        ["HostingPanel.Worker"] = ["HostingPanel", "HostingPanel.Docker", "HostingPanel.Migrations"],
    };

    /// <summary>Words that would let the panel itself reach past its ports.</summary>
    private static readonly string[] NotInTheCore =
    [
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Builder",
        "System.Net.Http",
        "HttpClient",
        "HostingPanel.Docker",
        "System.Diagnostics.Process",
    ];

    [Fact]
    public void Projects_reference_only_what_the_arrows_allow()
    {
        var projects = Directory
            .EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Repository.Root, path).StartsWith("tests", StringComparison.Ordinal))
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), ReferencesOf, StringComparer.Ordinal);
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), projects.Keys.Order(StringComparer.Ordinal));
        Assert.All(projects, project => Assert.Equal(Arrows[project.Key], project.Value));
    }

    [Fact]
    public void The_panel_itself_knows_no_web_no_engine_and_no_programs()
    {
        var found = SourcesOf("src/HostingPanel")
            .SelectMany(file =>
                NotInTheCore.Where(word => file.Text.Contains(word, StringComparison.Ordinal)).Select(word => $"{file.Path}: {word}")
            );
        Assert.Empty(found);
    }

    [Fact]
    public void The_docker_client_knows_nothing_of_the_panel()
    {
        string[] words = ["hp.site", "organisation", "blueprint"];
        var found = SourcesOf("src/HostingPanel.Docker")
            .SelectMany(file =>
                words.Where(word => file.Text.Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => $"{file.Path}: {word}")
            );
        Assert.Empty(found);
    }

    [Fact]
    public void No_shell_is_given_text_that_was_put_together()
    {
        string[] words = ["\"-c\", $", "\"sh\", \"-c\"", "\"bash\", \"-c\"", "/bin/sh", "/bin/bash"];
        var found = SourcesOf("src")
            .SelectMany(file =>
                words.Where(word => file.Text.Contains(word, StringComparison.Ordinal)).Select(word => $"{file.Path}: {word}")
            );
        Assert.Empty(found);
    }

    /// <summary>
    /// Blazor leaves a box alone that somebody types into only when it knows by <c>@bind</c> that the event carries the box's value. With a bare
    /// <c>@oninput</c> it sends back what it was told, over the letters that were typed meanwhile.
    /// </summary>
    [Fact]
    public void No_box_loses_letters_that_are_typed_while_the_server_draws()
    {
        var pages = SourcesOf("src/HostingPanel.Web", "*.razor").ToList();
        Assert.NotEmpty(pages);
        Assert.DoesNotContain(pages, page => page.Text.Contains("@oninput=", StringComparison.Ordinal));
    }

    /// <summary>While a circuit takes a page over, the framework's own component leaves it without a title for a moment; <c>Titled</c> does not.</summary>
    [Fact]
    public void No_page_is_ever_without_a_title()
    {
        var pages = SourcesOf("src/HostingPanel.Web", "*.razor")
            .Where(page => !page.Path.EndsWith("/Titled.razor", StringComparison.Ordinal))
            .ToList();
        Assert.DoesNotContain(pages, page => page.Text.Contains("<PageTitle", StringComparison.Ordinal));
        Assert.All(
            pages.Where(page => page.Text.StartsWith("@page", StringComparison.Ordinal)),
            page => Assert.Contains("<Titled ", page.Text, StringComparison.Ordinal)
        );
    }

    private static IEnumerable<(string Path, string Text)> SourcesOf(string folder, string pattern = "*.cs") =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (Path.GetRelativePath(Repository.Root, path), File.ReadAllText(path)));

    private static string[] ReferencesOf(string project) =>
        [
            .. XDocument
                .Load(project)
                .Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "HostingPanel.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
