using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class OperationApiTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task The_log_is_read_from_any_line_on_and_followed_to_the_operations_end()
    {
        var id = (await NewSiteAsync()).Operation.Id;
        await WriteAsync(id, "first", isError: false);
        await WriteAsync(id, "second", isError: true);
        var log = await Api.Operations.ReadLogAsync(id, cancellationToken: Cancellation);
        Assert.Equal(
            [("first", false, "install"), ("second", true, "install")],
            log.Lines.Select(line => (line.Text, line.IsError, line.Step))
        );
        var rest = await Api.Operations.ReadLogAsync(id, log.Lines[0].Id, Cancellation);
        Assert.Equal("second", Assert.Single(rest.Lines).Text);

        var followed = new List<string>();
        await foreach (var line in Api.Operations.FollowLogAsync(id, Cancellation))
        {
            followed.Add(line.Text);
            if (line.Text == "second")
            {
                // Written while somebody follows, and the end right after it.
                await WriteAsync(id, "third", isError: false);
                await App.ExecuteAsync("UPDATE operations SET state = 'Succeeded', finished_at = now() WHERE id = $1", id);
            }
        }

        Assert.Equal(["first", "second", "third"], followed);

        Task WriteAsync(Guid operation, string text, bool isError) =>
            App.ExecuteAsync(
                "INSERT INTO operation_log (operation_id, at, step, is_error, text) VALUES ($1, now(), 'install', $2, $3)",
                operation,
                isError,
                text
            );
    }

    [Fact]
    public async Task A_watched_operation_is_seen_through_every_change_to_its_end()
    {
        var id = (await NewSiteAsync()).Operation.Id;
        var seen = new List<Operation>();
        await foreach (var operation in Api.Operations.WatchAsync(id, Cancellation))
        {
            seen.Add(operation);
            // Each change is made only after the one before was seen, so none can be missed.
            await (
                (operation.State, operation.Steps) switch
                {
                    (OperationState.Queued, _) => App.ExecuteAsync(
                        "UPDATE operations SET state = 'Running', started_at = now() WHERE id = $1",
                        id
                    ),
                    (OperationState.Running, []) => App.ExecuteAsync(
                        "INSERT INTO operation_steps (operation_id, ordinal, name, title, state, message, started_at) "
                            + "VALUES ($1, 0, 'network', 'Make the network', 'Running', 'Waiting for the engine', now())",
                        id
                    ),
                    (OperationState.Running, [{ State: StepState.Running }]) => App.ExecuteAsync(
                        "UPDATE operation_steps SET state = 'Done', message = NULL, finished_at = now() WHERE operation_id = $1",
                        id
                    ),
                    (OperationState.Running, [{ State: StepState.Done }]) => App.ExecuteAsync(
                        "UPDATE operations SET state = 'Failed', error_code = 'image-missing', error_message = 'No image.', finished_at = now() WHERE id = $1",
                        id
                    ),
                    _ => Task.FromResult(0),
                }
            );
        }

        Assert.Equal(
            [OperationState.Queued, OperationState.Running, OperationState.Running, OperationState.Running, OperationState.Failed],
            seen.Select(operation => operation.State)
        );
        var running = Assert.Single(seen[2].Steps);
        Assert.Equal(
            ("network", "Make the network", StepState.Running, null, "Waiting for the engine"),
            (running.Name, running.Title, running.State, running.Progress, running.Message)
        );
        Assert.Equal((StepState.Done, 1.0), (seen[3].Steps[0].State, seen[3].Steps[0].Progress));
        Assert.NotNull(seen[3].Steps[0].FinishedAt);
        Assert.Equal(new OperationError("image-missing", "No image."), seen[4].Error);
    }

    [Fact]
    public async Task The_stream_of_an_operation_that_has_ended_shows_it_once_and_ends()
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, "Running");
        var seen = await Api.Operations.WatchAsync(made.Operation.Id, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(OperationState.Succeeded, Assert.Single(seen).State);
    }

    [Fact]
    public async Task A_stream_is_server_sent_events_with_the_whole_operation_as_data()
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, "Running");
        using var http = App.Http(App.Secret);
        using var response = await http.GetAsync(new Uri($"/api/v1/operations/{made.Operation.Id}/events", UriKind.Relative), Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.StartsWith("event: operation\ndata: {", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"succeeded\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_is_remembered_and_refused_once_the_operation_has_ended()
    {
        var made = await NewSiteAsync();
        Assert.True((await Api.Operations.CancelAsync(made.Operation.Id, cancellationToken: Cancellation)).CancelRequested);
        Assert.True((await Api.Operations.CancelAsync(made.Operation.Id, cancellationToken: Cancellation)).CancelRequested);
        await SettleAsync(made, "Running");
        var refusal = await RefusalAsync(() => Api.Operations.CancelAsync(made.Operation.Id, cancellationToken: Cancellation));
        Assert.Equal((409, "operation-finished"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Deletion_for_good_is_cancelled_only_while_it_waits()
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, "Trashed");
        var slug = made.Site!.Slug;
        var purge = (await Api.Sites.PurgeAsync(slug, cancellationToken: Cancellation)).Operation.Id;
        await App.ExecuteAsync("UPDATE operations SET state = 'Running', started_at = now() WHERE id = $1", purge);
        var refusal = await RefusalAsync(() => Api.Operations.CancelAsync(purge, cancellationToken: Cancellation));
        Assert.Equal((409, "not-cancellable"), (refusal.Status, refusal.Code));
        Assert.False((await Api.Operations.GetAsync(purge, Cancellation)).CancelRequested);
        var busy = await RefusalAsync(() => Api.Sites.UntrashAsync(slug, cancellationToken: Cancellation));
        Assert.Equal("site-busy", busy.Code);
        Assert.DoesNotContain("cancel", busy.Message, StringComparison.Ordinal);

        // It failed when it had begun to delete.
        await App.ExecuteAsync("UPDATE operations SET state = 'Failed', finished_at = now() WHERE id = $1", purge);
        await App.ExecuteAsync("UPDATE volumes SET purge_begun_at = now() WHERE site_id = (SELECT id FROM sites WHERE slug = $1)", slug);
        Assert.Equal("purge-begun", (await RefusalAsync(() => Api.Sites.UntrashAsync(slug, cancellationToken: Cancellation))).Code);
        var again = (await Api.Sites.PurgeAsync(slug, cancellationToken: Cancellation)).Operation.Id;
        Assert.True((await Api.Operations.CancelAsync(again, cancellationToken: Cancellation)).CancelRequested);
    }

    [Fact]
    public async Task Lists_show_the_newest_first_and_filter_by_site_and_activity()
    {
        var made = await NewSiteAsync();
        var slug = made.Site!.Slug;
        await SettleAsync(made, "Running");
        var stop = await Api.Sites.StopAsync(slug, cancellationToken: Cancellation);

        async Task<IEnumerable<Guid>> ListAsync(bool? active) =>
            (await Api.Operations.ListAsync(slug, active, cancellationToken: Cancellation)).Items.Select(operation => operation.Id);

        Assert.Equal([stop.Operation.Id, made.Operation.Id], await ListAsync(null));
        Assert.Equal([stop.Operation.Id], await ListAsync(true));
        var first = await Api.Operations.ListAsync(slug, limit: 1, cancellationToken: Cancellation);
        var second = await Api.Operations.ListAsync(slug, limit: 1, cursor: first.NextCursor, cancellationToken: Cancellation);
        Assert.Equal(made.Operation.Id, Assert.Single(second.Items).Id);
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task An_operation_that_is_not_there_is_not_found()
    {
        var id = Guid.CreateVersion7();
        Func<Task>[] calls =
        [
            () => Api.Operations.GetAsync(id, Cancellation),
            () => Api.Operations.CancelAsync(id, cancellationToken: Cancellation),
            async () => await Api.Operations.WatchAsync(id, Cancellation).ToListAsync(Cancellation),
        ];
        foreach (var call in calls)
        {
            var refusal = await RefusalAsync(call);
            Assert.Equal((404, "operation-not-found"), (refusal.Status, refusal.Code));
        }
    }
}
