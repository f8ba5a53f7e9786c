namespace HostingPanel.Blueprints.Parsing;

/// <summary>Reads volumes, databases and secrets.</summary>
internal sealed class DataReader(ReaderContext context)
{
    /// <summary>Names that a database server, or the panel itself, uses for something else.</summary>
    private static readonly IReadOnlyList<string> TakenNames =
    [
        "backup",
        "healthcheck",
        "mariadb",
        "mysql",
        "panel",
        "public",
        "root",
        "sys",
        "test",
    ];

    private static readonly ValueKind<string> Why = ValueKinds.Line(200);

    private static readonly ValueKind<string> Glob = new(
        "a pattern below the volume's root such as cache/** or *.log, without a slash in front or '..'",
        text =>
            text.Length > 0
            && !text.StartsWith('/')
            && !text.Contains('\n', StringComparison.Ordinal)
            && !text.Split('/').Any(p => p is ".." or "." or "")
                ? text
                : null
    );

    private static readonly ValueKind<string> Table = new(
        "a table's name of letters, digits, _ and *, such as cache_*",
        text => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '*') ? text : null
    );

    public IReadOnlyList<BlueprintVolume> ReadVolumes(Section root)
    {
        var volumes = new List<BlueprintVolume>();
        foreach (var entry in root.Entries("volumes", "a map of the site's volumes"))
        {
            var name = context.Name("volume", entry.Key);
            var section = context.Open("volume", $"volume '{name}'", entry.Key, entry.Value);
            const VolumeKind unread = (VolumeKind)(-1);
            var kind = section.Value("kind", ValueKinds.Enum<VolumeKind>(), unread);
            if (kind == unread)
            {
                context.VolumesOfUnknownKind.Add(name);
            }

            var owner = section.Value("owner", ValueKinds.User) ?? new NumericUser(0, 0);
            var mode = section.OptionalValue("mode", ValueKinds.Mode, Convert.ToInt32("0755", 8));
            var leftOut = ReadBackup(section, "glob", Glob);
            if (kind is VolumeKind.Cache or VolumeKind.Database && section.Optional("backup") is { } backup)
            {
                context.Problems.Add(
                    backup.Key,
                    kind == VolumeKind.Cache
                        ? $"{section.Title} is a cache, which no backup takes; leave 'backup' out"
                        : $"{section.Title} holds a database server's files, which a backup takes as dumps; say what to leave out at the database"
                );
            }

            section.Close();
            volumes.Add(new BlueprintVolume(name, kind, owner, mode, leftOut));
        }

        return volumes;
    }

    public IReadOnlyList<BlueprintDatabase> ReadDatabases(Section root)
    {
        var databases = new List<BlueprintDatabase>();
        foreach (var entry in root.Entries("databases", "a map of the site's databases"))
        {
            var name = context.Name("database", entry.Key);
            if (TakenNames.Contains(name, StringComparer.Ordinal))
            {
                context.Problems.Add(
                    entry.Key,
                    $"a database and its user can't be called '{name}'; that name is taken by the database server or the panel"
                );
            }

            var section = context.Open("database", $"database '{name}'", entry.Key, entry.Value);
            var service = section.Value("service", ValueKinds.Name) ?? string.Empty;
            if (service.Length > 0 && section.Optional("service") is { } at)
            {
                context.Exists("service", service, context.Services, at.Value, section.Title);
            }

            var grants = ReadGrants(section.Required("grants", "all, or a list of privileges such as [SELECT, INSERT]"), section.Title);
            var also = ReadForeignGrants(section, name, service);
            var leftOut = ReadBackup(section, "table", Table);
            section.Close();
            databases.Add(new BlueprintDatabase(name, service, grants, also, leftOut));
        }

        return databases;
    }

    public IReadOnlyList<BlueprintSecret> ReadSecrets(Section root)
    {
        var secrets = new List<BlueprintSecret>();
        foreach (var entry in root.Entries("secrets", "a map of the site's secrets, such as salt: { bytes: 48 }"))
        {
            if (SecretNames.IsReserved(entry.Key.Text))
            {
                context.Problems.Add(
                    entry.Key,
                    $"the secret '{entry.Key.Text}' is made by the panel; name it where it is used, don't declare it"
                );
            }

            var name = SecretNames.IsReserved(entry.Key.Text) ? entry.Key.Text : context.Name("secret", entry.Key);
            var section = context.Open("secret", $"secret '{name}'", entry.Key, entry.Value);
            var bytes = section.Value("bytes", ValueKinds.Number(16, 256), 32);
            var encoding = section.OptionalValue("encoding", ValueKinds.Enum<SecretEncoding>(), SecretEncoding.Hex);
            section.Close();
            secrets.Add(new BlueprintSecret(name, bytes, encoding));
        }

        return secrets;
    }

    private IReadOnlyList<ForeignGrants> ReadForeignGrants(Section database, string name, string service)
    {
        var also = new List<ForeignGrants>();
        foreach (var entry in database.Entries("also", "a map of other databases and grants, such as civicrm: [SELECT]"))
        {
            var other = entry.Key.Text;
            if (other == name)
            {
                context.Problems.Add(entry.Key, $"what {database.Title}'s user may do in its own database is said by 'grants'");
            }
            else if (
                context.Exists("database", other, context.DatabaseHosts.Keys, entry.Key, $"'also' of {database.Title}")
                && context.DatabaseHosts[other] != service
                && context.Services.Contains(service)
            )
            {
                context.Problems.Add(
                    entry.Key,
                    $"the database '{other}' is on another server than {database.Title}; no grant reaches there"
                );
            }

            also.Add(new ForeignGrants(other, ReadGrants(entry, $"'also' of {database.Title}")));
        }

        return also;
    }

    private DatabaseGrants ReadGrants(MapEntry? entry, string where)
    {
        var everything = new DatabaseGrants([]);
        if (entry is null || entry.Value is ScalarNode { Text: "all" })
        {
            return everything;
        }

        if (entry.Value is not ListNode { Items.Count: > 0 } list)
        {
            context.Problems.Add(
                entry.Value,
                $"'{entry.Key.Text}' of {where} is {entry.Value.Called}; expected all, or a list of privileges such as [SELECT]"
            );
            return everything;
        }

        var privileges = new List<string>();
        foreach (var item in list.Items)
        {
            if (item is not ScalarNode { Text: var text } || !DatabasePrivileges.Known.Contains(text, StringComparer.Ordinal))
            {
                var guess = item is ScalarNode s ? Suggestion.For(s.Text, DatabasePrivileges.Known) : string.Empty;
                context.Problems.Add(
                    item,
                    $"{item.Called} in {where} is no privilege a blueprint can grant{guess}; expected all, or some of {string.Join(", ", DatabasePrivileges.Known)}"
                );
            }
            else if (privileges.Contains(text, StringComparer.Ordinal))
            {
                context.Problems.Add(item, $"{text} is granted for the second time in {where}");
            }
            else
            {
                privileges.Add(text);
            }
        }

        return new DatabaseGrants(privileges);
    }

    private IReadOnlyList<BackupOmission> ReadBackup(Section owner, string patternKey, ValueKind<string> pattern)
    {
        if (owner.Optional("backup") is not { } entry)
        {
            return [];
        }

        var section = context.Open("backup", $"'backup' of {owner.Title}", entry.Key, entry.Value);
        var expected = $"a list of what to leave out, such as [{{ {patternKey}: cache*, why: made again }}]";
        var omissions = new List<BackupOmission>();
        var exclude = section.Required("exclude", expected);
        if (exclude is { Value: ListNode list })
        {
            foreach (var item in list.Items)
            {
                var omission = context.Open($"exclude-{patternKey}", $"an entry of 'exclude' of {owner.Title}", item, item);
                var what = omission.Value(patternKey, pattern) ?? string.Empty;
                var why = omission.Value("why", Why) ?? string.Empty;
                omission.Close();
                omissions.Add(new BackupOmission(what, why));
            }
        }
        else if (exclude is not null)
        {
            context.Problems.Add(exclude.Value, $"'exclude' of {owner.Title} is {exclude.Value.Called}; expected {expected}");
        }

        section.Close();
        return omissions;
    }
}
