namespace HostingPanel.Blueprints.Parsing;

/// <summary>Reads hooks and cron entries.</summary>
internal sealed class CommandReader(ReaderContext context)
{
    public BlueprintHooks ReadHooks(Section root)
    {
        if (root.Optional("hooks") is not { } entry)
        {
            return new BlueprintHooks(null, null, null, null, null, null, null);
        }

        var section = context.Open("hooks", "'hooks'", entry.Key, entry.Value);
        var hooks = new BlueprintHooks(
            ReadHook(section, "install", TimeSpan.FromMinutes(5)),
            ReadHook(section, "admin-link", TimeSpan.FromSeconds(60)),
            ReadHook(section, "login-link", TimeSpan.FromSeconds(60)),
            ReadHook(section, "upgrade", TimeSpan.FromMinutes(30)),
            ReadHook(section, "status", TimeSpan.FromSeconds(60)),
            ReadHook(section, "rename", TimeSpan.FromMinutes(10)),
            ReadHook(section, "neutralise", TimeSpan.FromMinutes(5))
        );
        section.Close();
        return hooks;
    }

    public IReadOnlyList<BlueprintCron> ReadCron(Section root)
    {
        var all = new List<BlueprintCron>();
        foreach (var entry in root.Entries("cron", "a map of what runs on a schedule"))
        {
            var name = context.Name("cron entry", entry.Key);
            var section = context.Open("cron", $"cron entry '{name}'", entry.Key, entry.Value);
            var schedule = ReadSchedule(section);
            var command = ReadCommand(section, TimeSpan.FromMinutes(10));
            section.Close();
            if (schedule is not null)
            {
                all.Add(new BlueprintCron(name, schedule, command));
            }
        }

        return all;
    }

    private BlueprintHook? ReadHook(Section hooks, string name, TimeSpan timeout)
    {
        if (hooks.Optional(name) is not { } entry)
        {
            return null;
        }

        var section = context.Open("hook", $"hook '{name}'", entry.Key, entry.Value);
        var command = ReadCommand(section, timeout, mayTakeLinkKey: name is "install" or "admin-link");
        section.Close();
        return new BlueprintHook(name, command);
    }

    private CronSchedule? ReadSchedule(Section cron)
    {
        const string expected = "five fields as in a crontab, such as \"*/5 * * * *\"";
        if (cron.Required("schedule", expected) is not { } entry)
        {
            return null;
        }

        if (entry.Value is not ScalarNode text)
        {
            context.Problems.Add(entry.Value, $"'schedule' of {cron.Title} is {entry.Value.Called}; expected {expected}");
            return null;
        }

        if (!CronSchedule.TryParse(text.Text, out var schedule, out var problem))
        {
            context.Problems.Add(text, $"'schedule' of {cron.Title} is {text.Called}; expected {problem}");
        }

        return schedule;
    }

    private BlueprintCommand ReadCommand(Section section, TimeSpan timeout, bool mayTakeLinkKey = false)
    {
        var service = section.Value("service", ValueKinds.Name) ?? string.Empty;
        if (service.Length > 0 && section.Optional("service") is { } at)
        {
            context.Exists("service", service, context.Services, at.Value, section.Title);
        }

        return new BlueprintCommand(
            service,
            section.Command("command"),
            section.OptionalValue("timeout", ValueKinds.Duration("1s", "24h"), timeout),
            section.OptionalValue("user", ValueKinds.User),
            context.TakeSecrets(section, mayTakeLinkKey),
            context.TakeEnvironment(section)
        );
    }
}
