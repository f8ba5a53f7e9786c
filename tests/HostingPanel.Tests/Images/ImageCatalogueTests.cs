using System.Text.RegularExpressions;
using HostingPanel.Blueprints;
using HostingPanel.Images;
using HostingPanel.Tests.Blueprints;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Images;

public sealed partial class ImageCatalogueTests
{
    [Theory]
    [InlineData("apache-php")]
    [InlineData("apache_php")]
    public void A_hyphen_may_be_an_underscore_in_the_configuration(string key)
    {
        var catalogue = new ImageCatalogue(Options.Create(new ImageOptions { [key] = "hostingpanel/apache-php:1" }));
        Assert.Equal("hostingpanel/apache-php:1", catalogue.Resolve("apache-php").Value);
    }

    [Fact]
    public void An_image_that_is_not_there_is_a_refusal_with_the_mend()
    {
        Assert.Equal("image-not-built", new ImageCatalogue(Options.Create(new ImageOptions())).Resolve("apache-php").Problem?.Code);
        // As the stack's file names one that this installation does without.
        var without = new ImageCatalogue(Options.Create(new ImageOptions { ["camera"] = string.Empty }));
        Assert.Equal("image-not-built", without.Resolve("camera").Problem?.Code);
    }

    /// <summary>A shell drops variables whose names it could not write itself, and every container starts through one.</summary>
    [Fact]
    public void The_panels_stack_names_every_image_of_a_blueprint_and_no_variable_that_a_shell_drops()
    {
        var stack = File.ReadAllText(Path.Combine(BlueprintFiles.Repository, "docker", "stack.yaml"));
        var variables = Variable().Matches(stack).Select(match => match.Groups["name"].Value).ToList();
        Assert.All(variables, name => Assert.Matches("^[A-Za-z_][A-Za-z0-9_]*$", name));
        var options = new ImageOptions();
        foreach (var name in variables.Where(name => name.StartsWith("Images__", StringComparison.Ordinal)))
        {
            options[name["Images__".Length..]] = name;
        }

        var catalogue = new ImageCatalogue(Options.Create(options));
        var wanted = BlueprintCatalogue
            .Load(BlueprintFiles.Delivered)
            .All.SelectMany(blueprint => blueprint.Services)
            .Select(service => service.Image);
        Assert.All(["toolbox", "camera", .. wanted], image => Assert.Null(catalogue.Resolve(image).Problem));
    }

    [GeneratedRegex(
        "^ +(?<name>[^ :#-][^ :]*__[^ :]*):",
        RegexOptions.Multiline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Variable();
}
