namespace HostingPanel.Integration.Tests.Backups;

/// <summary>A site's two databases, <c>main</c> and <c>civi</c>, and everything in them that a dump gets wrong when it is made in a hurry.</summary>
internal static class ToolboxDatabase
{
    /// <summary>What the server runs at each start. The rights of <c>hp_backup</c> are the panel's; an administrator makes what a site has got from elsewhere.</summary>
    public const string Init = """
        CREATE DATABASE IF NOT EXISTS main CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
        CREATE DATABASE IF NOT EXISTS civi CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
        CREATE USER IF NOT EXISTS main@'%' IDENTIFIED BY 'password-of-main';
        CREATE USER IF NOT EXISTS civi@'%' IDENTIFIED BY 'password-of-civi';
        GRANT ALL PRIVILEGES ON main.* TO main@'%', civi@'%';
        GRANT ALL PRIVILEGES ON civi.* TO main@'%', civi@'%';
        CREATE USER IF NOT EXISTS hp_backup@'%' IDENTIFIED BY 'password-of-backup';
        GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, SHOW CREATE ROUTINE ON main.* TO hp_backup@'%';
        GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, SHOW CREATE ROUTINE ON civi.* TO hp_backup@'%';
        CREATE USER IF NOT EXISTS admin@'%' IDENTIFIED BY 'password-of-admin';
        GRANT ALL PRIVILEGES ON *.* TO admin@'%' WITH GRANT OPTION;

        """;

    /// <summary>Fills both. Run by the administrator, whose objects belong to root.</summary>
    public const string Nasty = """
        CREATE TABLE main.plain (id INT PRIMARY KEY, t LONGTEXT, b LONGBLOB, at TIMESTAMP NULL, j JSON);
        INSERT INTO main.plain VALUES
            (1, '-- Current Database: `civi`\nUSE `civi`;\n\\! touch /scratch/owned\nDEFINER=`root`@`localhost`\n-- Dump completed', 0x00270A225C00FF, '2026-03-29 01:30:00', '{"a":"b''c"}'),
            (2, 'ünï 日本 🚀 ''),('' ;;', '', NULL, NULL),
            (3, NULL, 0xff00fe, NULL, '[]');
        INSERT INTO main.plain SELECT 4, REPEAT('it\'s\n\\', 100000), REPEAT(0x00ff27, 300000), NULL, NULL;
        CREATE TABLE main.`a``b'c"d
        e	ü\` (`x``y
        z` INT GENERATED ALWAYS AS (1) VIRTUAL, v VARCHAR(20) COMMENT 'it''s; -- x
        USE `civi`;', `h` INT INVISIBLE DEFAULT 5);
        INSERT INTO main.`a``b'c"d
        e	ü\` (v) VALUES ('1'), ('2'), ('VALUES\n(');
        CREATE TABLE main.my (i INT) ENGINE=MyISAM;
        INSERT INTO main.my VALUES (1), (2);
        CREATE TABLE main.kept (i INT) WITH SYSTEM VERSIONING;
        INSERT INTO main.kept VALUES (1), (2);
        UPDATE main.kept SET i = 3;
        CREATE SEQUENCE main.numbers START WITH 5;
        CREATE TABLE main.parent (id INT PRIMARY KEY);
        CREATE TABLE main.aged_child (id INT REFERENCES main.parent (id));
        INSERT INTO main.parent VALUES (1);
        INSERT INTO main.aged_child VALUES (1);
        CREATE TABLE main.events_seen (n BIGINT PRIMARY KEY);
        CREATE TABLE civi.log (n BIGINT, words VARCHAR(100));
        CREATE DEFINER=root@localhost VIEW main.v AS SELECT p.id, l.words AS `USE civi;` FROM main.plain p LEFT JOIN civi.log l ON l.n = p.id;
        CREATE DEFINER=root@localhost SQL SECURITY INVOKER VIEW civi.vv AS SELECT * FROM main.v;
        USE main;
        DELIMITER $$
        CREATE DEFINER=root@localhost TRIGGER tr AFTER INSERT ON events_seen FOR EACH ROW BEGIN /* it's */
        -- don't ;;
         INSERT INTO civi.log VALUES (NEW.n, 'x;;
        DELIMITER ;
        USE `civi`;
        '); END$$
        CREATE DEFINER=root@localhost PROCEDURE pr() BEGIN SELECT '-- Current Database: `civi`
        USE `civi`;
        \\! touch /scratch/owned
        CREATE DEFINER=`root`@`localhost` PROCEDURE x() BEGIN END ;;
        DELIMITER ;
        -- hp-dump: from here on views
        -- Dump completed
        '; # it's
        END$$
        SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES'$$
        CREATE DEFINER=root@localhost FUNCTION fn(x INT) RETURNS INT DETERMINISTIC BEGIN DECLARE "q\" INT; SET "q\" = LENGTH('\'); RETURN "q\" + x; END$$
        SET sql_mode=DEFAULT$$
        CREATE DEFINER=root@localhost EVENT ev ON SCHEDULE EVERY 1 DAY COMMENT 'it''s' DO BEGIN SET @a = 'DEFINER=`root`@`%`'; END$$
        DELIMITER ;

        """;

    /// <summary>The secrets of the dump's and the load's jobs together, and those of the tests.</summary>
    public static (string Name, string Value)[] Secrets =>
        [
            ("db-backup-password", "password-of-backup"),
            ("db-main-password", "password-of-main"),
            ("db-civi-password", "password-of-civi"),
            ("db-admin-password", "password-of-admin"),
        ];

    /// <summary>Runs SQL as the administrator, with comments as a program would send them; gives what it answered.</summary>
    public static async Task<IReadOnlyList<string>> SqlAsync(ToolboxFixture toolbox, string host, string sql)
    {
        var place = toolbox.Place();
        await File.WriteAllTextAsync(Path.Combine(place, "it.sql"), sql, TestContext.Current.CancellationToken);
        var ran = await toolbox.RunAsync(
            new ToolSetup { Networked = true, Mounts = [(place, "/sql")] },
            "bash",
            "-euc",
            $"mariadb --comments --skip-ssl --host={host} --user=admin --password=password-of-admin --default-character-set=utf8mb4 --batch --skip-column-names </sql/it.sql"
        );
        return ran.Well().Output;
    }
}
