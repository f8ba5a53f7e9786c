using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

/// <summary>The format carries what Drupal and CiviCRM need, though they are not delivered yet.</summary>
public sealed class SampleBlueprintTests
{
    [Fact]
    public void Drupal_has_a_cache_that_no_backup_takes_and_private_files_of_their_own()
    {
        var drupal = BlueprintFiles.Valid("drupal", BlueprintFiles.Sample("drupal"));

        Assert.False(drupal.Volume("cache").BackedUpAsFiles);
        Assert.False(drupal.Volume("data").BackedUpAsFiles);
        Assert.True(drupal.Volume("private").BackedUpAsFiles);
        Assert.Equal(["redis-cli", "ping"], drupal.Service("cache").Health!.Command);
        Assert.Equal(["cache_*", "watchdog"], drupal.Databases.Single().LeftOut.Select(o => o.Pattern));
        Assert.Equal(["css/**", "js/**", "styles/**"], drupal.Volume("files").LeftOut.Select(o => o.Pattern));
    }

    [Fact]
    public void CiviCRM_has_code_its_web_server_can_only_read()
    {
        var civicrm = BlueprintFiles.Valid("civicrm", BlueprintFiles.Sample("civicrm"));

        Assert.Equal(
            new BlueprintMount("code", "/var/www/html", ReadOnly: true),
            civicrm.Service("web").Mounts.Single(m => m.Volume == "code")
        );
        Assert.Equal(new NumericUser(1000, 33), civicrm.Volume("code").Owner);
        Assert.Equal(new NumericUser(1000, 33), civicrm.Hooks.Upgrade!.Command.User);
    }

    [Fact]
    public void CiviCRM_has_two_databases_with_triggers_and_views_between_them()
    {
        var civicrm = BlueprintFiles.Valid("civicrm", BlueprintFiles.Sample("civicrm"));
        var passwords = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["main"] = "a",
            ["civicrm"] = "b",
            ["db-backup-password"] = "c",
        };

        var sql = DatabaseInitSql.Render(civicrm, "db", passwords);

        Assert.Contains(
            "TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, CREATE VIEW, SHOW VIEW ON `civicrm`.* TO 'civicrm'@'%';",
            sql,
            StringComparison.Ordinal
        );
        Assert.Contains("GRANT SELECT, INSERT ON `main`.* TO 'civicrm'@'%';", sql, StringComparison.Ordinal);
        Assert.Contains("GRANT SELECT ON `civicrm`.* TO 'main'@'%';", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void CiviCRM_runs_its_cron_every_five_minutes_and_is_harmless_as_a_copy()
    {
        var civicrm = BlueprintFiles.Valid("civicrm", BlueprintFiles.Sample("civicrm"));

        Assert.Equal("*/5 * * * *", civicrm.Cron.Single(c => c.Name == "civicrm").Schedule.Text);
        Assert.Contains("outBound_option", civicrm.Hooks.Neutralise!.Command.Arguments[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Outer_mounts_come_before_the_mounts_inside_them()
    {
        var civicrm = BlueprintFiles.Valid("civicrm", BlueprintFiles.Sample("civicrm"));

        Assert.Equal(
            ["/var/www/civicrm", "/var/www/civicrm/templates_c", "/var/www/files", "/var/www/html", "/var/www/private"],
            civicrm.Service("web").Mounts.Select(m => m.Path)
        );
    }
}
