using System.Globalization;

namespace HostingPanel.Blueprints.Parsing;

/// <summary>Reads a file's top level and what concerns the whole site.</summary>
internal sealed class BlueprintReader(ReaderContext context, string fileName)
{
    private static readonly IReadOnlyList<int> DefaultStatuses = [200];

    /// <summary>The blueprint as far as it could be read; only whole when the context has no problems.</summary>
    public Blueprint? Read()
    {
        var root = context.Open("blueprint", "the blueprint", context.Root, context.Root);
        ReadFormat(root);
        var name = ReadName(root);
        var version = root.Value("version", ValueKinds.Number(1, 1_000_000), 1);
        var title = root.Value("title", ValueKinds.Line(60)) ?? string.Empty;
        var summary = root.Value("summary", ValueKinds.Line(200)) ?? string.Empty;
        var code = ReadCode(root);
        var front = ReadFront(root);
        var administrator = ReadAdministrator(root);

        var services = new ServiceReader(context).Read(root);
        var data = new DataReader(context);
        var volumes = data.ReadVolumes(root);
        var databases = data.ReadDatabases(root);
        var secrets = data.ReadSecrets(root);
        var commands = new CommandReader(context);
        var hooks = commands.ReadHooks(root);
        var cron = commands.ReadCron(root);
        root.Close();

        var blueprint = new Blueprint(
            name,
            version,
            title,
            summary,
            code,
            front,
            administrator,
            services,
            volumes,
            databases,
            secrets,
            hooks,
            cron
        );
        new WholeChecks(context, blueprint).Run();
        return blueprint;
    }

    private void ReadFormat(Section root)
    {
        var format = root.Value("format", ValueKinds.Number(1, int.MaxValue), Blueprint.NewestFormat);
        if (format > Blueprint.NewestFormat && root.Optional("format") is { } entry)
        {
            context.Problems.Add(
                entry.Value,
                $"the file has format {format}, this panel reads formats up to {Blueprint.NewestFormat}; a newer panel wrote it"
            );
        }
    }

    private string ReadName(Section root)
    {
        var name = root.Value("blueprint", ValueKinds.Name) ?? string.Empty;
        var file = Path.GetFileNameWithoutExtension(fileName);
        if (name.Length > 0 && name != file && root.Optional("blueprint") is { } entry)
        {
            context.Problems.Add(entry.Value, $"the blueprint '{name}' is in a file called '{file}'; the two names must be the same");
        }

        return name;
    }

    private BlueprintCode ReadCode(Section root)
    {
        const string expected = "image, or a map such as { volume: code, from: upload }";
        if (root.Required("code", expected) is not { } entry || entry.Value is ScalarNode { Text: "image" })
        {
            return new BlueprintCode(CodePlace.Image, null, CodeSource.Image);
        }

        if (entry.Value is ScalarNode)
        {
            context.Problems.Add(entry.Value, $"'code' of the blueprint is {entry.Value.Called}; expected {expected}");
        }

        var section = context.Open("code", "'code'", entry.Key, entry.Value as MapNode);
        var volume = section.Value("volume", ValueKinds.Name);
        if (volume is not null && section.Optional("volume") is { } at)
        {
            context.Exists("volume", volume, context.Volumes, at.Value, "'code'");
        }

        var from = section.Value("from", ValueKinds.Enum<CodeSource>(), CodeSource.Image);
        section.Close();
        return new BlueprintCode(CodePlace.Volume, volume, from);
    }

