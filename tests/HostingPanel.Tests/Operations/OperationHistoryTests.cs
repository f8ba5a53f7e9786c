using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Operations;

/// <summary>What ended long ago is forgotten, and nothing else.</summary>
public sealed class OperationHistoryTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private const int Days = 90;

    [Fact(Timeout = 60_000)]
    public async Task Operations_that_ended_long_ago_are_forgotten_with_their_steps_and_logs()
    {
        var old = await AddAsync(OperationState.Succeeded, endedDaysAgo: Days + 1);
        var oldFailed = await AddAsync(OperationState.Failed, endedDaysAgo: Days + 1);
        Guid[] kept =
        [
            await AddAsync(OperationState.Succeeded, endedDaysAgo: Days - 1),
            await AddAsync(OperationState.Cancelled, endedDaysAgo: 0),
            await AddAsync(OperationState.Queued, endedDaysAgo: null),
            await AddAsync(OperationState.Running, endedDaysAgo: null),
        ];

        Assert.Equal(2, await ForgetAsync());

        await using var context = await Contexts.CreateDbContextAsync(Token);
        Assert.Equal(kept.Order(), (await context.Operations.Select(operation => operation.Id).ToListAsync(Token)).Order());
        Assert.Equal(kept.Order(), (await context.OperationSteps.Select(step => step.OperationId).ToListAsync(Token)).Order());
        Assert.Equal(kept.Order(), (await context.OperationLog.Select(line => line.OperationId).ToListAsync(Token)).Order());
        // A key that stands for one that is forgotten is forgotten with it, however young it is.
        Assert.Equal(kept.Order(), (await context.IdempotencyRecords.Select(record => record.ResultId).ToListAsync(Token)).Order());
        Assert.Equal(0, await ForgetAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task More_than_are_forgotten_at_once_are_forgotten_all_the_same()
    {
        const int many = 501;
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            context.Operations.AddRange(Enumerable.Range(0, many).Select(_ => New(OperationState.Succeeded, Days + 1)));
            await context.SaveChangesAsync(Token);
        }

        Assert.Equal(many, await ForgetAsync());
    }

    private async Task<int> ForgetAsync()
    {
        using var history = new OperationHistory(
            Contexts,
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Options.Create(new PanelOptions { HistoryDays = Days }),
            Time,
            NullLogger<OperationHistory>.Instance
        );
        return await history.ForgetAsync(Token);
    }

    /// <summary>Adds one that was asked for long ago, with a step, a line of a log and a key of today.</summary>
    private async Task<Guid> AddAsync(OperationState state, int? endedDaysAgo)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var operation = New(state, endedDaysAgo);
        operation.Steps.Add(
            new OperationStep
            {
                OperationId = operation.Id,
                Ordinal = 0,
                Name = "step",
                Title = "Step",
            }
        );
        context.Operations.Add(operation);
        context.OperationLog.Add(
            new OperationLogLine
            {
                OperationId = operation.Id,
                At = operation.CreatedAt,
                Step = "step",
                IsError = false,
                Text = "a line",
            }
        );
        new OperationQueue(Time).Remember(context, Actor.Panel, operation.Id.ToString(), [], operation);
        await context.SaveChangesAsync(Token);
        return operation.Id;
    }

    private Operation New(OperationState state, int? endedDaysAgo) =>
        new()
        {
            Id = Ids.New(Time),
            Kind = FakeKind.Name,
            SiteId = null,
            Target = "target",
            RequestedById = Actor.Panel.Id,
            RequestedByName = Actor.Panel.Name,
            Priority = OperationPriority.Person,
            State = state,
            CreatedAt = Time.GetUtcNow() - TimeSpan.FromDays(2 * Days),
            FinishedAt = endedDaysAgo is { } days ? Time.GetUtcNow() - TimeSpan.FromDays(days) : null,
        };
}
