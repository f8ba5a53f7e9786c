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

            """,
            sql
        );
    }

    [Fact]
    public void Every_statement_is_one_line_whatever_the_password()
    {
        var sql = DatabaseInitSql.Render(Everything, "db", Passwords("a'b\\c\"d`e\n;\r\0\u001af", "x"));

        Assert.All(sql.TrimEnd('\n').Split('\n'), line => Assert.EndsWith(";", line, StringComparison.Ordinal));
        Assert.Contains("""IDENTIFIED BY 'a''b\\c"d`e\n;\r\0\Zf';""", sql, StringComparison.Ordinal);
        Assert.Equal(12, sql.TrimEnd('\n').Split('\n').Length);
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
        new(StringComparer.Ordinal) { ["main"] = main, ["other"] = other };
}
