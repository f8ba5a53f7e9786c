using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Audit;

/// <summary>
/// Writes down what was not allowed: by itself, for there is no transaction, and within bounds, so that a flood fills no disk. The first of
/// a kind is written at once; those that follow are counted and written together. Counts that were not written yet are lost with a process
/// that is killed.
/// </summary>
public sealed partial class AuditRefusals(IDbContextFactory<PanelDbContext> contexts, TimeProvider time, ILogger<AuditRefusals> logger)
    : BackgroundService
{
    /// <summary>As many different ones are written in an <see cref="Interval"/>; what is beyond is counted in one entry.</summary>
    internal const int MaxAtOnce = 16;

    /// <summary>How often it is written at most.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);
    private static readonly Refusal Others = new(Actor.Nobody, AuditActs.Access, "too-many-refusals", null, "Of several kinds");
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _some = new(0, 1);
    private Dictionary<Refusal, int> _counts = [];

    /// <summary>What makes two refusals the same.</summary>
    private sealed record Refusal(Actor Actor, string Act, string Code, AuditTarget? Target, string? Detail);

    internal void Add(Actor actor, string act, string code, AuditTarget? target, string? detail = null)
    {
        // The lists of an actor's powers are others each time; what is written down of them is not.
        var shown = new Actor(actor.Id, actor.Name, actor.Role)
        {
            Kind = actor.Kind,
            Address = actor.Address,
            ActedAs = actor.RoleFor(target?.OrganisationId, target?.SiteId),
        };
        var refusal = new Refusal(shown, act, code, target, detail);
        lock (_lock)
        {
            Count(refusal, 1);
        }
    }

    /// <summary>Writes what has come together.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        Dictionary<Refusal, int> counts;
        lock (_lock)
        {
            (counts, _counts) = (_counts, []);
        }

        if (counts.Count == 0)
        {
            return;
        }

        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            context.AuditEntries.AddRange(
                counts.Select(pair =>
                    AuditTrail.Entry(
                        pair.Key.Actor,
                        pair.Key.Act,
                        AuditOutcome.Refused,
                        pair.Key.Target,
                        pair.Key.Code,
                        detail: pair.Key.Detail,
                        times: pair.Value
                    )
                )
            );
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is DbUpdateException or OperationCanceledException || DatabaseAway.Is(failure))
        {
            if (failure is not OperationCanceledException)
            {
                LogLater(failure.GetBaseException().Message);
            }

            lock (_lock)
            {
                foreach (var (refusal, count) in counts)
                {
                    Count(refusal, count);
                }
            }
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _some.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _some.WaitAsync(stoppingToken);
                await WriteAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            using var bound = new CancellationTokenSource(LastWords, time);
            await WriteAsync(bound.Token);
        }
    }

    /// <summary>Under the lock.</summary>
    private void Count(Refusal refusal, int times)
    {
        var known = _counts.ContainsKey(refusal) || _counts.Count < MaxAtOnce ? refusal : Others;
        _counts[known] = _counts.GetValueOrDefault(known) + times;
        if (_some.CurrentCount == 0)
        {
            _some.Release();
        }
    }

    [LoggerMessage(60, LogLevel.Warning, "Refusals are written to the audit later: {Reason}")]
    private partial void LogLater(string reason);
}
