using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

public sealed class BlueprintParserTests
{
    [Fact]
    public void All_mistakes_of_a_file_are_listed_at_once_in_the_order_of_its_lines()
    {
        var text = BlueprintFiles
            .Sample("everything")
            .Replace("version: 1\n", "version: one\n", StringComparison.Ordinal)
            .Replace("port: 8080", "port: 80800", StringComparison.Ordinal)
            .Replace("image: mariadb", "image: docker.io/mariadb:11", StringComparison.Ordinal)
            .Replace("kind: code", "kind: kode", StringComparison.Ordinal);

        var result = BlueprintParser.Parse("everything.yaml", text);

        Assert.Null(result.Blueprint);
        Assert.Equal([4, 12, 58, 65], result.Errors.Select(e => e.Line));
        Assert.Contains("'one'; expected a whole number", result.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 65535", result.Errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("without registry, tag or digest", result.Errors[2].Message, StringComparison.Ordinal);
        Assert.Contains("one of code, files, private, database, cache", result.Errors[3].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_prints_as_file_line_and_column()
    {
        var error = BlueprintFiles.OnlyMistake("port: 8080", "port: http");

        Assert.Equal("everything.yaml:12:9: 'port' of 'front' is 'http'; expected a whole number from 1 to 65535", error.ToString());
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# only a comment\n", "the file is empty")]
    [InlineData("- a\n- list\n", "found a list")]
    [InlineData("just text", "found 'just text'")]
    [InlineData("services: [\n", "this is not YAML")]
    [InlineData("services:\n\tweb: 1\n", "this is not YAML")]
    [InlineData("a: 1\n---\nb: 2\n", "a second document begins here")]
    [InlineData("title: &t X\nsummary: *t\n", "YAML anchors")]
    [InlineData("title: &t X\nsummary: *t\n", "YAML aliases")]
    [InlineData("title: !!str X\n", "YAML tags")]
    [InlineData("? [a, b]\n: c\n", "expected a key, found a list")]
    [InlineData("title: \"a\\0b\"\n", "a control character")]
    public void What_is_no_plain_YAML_map_is_refused(string text, string message)
    {
        var result = BlueprintParser.Parse("x.yaml", text);

        Assert.False(result.IsValid);
        Assert.Contains(result.Errors, e => e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_very_deep_file_is_refused_and_not_a_stack_overflow()
    {
        var result = BlueprintParser.Parse("x.yaml", "a: " + new string('[', 10_000));

        Assert.Contains(result.Errors, e => e.Message.Contains("nested too deeply", StringComparison.Ordinal));
    }

    [Fact]
    public void A_very_long_file_is_refused()
    {
        var result = BlueprintParser.Parse("x.yaml", "# " + new string('x', 300_000));

        Assert.Contains("256 KB", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_key_is_reported_with_the_line_of_the_first()
    {
        var error = BlueprintFiles.OnlyMistake("title: Everything\n", "title: Everything\ntitle: Again\n");

        Assert.Equal((6, 1), (error.Line, error.Column));
        Assert.Contains("the first is in line 5", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("title: Everything\n", "", "the blueprint has no 'title'")]
    [InlineData("    image: apache-php\n", "", "service 'web' has no 'image'; expected the name of a folder in docker/images")]
    [InlineData("    user: 33:33\n", "", "service 'web' has no 'user'; expected a numeric user and group")]
    [InlineData("      memory: 512M\n", "", "'limits' of service 'web' has no 'memory'")]
    [InlineData("          why: made again\n", "", "has no 'why'")]
    public void A_missing_key_is_reported_with_what_was_expected(string old, string changed, string message) =>
        Assert.Contains(message, BlueprintFiles.OnlyMistake(old, changed).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_front_is_one_mistake() =>
        Assert.Contains(
            "the blueprint has no 'front'",
            BlueprintFiles
                .OnlyMistake(
                    """
                    front:
                      service: web
                      port: 8080
                      probe:
                        path: /
                        status: [200, 302]
                        within: 60s
                      max-upload: 64M
                      max-concurrent: 8
                      timeout: 60s
                      shield:
                        expensive: [/wp-login.php, "?s"]
                        expensive-per-minute: 20
                        pages-per-minute: 240
                        queue: 100
                        queue-time: 10s

                    """,
                    ""
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("root")]
    [InlineData("mysql")]
    [InlineData("backup")]
    public void A_database_can_not_have_a_name_that_is_taken(string name) =>
        Assert.Contains(
            BlueprintFiles.Changed("  main:\n    service: db", $"  {name}:\n    service: db").Errors,
            e => e.Line == 74 && e.Message.Contains($"can't be called '{name}'", StringComparison.Ordinal)
        );

    [Fact]
    public void A_newer_format_is_named_as_such() =>
        Assert.Contains("a newer panel wrote it", BlueprintFiles.OnlyMistake("format: 1", "format: 2").Message, StringComparison.Ordinal);

    [Fact]
    public void A_blueprint_in_a_file_of_another_name_is_refused() =>
        Assert.Contains(
            "in a file called 'everything'",
            BlueprintFiles.OnlyMistake("blueprint: everything", "blueprint: other").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("user: 33:33", "user: www-data")]
    [InlineData("user: 33:33", "user: 33")]
    [InlineData("user: 33:33", "user: -1:33")]
    [InlineData("read-only: true", "read-only: yes")]
    [InlineData("memory: 512M", "memory: 512")]
    [InlineData("memory: 512M", "memory: 1K")]
    [InlineData("memory: 512M", "memory: [512M]")]
    [InlineData("cpus: 0.5", "cpus: 0")]
    [InlineData("cpus: 0.5", "cpus: 1e3")]
    [InlineData("pids: 200", "pids: 1")]
    [InlineData("stop-grace: 20s", "stop-grace: 20")]
    [InlineData("mode: 0755", "mode: 0777")]
    [InlineData("mode: 0755", "mode: 4755")]
    [InlineData("mode: 0755", "mode: rwxr-xr-x")]
    [InlineData("bytes: 48", "bytes: 4")]
    [InlineData("encoding: base64", "encoding: rot13")]
    [InlineData("path: /\n", "path: //evil.example/\n")]
    [InlineData("path: /\n", "path: a b\n")]
    [InlineData("status: [200, 302]", "status: [200, 99]")]
    [InlineData("status: [200, 302]", "status: ok")]
    [InlineData("command: [check]", "command: check")]
    [InlineData("command: [check]", "command: []")]
    [InlineData("glob: cache/**", "glob: ../cache")]
    [InlineData("glob: cache/**", "glob: /cache")]
    [InlineData("table: cache_*", "table: cache;drop")]
    [InlineData("from: upload", "from: git")]
    [InlineData("TICK: \"1\"", "TICK: [1]")]
    [InlineData("TICK: \"1\"", "tick: 1")]
    [InlineData("TICK: \"1\"", "HP_VOLUMES: /etc=1")]
    [InlineData("title: Everything", "title: \"two\\nlines\"")]
    [InlineData("link: /login?key={{ key }}", "link: https://evil.example/{{ key }}")]
    [InlineData("link: /login?key={{ key }}", "link: //evil.example/{{ key }}")]
    [InlineData("link: /login?key={{ key }}", "link: /login")]
    [InlineData("link: /login?key={{ key }}", "link: /login?{{ key }}{{ password }}")]
    public void A_value_that_is_not_what_was_expected_is_refused_at_its_line(string old, string changed)
    {
        var line = BlueprintFiles.Sample("everything").Split(old)[0].Split('\n').Length;

        var result = BlueprintFiles.Changed(old, changed);

        Assert.False(result.IsValid);
        Assert.InRange(result.Errors[0].Line, line, line + 1);
    }

    [Theory]
    [InlineData("  db:\n    image", "  db_1:\n    image")]
    [InlineData("  db:\n    image", "  Db:\n    image")]
    [InlineData("  db:\n    image", "  ../x:\n    image")]
    [InlineData("  db:\n    image", "  \"db\\n\":\n    image")]
    [InlineData("  db:\n    image", "  a234567890123456789012345678901234:\n    image")]
    [InlineData("  tick:", "  1tick:")]
    public void A_name_is_lower_case_letters_digits_and_hyphens(string old, string changed) =>
        Assert.Contains(
            BlueprintFiles.Changed(old, changed).Errors,
            e => e.Message.Contains("a lower-case letter, then up to 30", StringComparison.Ordinal)
        );
}
