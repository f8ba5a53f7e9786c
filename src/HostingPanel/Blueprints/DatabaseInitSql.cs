using System.Globalization;
using System.Text;

namespace HostingPanel.Blueprints;

/// <summary>
/// What a database server runs at each start (its <c>init_file</c>): makes the site's databases and users where they are missing, sets the
/// passwords and gives exactly the blueprint's grants. Running it twice is running it once; it never drops anything. MariaDB reads the
/// file line by line, ends a statement where a line ends in a semicolon, and does not start when one fails, so each statement is one
/// line and none fails on what is already there.
/// </summary>
public static class DatabaseInitSql
{
    /// <summary>The user that reads everything of the site's databases for a dump, and can change nothing.</summary>
    public const string BackupUser = "hp_backup";

    /// <summary>What a dump needs. <c>SHOW CREATE ROUTINE</c> is of MariaDB 11.3 and newer.</summary>
    private const string BackupPrivileges = "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, SHOW CREATE ROUTINE";

    /// <summary>The whole file, ending in a newline.</summary>
    /// <param name="blueprint">The site's blueprint.</param>
    /// <param name="service">The service whose databases are meant.</param>
    /// <param name="passwords">The password of each of them, by the database's name, and of <see cref="BackupUser"/> by its secret's.</param>
    /// <param name="grants">What the databases' own users may do.</param>
    /// <exception cref="ArgumentException">A password is missing.</exception>
    public static string Render(
        Blueprint blueprint,
        string service,
        IReadOnlyDictionary<string, string> passwords,
        InitSqlGrants grants = InitSqlGrants.Exact
    )
    {
        // Quoting below relies on backslashes escaping and on double quotes being strings, whatever the server's default mode.
        var sql = new StringBuilder("SET SESSION sql_mode = 'STRICT_ALL_TABLES';\n");
        var databases = blueprint.DatabasesOf(service);
        foreach (var database in databases)
        {
            // Every MariaDB and MySQL knows this collation; the server's newest default would lock a dump in.
            sql.Append(
                CultureInfo.InvariantCulture,
                $"CREATE DATABASE IF NOT EXISTS {Identifier(database.Name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
            );
        }

        foreach (var database in databases)
        {
            var user = User(sql, database.User, Password(passwords, database.Name));
            if (grants == InitSqlGrants.Loading)
            {
                // What is loaded may hold triggers and views that reach from one of the site's databases into another.
                foreach (var own in databases)
                {
                    sql.Append(CultureInfo.InvariantCulture, $"GRANT ALL PRIVILEGES ON {Pattern(own.Name)}.* TO {user};\n");
                }

                continue;
            }

            sql.Append(CultureInfo.InvariantCulture, $"GRANT {Privileges(database.Grants)} ON {Pattern(database.Name)}.* TO {user};\n");
            foreach (var foreign in database.Also)
            {
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"GRANT {Privileges(foreign.Grants)} ON {Pattern(foreign.Database)}.* TO {user};\n"
                );
            }
        }

        if (databases.Count > 0)
        {
            var backup = User(sql, BackupUser, Password(passwords, SecretNames.BackupPassword));
            foreach (var database in databases)
            {
                sql.Append(CultureInfo.InvariantCulture, $"GRANT {BackupPrivileges} ON {Pattern(database.Name)}.* TO {backup};\n");
            }
        }

        return sql.ToString();
    }

    private static string Password(IReadOnlyDictionary<string, string> passwords, string name) =>
        passwords.TryGetValue(name, out var password) && password.Length > 0
            ? password
            : throw new ArgumentException($"The password of {name} is missing.", nameof(passwords));

    /// <summary>Makes the user without any right, and gives its name as grants want it.</summary>
    private static string User(StringBuilder sql, string name, string password)
    {
        var user = $"{Text(name)}@'%'";
        sql.Append(CultureInfo.InvariantCulture, $"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY {Text(password)};\n");
        sql.Append(CultureInfo.InvariantCulture, $"ALTER USER {user} IDENTIFIED BY {Text(password)};\n");
        sql.Append(CultureInfo.InvariantCulture, $"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {user};\n");
        return user;
    }

    private static string Privileges(DatabaseGrants grants) => grants.All ? "ALL PRIVILEGES" : string.Join(", ", grants.Privileges);

    private static string Identifier(string name) => "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";

    /// <summary>In a grant a database's name is a pattern: <c>_</c> and <c>%</c> stand for others unless escaped.</summary>
    private static string Pattern(string name) =>
        Identifier(
            name.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("_", "\\_", StringComparison.Ordinal)
                .Replace("%", "\\%", StringComparison.Ordinal)
        );

    private static string Text(string value)
    {
        var text = new StringBuilder("'");
        foreach (var c in value)
        {
            text.Append(
                c switch
                {
                    '\'' => "''",
                    '\\' => @"\\",
                    '\n' => @"\n",
                    '\r' => @"\r",
                    '\0' => @"\0",
                    '\u001a' => @"\Z",
                    _ => c.ToString(),
                }
            );
        }

        return text.Append('\'').ToString();
    }
}

/// <summary>What the users of a site's databases may do.</summary>
public enum InitSqlGrants
{
    /// <summary>Exactly what the blueprint says.</summary>
    Exact,

    /// <summary>Everything in the site's own databases, while a restore point is loaded into them.</summary>
    Loading,
}
