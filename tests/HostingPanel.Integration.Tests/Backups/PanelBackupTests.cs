using System.Text;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Organisations;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>The panel's own database, backed up by real jobs and brought back with nothing but a recovery kit and the target.</summary>
public sealed class PanelBackupTests(TestInstallation installation) : IClassFixture<TestInstallation>
{
    private const string Fetch = """printf '%s\n%s\n' "$1" "$2" | HP_REPOSITORY=$3 hp-fetch-panel /recovery""";
    private const string Load = """
        psql -X -q -h postgres -U hostingpanel -d postgres -c 'CREATE DATABASE recovered'
        psql -X -q -v ON_ERROR_STOP=1 --single-transaction -h postgres -U hostingpanel -d recovered -f /recovery/panel.sql
        """;

    [Fact(Timeout = 580_000)]
    public async Task The_panel_is_backed_up_and_comes_back_out_of_its_kit_and_a_target()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        await installation.StopWorkerAsync();
        using var server = await PanelServer.StartAsync(installation);
        await StartWorkerAsync(server, "hostingpanel");
        var made = await installation
            .Get<OrganisationService>()
            .CreateAsync(Actor.Panel, new CreateOrganisation("food-bank", "Food\tBank \\. of \"ten\"\nlines"), idempotencyKey: null, token);
        Assert.True(made.Problem is null || made.Problem.Code == "invalid-request", made.Problem?.Message);
        await installation
            .Get<OrganisationService>()
            .CreateAsync(Actor.Panel, new CreateOrganisation("helpers", "The Helpers"), idempotencyKey: null, token);

        var (operation, backup) = await TakeAsync();
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal(RestorePointState.Good, backup.State);
        Assert.NotNull(Assert.Single(backup.Copies).ReadBackAt);
        Assert.True(backup is { Tables: > 20, Rows: > 20, Bytes: > 10_000 }, backup.ToString());

