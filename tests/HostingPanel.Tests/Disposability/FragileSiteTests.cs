using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using HostingPanel.Tests.Simulation;
using Npgsql;

namespace HostingPanel.Tests.Disposability;

/// <summary>Drills that end badly, or that somebody ends.</summary>
public sealed class FragileSiteTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-drill-tests-");
    private readonly MemoryEngine _engine = new();
    private string _connection = string.Empty;

    public async ValueTask InitializeAsync()
    {
        postgres.SkipWhenAbsent();
        _connection = await postgres.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.Length > 0)
        {
            await postgres.DropAsync(_connection);
        }

        _uploads.Delete(recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_site_that_does_not_answer_again_is_told_as_such()
    {
        var (operation, drill) = await DrillAsync(site => site.Engine.Fragile[$"hp-{site.Slug}-web"] = true);
        Assert.Equal((OperationState.Failed, "site-does-not-answer"), (operation.State, operation.ErrorCode));
        Assert.Equal((DrillVerdict.DidNotRecover, null, 2, 0), (drill.Verdict, drill.Recovery, drill.Containers, drill.LostTotal));
        Assert.Contains("within 300 s", drill.Reason, StringComparison.Ordinal);
        Assert.NotNull(drill.Before);
        Assert.Null(drill.After);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_site_that_does_not_answer_before_keeps_its_containers()
    {
        var (operation, drill) = await DrillAsync(site => site.Engine.Routes = []);
        Assert.Equal((OperationState.Failed, "site-does-not-answer"), (operation.State, operation.ErrorCode));
        Assert.Equal((DrillVerdict.Unfinished, 0), (drill.Verdict, drill.Containers));
        Assert.StartsWith("Nothing was removed. ", drill.Reason, StringComparison.Ordinal);
        Assert.Empty(_engine.Removals);
    }

    /// <summary>Makes a site, has something done to it, and drills it.</summary>
    private async Task<(OperationView Operation, DrillView Drill)> DrillAsync(Action<SiteInLife> before)
    {
        await using var database = NpgsqlDataSource.Create(_connection);
        await SiteLife.FoundAsync(database, _uploads.FullName, Token);
        await using var life = new SiteLife(database, _uploads.FullName, _engine, "wordpress");
        await life.LiveAsync(new Chapter(OperationKinds.ProvisionSite, null), killAt: null, Token);
        var (id, slug) = (Guid.Empty, string.Empty);
        await life.LiveAsync(
            new Chapter(OperationKinds.DrillDisposability, null)
            {
                Ask = async (panel, site, token) =>
                {
                    before(site);
                    var asked = await panel.Get<SiteManager>().RequestAsync(Actor.Panel, site.Slug, SiteAction.Drill, null, token);
                    Assert.Null(asked.Problem);
                    (id, slug) = (asked.Value.Id, site.Slug);
                    return id;
                },
            },
            killAt: null,
            Token
        );
        await using var panel = new SimulatedWorker(database, _uploads.FullName, _engine);
        var drills = await panel.Get<DisposabilityService>().ListAsync(Actor.Panel, slug, new PageRequest(), Token);
        return ((await panel.Get<OperationService>().GetAsync(Actor.Panel, id, Token)).Value, Assert.Single(drills.Value.Items));
    }
}
