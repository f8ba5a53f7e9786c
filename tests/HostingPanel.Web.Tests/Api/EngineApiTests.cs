using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class EngineApiTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task The_last_look_and_what_is_in_its_way_are_told()
    {
        await App.ExecuteAsync(
            "UPDATE reconciler_passes SET looked_at = now(), milliseconds = 42, engine_calls = 7, sites = 3, "
                + "problem_code = NULL, problem_message = NULL, problem_since = NULL"
        );
        var look = await Api.Engine.GetAsync(Cancellation);
        Assert.Equal((42, 7, 3, null), (look.Milliseconds, look.EngineCalls, look.Sites, look.Problem));
        Assert.NotNull(look.LookedAt);
        Assert.True(look.Disk is { FreeBytes: > 0, DangerBytes: 5L << 30 } disk && disk.InDanger == disk.FreeBytes < disk.DangerBytes);

        await App.ExecuteAsync(
            "UPDATE reconciler_passes SET problem_code = 'engine-unavailable', problem_message = 'It does not answer.', problem_since = now()"
        );
        look = await Api.Engine.GetAsync(Cancellation);
        Assert.Equal(new Reason("engine-unavailable", "It does not answer."), look.Problem);
        Assert.NotNull(look.ProblemSince);
    }

    [Fact]
    public async Task What_is_nobodys_is_listed_the_newest_first_in_pages()
    {
        var ids = new List<Guid>
        {
            await AddAsync(EngineKind.Service),
            await AddAsync(EngineKind.Network),
            await AddAsync(EngineKind.Secret),
        };
        var found = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await Api.Engine.ListUnownedAsync(limit: 1, cursor, Cancellation);
            found.AddRange(page.Items.Select(thing => thing.Id));
            cursor = page.NextCursor;
        } while (cursor is not null);

        // Those of one millisecond come in the order of the rest of their ids.
        Assert.Equal(ids.OrderByDescending(id => id.ToString(), StringComparer.Ordinal), found.Where(ids.Contains));
        Assert.Equal(
            "cursor",
            Assert.Single((await RefusalAsync(() => Api.Engine.ListUnownedAsync(cursor: "x", cancellationToken: Cancellation))).Errors).Path
        );
    }

    [Fact]
    public async Task Its_removal_is_an_operation_and_happens_once_for_one_key()
    {
        var id = await AddAsync(EngineKind.Network);
        var key = NewName("key");
        var asked = await Api.Engine.RemoveUnownedAsync(id, key, Cancellation);
        Assert.Equal(("remove-unowned", OperationState.Queued), (asked.Operation.Kind, asked.Operation.State));
        Assert.Equal(asked.Operation.Id, (await Api.Engine.RemoveUnownedAsync(id, key, Cancellation)).Operation.Id);
        var other = await AddAsync(EngineKind.Network);
        Assert.Equal("idempotency-key-reused", (await RefusalAsync(() => Api.Engine.RemoveUnownedAsync(other, key, Cancellation))).Code);
    }

    [Fact]
    public async Task A_volume_is_never_removed_so_and_what_has_gone_is_not_found()
    {
        var volume = await AddAsync(EngineKind.Volume);
        Assert.False(
            (await Api.Engine.ListUnownedAsync(cancellationToken: Cancellation)).Items.Single(thing => thing.Id == volume).Removable
        );
        Assert.Equal("volume-not-removed", (await RefusalAsync(() => Api.Engine.RemoveUnownedAsync(volume, null, Cancellation))).Code);
        Assert.Equal(
            "unowned-not-found",
            (await RefusalAsync(() => Api.Engine.RemoveUnownedAsync(Guid.CreateVersion7(), null, Cancellation))).Code
        );
    }

    private async Task<Guid> AddAsync(EngineKind kind)
    {
        var id = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO unowned_things (id, kind, engine_id, name, message, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3, 'Its site is gone.', now(), now())",
            id,
            kind.ToString(),
            NewName("left")
        );
        return id;
    }
}
