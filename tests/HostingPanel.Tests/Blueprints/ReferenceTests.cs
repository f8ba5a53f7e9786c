using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

/// <summary>What one part of a blueprint says about another.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData("service: web\n  port", "service: wb\n  port", "'front' names the service 'wb', which does not exist; did you mean 'web'?")]
    [InlineData("after: [db]", "after: [dbx]", "did you mean 'db'?")]
    [InlineData("salt]", "salz]", "names the secret 'salz', which does not exist; did you mean 'salt'?")]
    [InlineData("service: db\n    grants: [SELECT", "service: bd\n    grants: [SELECT", "database 'main' names the service 'bd'")]
    [InlineData("      other: [SELECT]", "      outher: [SELECT]", "names the database 'outher'")]
    [InlineData("      data: /var", "      date: /var", "service 'db' names the volume 'date', which does not exist; did you mean 'data'?")]
    [InlineData("volume: code", "volume: cod", "'code' names the volume 'cod'")]
    public void A_reference_that_leads_nowhere_is_reported_with_what_was_meant(string old, string changed, string message) =>
        Assert.Contains(message, BlueprintFiles.OnlyMistake(old, changed).Message, StringComparison.Ordinal);

    [Fact]
    public void A_circle_in_the_start_order_is_refused()
    {
        var error = BlueprintFiles.OnlyMistake("  db:\n    image", "  db:\n    after: [web]\n    image");

        Assert.Equal("the services web, db wait for each other in a circle", error.Message);
    }

    [Fact]
    public void A_service_can_not_wait_for_itself() =>
        Assert.Contains(
            "can't start after itself",
            BlueprintFiles.OnlyMistake("after: [db]", "after: [db, web]").Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Services_start_in_waves_after_what_they_need()
    {
        var drupal = BlueprintFiles.Valid("drupal", BlueprintFiles.Sample("drupal"));

        Assert.Equal(["db cache", "web"], drupal.StartWaves().Select(w => string.Join(' ', w.Select(s => s.Name))));
    }

    [Fact]
    public void The_front_service_must_take_the_gateway_key() =>
        Assert.Contains(
            "must take the secret gateway-key",
            BlueprintFiles.OnlyMistake("secrets: [gateway-key, ", "secrets: [").Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Only_the_hooks_that_make_the_link_may_take_its_key()
    {
        Assert.Contains(
            "only the hooks install and admin-link may take admin-link-key",
            BlueprintFiles.OnlyMistake("secrets: [gateway-key, ", "secrets: [admin-link-key, gateway-key, ").Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_administrator_needs_an_install_hook_that_takes_the_key_and_the_other_way_round()
    {
        Assert.Contains(
            "the install hook must take the secret admin-link-key",
            BlueprintFiles.OnlyMistake("    secrets: [admin-link-key]\n", "").Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "there is no 'administrator'",
            BlueprintFiles
                .Changed("administrator:\n  login: admin\n  link: /login?key={{ key }}\n  login-link: /in?key={{ key }}\n", "")
                .Errors[0]
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_way_in_needs_its_hook_and_the_other_way_round()
    {
        const string mistake = "need each other";
        Assert.Contains(mistake, BlueprintFiles.OnlyMistake("  login-link: /in?key={{ key }}\n", "").Message, StringComparison.Ordinal);
        var hook = "  login-link:\n    service: web\n    command: [php, in.php]\n";
        Assert.Contains(mistake, BlueprintFiles.OnlyMistake(hook, "").Message, StringComparison.Ordinal);
        Assert.Contains(
            "must contain {{ key }}",
            BlueprintFiles.OnlyMistake("login-link: /in?key={{ key }}", "login-link: /in").Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("  salt:\n", "  gateway-key: { bytes: 32 }\n  salt:\n")]
    [InlineData("  salt:\n", "  db-main-password: { bytes: 32 }\n  salt:\n")]
    [InlineData("  salt:\n", "  init.sql: { bytes: 32 }\n  salt:\n")]
    public void A_built_in_secret_can_not_be_declared(string old, string changed) =>
        Assert.Contains("made by the panel", BlueprintFiles.OnlyMistake(old, changed).Message, StringComparison.Ordinal);

    [Fact]
    public void The_init_sql_is_not_asked_for() =>
        Assert.Contains(
            "reaches the service that hosts databases by itself",
            BlueprintFiles.OnlyMistake("secrets: [gateway-key, ", "secrets: [init.sql, gateway-key, ").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("  salt:\n", "  pepper: { bytes: 32 }\n  salt:\n", "takes the secret 'pepper'")]
    [InlineData("  data: { kind", "  spare: { kind: files, owner: 33:33 }\n  data: { kind", "no service mounts the volume 'spare'")]
    public void What_nobody_uses_is_refused(string old, string changed, string message) =>
        Assert.Contains(message, BlueprintFiles.OnlyMistake(old, changed).Message, StringComparison.Ordinal);

    [Fact]
    public void A_database_server_keeps_its_files_in_a_volume_of_that_kind() =>
        Assert.Contains(
            "mounts no volume of the kind database",
            BlueprintFiles.OnlyMistake("data: { kind: database", "data: { kind: files").Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Two_servers_never_share_a_database_volume() =>
        Assert.Contains(
            "mounted by web and db",
            BlueprintFiles.OnlyMistake("    volumes:\n      code:", "    volumes:\n      data: /srv/data\n      code:").Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_code_volume_and_only_it_has_the_kind_code()
    {
        Assert.Contains(
            "so its kind must be code",
            BlueprintFiles.OnlyMistake("kind: code", "kind: files").Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'code' says the code is elsewhere",
            BlueprintFiles.OnlyMistake("code:\n  volume: code\n  from: upload\n", "code: image\n").Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("data: { kind: database, owner: 3306:3306 }")]
    [InlineData("data: { kind: cache, owner: 3306:3306 }")]
    public void What_is_not_backed_up_as_files_has_nothing_to_leave_out(string changed)
    {
        var withBackup = changed.Replace(" }", ", backup: { exclude: [{ glob: x, why: y }] } }", StringComparison.Ordinal);

        Assert.Contains(
            BlueprintFiles.Changed("data: { kind: database, owner: 3306:3306 }", withBackup).Errors,
            e => e.Message.Contains("volume 'data'", StringComparison.Ordinal) && e.Message.Contains("backup", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_grant_can_not_reach_another_server()
    {
        var text = BlueprintFiles
            .Sample("everything")
            .Replace("other: { service: db,", "other: { service: db2,", StringComparison.Ordinal)
            .Replace(
                "volumes:\n  code:\n    kind",
                "  db2: { image: mariadb, user: 1:1, volumes: { data2: /d }, limits: { memory: 64M, cpus: 1, pids: 50 } }\n"
                    + "volumes:\n  data2: { kind: database, owner: 1:1 }\n  code:\n    kind",
                StringComparison.Ordinal
            );

        var error = Assert.Single(BlueprintParser.Parse("everything.yaml", text).Errors);

        Assert.Contains("no grant reaches there", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GRANT OPTION")]
    [InlineData("SUPER")]
    [InlineData("FILE")]
    [InlineData("select")]
    [InlineData("ALL PRIVILEGES")]
    [InlineData("SELECT ON *.* TO x; --")]
    public void Only_privileges_that_end_at_a_database_can_be_granted(string privilege) =>
        Assert.Contains(
            "no privilege a blueprint can grant",
            BlueprintFiles.OnlyMistake("[SELECT, TRIGGER]", $"[SELECT, \"{privilege}\"]").Message,
            StringComparison.Ordinal
        );
}
