using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

public sealed class EnvironmentTemplateTests
{
    private static readonly Dictionary<string, string> Hosts = new(StringComparer.Ordinal) { ["main"] = "db" };

    private static readonly SiteFacts Site = new(
        "garden",
        "The Garden",
        "https://garden.example",
        ["garden.example", "www.garden.example"],
        "ann@garden.example",
        "staging"
    )
    {
        Network = "10.128.0.16/28",
    };

    [Theory]
    [InlineData("{{ site.slug }}", "garden")]
    [InlineData("{{site.title}}", "The Garden")]
    [InlineData("{{ site.url }}/x", "https://garden.example/x")]
    [InlineData("{{ site.domains }}", "garden.example www.garden.example")]
    [InlineData("{{ site.admin-email }}", "ann@garden.example")]
    [InlineData("{{ site.environment }}", "staging")]
    [InlineData("{{ site.network }}", "10.128.0.16/28")]
    [InlineData("{{ databases.main.host }}:{{ databases.main.port }}", "db:3306")]
    [InlineData("{{ databases.main.user }}@{{ databases.main.name }}", "main@main")]
    [InlineData("", "")]
    [InlineData("a } b }} c { d", "a } b }} c { d")]
    [InlineData("$HOME ${X} `id` $(id) # ' \" \\n = ; \t end ", "$HOME ${X} `id` $(id) # ' \" \\n = ; \t end ")]
    public void A_value_is_the_text_with_the_facts_in_their_places(string text, string value) =>
        Assert.Equal(value, Parse(text).Render(Site));

    [Theory]
    [InlineData("$ # ' \" \n = `id` $(id) \\")]
    [InlineData("{{ site.slug }}")]
    [InlineData("{{ .Service.Name }}")]
    [InlineData("ümläut ‮ 𝄞")]
    public void What_is_filled_in_arrives_unchanged_and_is_never_read_again(string title) =>
        Assert.Equal($"<{title}>", Parse("<{{ site.title }}>").Render(Site with { Title = title }));

    [Theory]
    [InlineData("{{ site.titel }}", "did you mean 'site.title'?")]
    [InlineData("{{ databases.man.host }}", "did you mean 'databases.main.host'?")]
    [InlineData("{{ databases.main.password }}", "which no template knows")]
    [InlineData("{{ secrets.salt }}", "which no template knows")]
    [InlineData("{{ env.PATH }}", "which no template knows")]
    [InlineData("{{ }}", "names ''")]
    [InlineData("x {{ site.slug", "without closing it")]
    public void An_unknown_name_is_refused(string text, string message)
    {
        Assert.False(EnvironmentTemplate.TryParse(text, Hosts, out _, out var problem));
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_reported_at_its_line()
    {
        var error = BlueprintFiles.OnlyMistake("{{ site.url }}", "{{ site.urn }}");

        Assert.Equal((37, 17), (error.Line, error.Column));
        Assert.Contains("'SITE_URL' of service 'web' names 'site.urn'", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'site.url'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quoted_value_of_the_file_survives_with_every_character()
    {
        var result = BlueprintFiles.Changed("SITE_URL: \"{{ site.url }}\"", "SITE_URL: \"$ # ' \\\" \\n = \\\\\"");

        Assert.Equal("$ # ' \" \n = \\", result.Blueprint!.Service("web").Environment.Single().Value.Render(Site));
    }

    private static EnvironmentTemplate Parse(string text)
    {
        Assert.True(EnvironmentTemplate.TryParse(text, Hosts, out var template, out var problem), problem);
        return template;
    }
}
