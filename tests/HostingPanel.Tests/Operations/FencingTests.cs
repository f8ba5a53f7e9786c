using System.Reflection;
using HostingPanel.Operations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Operations;

/// <summary>A worker that was away too long can change nothing any more.</summary>
public sealed class FencingTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private static readonly Step First = new("first", "First", (_, _) => Task.CompletedTask);
    private static readonly Step Second = new("second", "Second", (_, _) => Task.CompletedTask);

    /// <summary>Every write there is, in an order in which the worker that has the lease can do them all.</summary>
    private static readonly Dictionary<string, Func<OperationLease, Task>> Writes = new(StringComparer.Ordinal)
    {
        [nameof(OperationLease.RenewAsync)] = lease => lease.RenewAsync(Token),
        [nameof(OperationLease.PlanAsync)] = lease => lease.PlanAsync([First, Second], Token),
        [nameof(OperationLease.BeginStepAsync)] = lease => lease.BeginStepAsync("first", Token),
        [nameof(OperationLease.SetStepAsync)] = lease => lease.SetStepAsync("first", StepState.Running, "half", 0.5, Token),
        [nameof(OperationLease.LogAsync)] = lease => lease.LogAsync("first", ["a line"], areErrors: false, Token),
        [nameof(OperationLease.StartUndoAsync)] = lease => lease.StartUndoAsync("first-cause", "It is no longer possible.", Token),
        [nameof(OperationLease.FailStepAsync)] = lease => lease.FailStepAsync("first", "broken", "It broke.", Token),
        [nameof(OperationLease.FinishAsync)] = lease => lease.FinishAsync(OperationState.Failed, "Something is left.", Token),
    };

    [Fact(Timeout = 60_000)]
    public async Task Nothing_that_a_worker_writes_after_its_lease_has_passed_on_arrives()
    {
        var (id, old, _) = await PassOnAsync();
        var before = await RowsAsync(id);

        foreach (var (name, write) in Writes)
        {
            await Assert.ThrowsAsync<LeaseLostException>(() => write(old));
            Assert.Equal((name, before), (name, await RowsAsync(id)));
        }

        // Given back on the way out: no fault, but not another's either.
        await old.ReleaseAsync(Token);
        Assert.Equal(before, await RowsAsync(id));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_worker_that_took_over_can_write_everything()
    {
        var (id, _, current) = await PassOnAsync();

        foreach (var write in Writes.Values)
        {
            var before = await RowsAsync(id);
            await write(current);
            Assert.NotEqual(before, await RowsAsync(id));
        }

        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Failed, "first-cause", null), (ended.State, ended.ErrorCode, ended.LeaseOwner));
        Assert.Equal([StepState.Failed, StepState.Pending], ended.Steps.Select(step => step.State));
    }

    [Fact]
    public void Every_write_there_is_is_tried_here()
    {
        var all = typeof(OperationLease)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => typeof(Task).IsAssignableFrom(method.ReturnType))
            .Select(method => method.Name)
            .Except([nameof(OperationLease.LoadAsync), nameof(OperationLease.ReleaseAsync)]);
        Assert.Equal(all.Order(), Writes.Keys.Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_whose_operation_was_taken_over_stops_its_step_and_leaves_the_rest_to_the_other()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var kind = new FakeKind();
        kind.Steps =
        [
            kind.Undoable(
                "endless",
                async token =>
                {
                    begun.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }
            ),
        ];
        var id = await QueueAsync();
        var run = NewRunner(kind).RunNextAsync(Token);
        await begun.Task;
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            // In one go, so that no renewal comes between.
            await context.Database.ExecuteSqlAsync($"UPDATE operations SET lease_token = lease_token + 1, lease_owner = 'other'", Token);
        }

        var before = await RowsAsync(id);
        Assert.True(await run);

        Assert.Equal(before, await RowsAsync(id));
        Assert.Empty(kind.Events);
    }

    /// <summary>An operation whose first worker planned one step, began it and was away too long, and that another took over.</summary>
    private async Task<(Guid Id, OperationLease Old, OperationLease Current)> PassOnAsync()
    {
        var leases = NewLeases(new FakeKind());
        var id = await QueueAsync();
        var old = await leases.TakeAsync("old", Token);
        await old!.PlanAsync([First], Token);
        await old.BeginStepAsync("first", Token);
        await LetLeasesEndAsync();
        var current = await leases.TakeAsync("current", Token);
        Assert.Equal((id, id), (old.OperationId, current?.OperationId));
        return (id, old, current!);
    }

    /// <summary>Everything that is written down about it.</summary>
    private async Task<string> RowsAsync(Guid id)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var rows = await context
            .Database.SqlQuery<string>(
                $"""
                SELECT row_to_json(o)::text AS "Value" FROM operations o WHERE id = {id}
                UNION ALL (SELECT row_to_json(s)::text FROM operation_steps s WHERE operation_id = {id} ORDER BY ordinal)
                UNION ALL (SELECT row_to_json(l)::text FROM operation_log l WHERE operation_id = {id} ORDER BY id)
                """
            )
            .ToListAsync(Token);
        return string.Join('\n', rows);
    }
}
