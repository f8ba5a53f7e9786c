using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

public sealed class DatabaseInitSqlTests
{
    private static readonly Blueprint Everything = BlueprintFiles.Valid("everything", BlueprintFiles.Sample("everything"));

    [Fact]
    public void The_file_makes_databases_users_passwords_and_exactly_the_grants()
    {
        var sql = DatabaseInitSql.Render(Everything, "db", Passwords("one", "two"));

        Assert.Equal(
            """
            SET SESSION sql_mode = 'STRICT_ALL_TABLES';
            CREATE DATABASE IF NOT EXISTS `main` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
            CREATE DATABASE IF NOT EXISTS `other` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
            CREATE USER IF NOT EXISTS 'main'@'%' IDENTIFIED BY 'one';
            ALTER USER 'main'@'%' IDENTIFIED BY 'one';
            REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'main'@'%';
            GRANT SELECT, TRIGGER ON `main`.* TO 'main'@'%';
            GRANT SELECT ON `other`.* TO 'main'@'%';
            CREATE USER IF NOT EXISTS 'other'@'%' IDENTIFIED BY 'two';
            ALTER USER 'other'@'%' IDENTIFIED BY 'two';
            REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'other'@'%';
            GRANT ALL PRIVILEGES ON `other`.* TO 'other'@'%';
            CREATE USER IF NOT EXISTS 'hp_backup'@'%' IDENTIFIED BY 'three';
            ALTER USER 'hp_backup'@'%' IDENTIFIED BY 'three';
            REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'hp_backup'@'%';
            GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, SHOW CREATE ROUTINE ON `main`.* TO 'hp_backup'@'%';
            GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, SHOW CREATE ROUTINE ON `other`.* TO 'hp_backup'@'%';

            """,
            sql
        );
    }

    [Fact]
    public void While_a_restore_point_is_loaded_the_sites_users_may_do_everything_in_the_sites_databases_and_nothing_elsewhere()
    {
        var sql = DatabaseInitSql.Render(Everything, "db", Passwords("one", "two"), InitSqlGrants.Loading);

        Assert.Equal(
            [
                "GRANT ALL PRIVILEGES ON `main`.* TO 'main'@'%';",
                "GRANT ALL PRIVILEGES ON `other`.* TO 'main'@'%';",
                "GRANT ALL PRIVILEGES ON `main`.* TO 'other'@'%';",
                "GRANT ALL PRIVILEGES ON `other`.* TO 'other'@'%';",
            ],
            sql.Split('\n').Where(line => line.StartsWith("GRANT ALL", StringComparison.Ordinal))
        );
        Assert.DoesNotContain("GRANT SELECT ON", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("*.*", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_that_dumps_can_change_nothing()
    {
        var sql = DatabaseInitSql.Render(Everything, "db", Passwords("one", "two"));

        Assert.All(
            sql.Split('\n')
                .Where(line => line.StartsWith("GRANT", StringComparison.Ordinal) && line.Contains("hp_backup", StringComparison.Ordinal)),
            line =>
                Assert.StartsWith(
                    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, SHOW CREATE ROUTINE ON `",
                    line,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Every_statement_is_one_line_whatever_the_password()
    {
        var sql = DatabaseInitSql.Render(Everything, "db", Passwords("a'b\\c\"d`e\n;\r\0\u001af", "x"));

        Assert.All(sql.TrimEnd('\n').Split('\n'), line => Assert.EndsWith(";", line, StringComparison.Ordinal));
        Assert.Contains("""IDENTIFIED BY 'a''b\\c"d`e\n;\r\0\Zf';""", sql, StringComparison.Ordinal);
        Assert.Equal(17, sql.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void A_missing_password_is_an_error_and_never_an_empty_one()
    {
        Assert.Throws<ArgumentException>(() =>
            DatabaseInitSql.Render(Everything, "db", new Dictionary<string, string>(StringComparer.Ordinal) { ["main"] = "x" })
        );
        Assert.Throws<ArgumentException>(() => DatabaseInitSql.Render(Everything, "db", Passwords("x", "")));
    }

    [Fact]
    public void Nothing_is_ever_dropped()
    {
        var sql = DatabaseInitSql.Render(Everything, "db", Passwords("x", "y"));

        Assert.DoesNotContain("DROP DATABASE", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("DROP USER", sql, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Passwords(string main, string other) =>
        new(StringComparer.Ordinal)
        {
            ["main"] = main,
            ["other"] = other,
            ["db-backup-password"] = "three",
        };
}
