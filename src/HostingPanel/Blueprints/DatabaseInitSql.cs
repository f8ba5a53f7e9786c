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
    /// <summary>The whole file, ending in a newline.</summary>
    /// <param name="blueprint">The site's blueprint.</param>
    /// <param name="service">The service whose databases are meant.</param>
    /// <param name="passwords">The password of each of them, by the database's name.</param>
    /// <exception cref="ArgumentException">A password is missing.</exception>
    public static string Render(Blueprint blueprint, string service, IReadOnlyDictionary<string, string> passwords)
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
            if (!passwords.TryGetValue(database.Name, out var password) || password.Length == 0)
            {
                throw new ArgumentException($"The password of database {database.Name} is missing.", nameof(passwords));
            }

            var user = $"{Text(database.User)}@'%'";
            sql.Append(CultureInfo.InvariantCulture, $"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY {Text(password)};\n");
            sql.Append(CultureInfo.InvariantCulture, $"ALTER USER {user} IDENTIFIED BY {Text(password)};\n");
            sql.Append(CultureInfo.InvariantCulture, $"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {user};\n");
            sql.Append(CultureInfo.InvariantCulture, $"GRANT {Privileges(database.Grants)} ON {Pattern(database.Name)}.* TO {user};\n");
            foreach (var foreign in database.Also)
            {
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"GRANT {Privileges(foreign.Grants)} ON {Pattern(foreign.Database)}.* TO {user};\n"
                );
            }
        }

        return sql.ToString();
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