        // The login, the secrets and the scratch volume lived no longer than the operation.
        Assert.Equal(0L, await server.AskAsync("hostingpanel", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'hp_backup%'", token));
        Assert.DoesNotContain(
            await installation.Docker.Volumes.ListAsync(installation.Mine, token),
            volume => volume.Name.Contains("scratch", StringComparison.Ordinal)
        );
        Assert.Empty(await installation.Docker.Secrets.ListAsync(installation.Mine, token));

        // The same again: the second adds little, and reads back what is new.
        Assert.Equal(RestorePointState.Good, (await TakeAsync()).Backup.State);

        var kit = await installation
            .Get<RecoveryKitService>()
            .WriteAsync(
                new string('0', 64),
                webCertificate: null,
                new Dictionary<string, string>(StringComparer.Ordinal),
                "1",
                "word",
                token
            );
        var words = Read(kit, "targets")[0].Split('\t');
        var secrets = Read(kit, "target 0");
        var volume = $"{installation.Name}-recovery";
        await MakeVolumeAsync(volume);
        var wrong = await server.RunAsync(installation.Images["toolbox"], volume, null, Fetch, Text("another"), string.Empty, words[3]);
        wrong.Failed("The key is not that of the repository");
        var fetched = await server.RunAsync(installation.Images["toolbox"], volume, null, Fetch, secrets[0], secrets[1], words[3]);
        Assert.Equal(installation.Name, fetched.Well().Last.GetProperty("installation").GetString());
        (await server.RunAsync(installation.Images["postgres"], volume, server.Network, Load)).Well();

        await installation.StopWorkerAsync();
        await server.AskAsync(
            "recovered",
            $"INSERT INTO recoveries (id, backup_id, taken_at, recovered_at) VALUES (gen_random_uuid(), '{fetched.Last.GetProperty("backup").GetString()}', now(), now())",
            token
        );
        await StartWorkerAsync(server, "recovered");
        var organisations = (await installation.Get<OrganisationService>().ListAsync(Actor.Panel, new PageRequest(), token)).Value.Items;
        Assert.Contains(organisations, organisation => organisation is { Slug: "helpers", Name: "The Helpers" });
        // The second backup was under way when it was dumped.
        var known = (await installation.Get<PanelBackupService>().ListAsync(Actor.Panel, new PageRequest(), token)).Value.Items;
        Assert.Equal(RestorePointState.Good, known[^1].State);

        // It goes on in the same repository, whose key it has opened.
        var (later, again) = await TakeAsync();
        Assert.True(again.State == RestorePointState.Good, later.ErrorMessage);
        Assert.Equal(0L, await server.AskAsync("recovered", "SELECT count(*) FROM operations WHERE state IN ('Queued', 'Running')", token));
        await ComesBackFromAfarAsync(server);
    }

    /// <summary>A kit opens its targets elsewhere, too, by what lets one in there.</summary>
    private async Task ComesBackFromAfarAsync(PanelServer server)
    {
        var token = TestContext.Current.CancellationToken;
        var (far, targets) = (new FarServers(installation), installation.Get<TargetService>());
        try
        {
            foreach (var target in new[] { await far.StartAsync("far-sftp", token), FarServers.Rest("far-rest") })
            {
                Assert.Null((await targets.AddAsync(Actor.Panel, target, idempotencyKey: null, token)).Problem);
            }

            var backup = (await TakeAsync()).Backup;
            Assert.Equal(3, backup.Copies.Count(copy => copy.ReadBackAt is not null));
            var kit = await installation
                .Get<RecoveryKitService>()
                .WriteAsync(
                    new string('0', 64),
                    webCertificate: null,
                    new Dictionary<string, string>(StringComparer.Ordinal),
                    "1",
                    "word",
                    token
                );
            var fetched = new List<string>();
            foreach (var words in Read(kit, "targets").Select(line => line.Split('\t')).Where(words => words[2] != "local"))
            {
                var (secrets, volume) = (Read(kit, $"target {words[0]}"), $"{installation.Name}-recovery-{words[0]}");
                await MakeVolumeAsync(volume);
                var ran = await server.RunAsync(
                    installation.Images["toolbox"],
                    volume,
                    far.Network,
                    Fetch,
                    secrets[0],
                    secrets[1],
                    words[3]
                );
                Assert.Equal(backup.Id, ran.Well().Last.GetProperty("backup").GetGuid());
                fetched.Add(words[1]);
            }

            Assert.Equal(["far-rest", "far-sftp"], fetched.Order(StringComparer.Ordinal));
        }
        finally
        {
            await far.RemoveAsync();
        }
    }

    private Task MakeVolumeAsync(string name) =>
        installation.Docker.Volumes.CreateAsync(
            new VolumeCreateRequest
            {
                Name = name,
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name },
            },
            TestContext.Current.CancellationToken
        );

    private async Task StartWorkerAsync(PanelServer server, string database)
    {
        await installation.StartWorkerAsync(settings =>
        {
            settings["Database:ConnectionString"] = server.For(database);
            settings["PanelBackups:DatabaseHost"] = PanelServer.Alias;
            settings["PanelBackups:DatabasePort"] = "5432";
        });
        await installation.Get<RecoverySettlement>().SettleAsync(TestContext.Current.CancellationToken);
    }

    private async Task<(OperationView Operation, PanelBackupView Backup)> TakeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var service = installation.Get<PanelBackupService>();
        // What a recovery has called off may still be ending; then it is the answer.
        OperationView ended;
        do
        {
            var asked = await service.TakeAsync(Actor.Panel, target: null, idempotencyKey: null, token);
            Assert.Null(asked.Problem);
            ended = await installation.FinishAsync(asked.Value.Id, token);
        } while (ended.State == OperationState.Cancelled);

        var all = (await service.ListAsync(Actor.Panel, new PageRequest(), token)).Value.Items;
        return (ended, all.Single(backup => backup.Id == ended.Id));
    }

    private static IReadOnlyList<string> Read(string kit, string part) => RecoveryKitService.Read(kit, "word", part).Value;

    private static string Text(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