    private BlueprintFront ReadFront(Section root)
    {
        var entry = root.Required("front", "what visitors reach, such as { service: web, port: 8080, probe: { path: / } }");
        var section = context.Open("front", "'front'", entry?.Key ?? (Node)context.Root, entry?.Value);
        var service = section.Value("service", ValueKinds.Name) ?? string.Empty;
        if (service.Length > 0 && section.Optional("service") is { } at)
        {
            context.Exists("service", service, context.Services, at.Value, "'front'");
        }

        var port = section.Value("port", ValueKinds.Number(1, 65535), 0);
        var probe = ReadProbe(section);
        var maxUpload = section.OptionalValue("max-upload", ValueKinds.Size("1M", "4G"), 64L * 1024 * 1024);
        var maxConcurrent = section.OptionalValue("max-concurrent", ValueKinds.Number(1, 1000), 8);
        var timeout = section.OptionalValue("timeout", ValueKinds.Duration("1s", "1h"), TimeSpan.FromSeconds(60));
        var shield = ReadShield(section);
        section.Close();
        return new BlueprintFront(service, port, probe, maxUpload, maxConcurrent, timeout) { Shield = shield };
    }

    private BlueprintShield ReadShield(Section front)
    {
        var standard = new BlueprintShield();
        if (front.Optional("shield") is not { } entry)
        {
            return standard;
        }

        var section = context.Open("shield", "'shield'", entry.Key, entry.Value);
        var shield = new BlueprintShield
        {
            Expensive = [.. section.List("expensive", ValueKinds.ExpensivePath).Select(item => item.Value)],
            ExpensivePerMinute = section.OptionalValue("expensive-per-minute", ValueKinds.Number(3, 10_000), standard.ExpensivePerMinute),
            PagesPerMinute = section.OptionalValue("pages-per-minute", ValueKinds.Number(30, 100_000), standard.PagesPerMinute),
            Queue = section.OptionalValue("queue", ValueKinds.Number(1, 2000), standard.Queue),
            QueueTime = section.OptionalValue("queue-time", ValueKinds.Duration("1s", "60s"), standard.QueueTime),
        };
        section.Close();
        return shield;
    }

    private BlueprintProbe ReadProbe(Section front)
    {
        var entry = front.Required("probe", "the question that shows that the site answers, such as { path: /, status: 200 }");
        var section = context.Open("probe", "'probe'", entry?.Key ?? (Node)context.Root, entry?.Value);
        var path = section.Value("path", ValueKinds.UrlPath) ?? "/";
        var statuses = ReadStatuses(section);
        var within = section.OptionalValue("within", ValueKinds.Duration("1s", "30m"), TimeSpan.FromSeconds(60));
        section.Close();
        return new BlueprintProbe(path, statuses, within);
    }

    /// <summary>One status or a list of them.</summary>
    private static IReadOnlyList<int> ReadStatuses(Section probe)
    {
        var status = ValueKinds.Number(200, 599);
        if (probe.Optional("status")?.Value is not ListNode)
        {
            return [probe.OptionalValue("status", status, DefaultStatuses[0])];
        }

        var asText = new ValueKind<string>(status.Expected, text => status.Read(text) is null ? null : text);
        int[] listed = [.. probe.List("status", asText).Select(i => int.Parse(i.Value, CultureInfo.InvariantCulture))];
        return listed.Length > 0 ? listed : DefaultStatuses;
    }

    private BlueprintAdministrator? ReadAdministrator(Section root)
    {
        if (root.Optional("administrator") is not { } entry)
        {
            return null;
        }

        var section = context.Open("administrator", "'administrator'", entry.Key, entry.Value);
        var login = section.Value("login", ValueKinds.Line(60)) ?? string.Empty;
        var link = section.Value("link", new ValueKind<string>("a path on the site with {{ key }} in it", text => text)) ?? string.Empty;
        if (section.Optional("link") is { Value: ScalarNode at } && AdministratorLink.Problem(link) is { } problem)
        {
            context.Problems.Add(at, $"'link' of 'administrator' {problem}");
        }

        var loginLink = section.OptionalValue("login-link", new ValueKind<string>("a path on the site with {{ key }} in it", text => text));
        if (section.Optional("login-link") is { Value: ScalarNode way } && AdministratorLink.Problem(loginLink!) is { } fault)
        {
            context.Problems.Add(way, $"'login-link' of 'administrator' {fault}");
        }

        section.Close();
        return new BlueprintAdministrator(login, link) { LoginLink = loginLink };
    }
}
