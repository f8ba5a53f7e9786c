using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>What a look at the engine led to.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="EngineCalls">How many calls of the engine it made.</param>
/// <param name="Sites">How many sites there are.</param>
/// <param name="Queued">How many repairs were queued.</param>
/// <param name="NextDue">When something follows from nothing but time; null when nothing does.</param>
internal sealed record PassResult(TimeSpan Elapsed, int EngineCalls, int Sites, int Queued, DateTimeOffset? NextDue);

/// <summary>
/// Compares the database with the engine, writes down what it sees, and decides what has to be mended. It mends nothing itself: that is an
/// operation (<see cref="OperationKinds.HealSite"/>), which waits its turn like every other.
/// </summary>
internal sealed partial class Reconciler(
    IDbContextFactory<PanelDbContext> contexts,
    SiteStore store,
    ISwarm swarm,
    HealQueue queue,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<Reconciler> logger
) : IDisposable
{
    private readonly SiteNames _names = new(options.Value);
    private readonly SemaphoreSlim _alone = new(1);

    public void Dispose() => _alone.Dispose();

    /// <summary>One look; one at a time, for two would write down the same find twice.</summary>
    public async Task<PassResult> PassAsync(CancellationToken cancellationToken)
    {
        await _alone.WaitAsync(cancellationToken);
        try
        {
            return await LookAsync(cancellationToken);
        }
        finally
        {
            _alone.Release();
        }
    }

    private async Task<PassResult> LookAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        // The database first: what is made after this is in the engine and not yet expected, which harms nobody.
        var panel = await SitesAtOnce.ReadAsync(context, time.GetStoredNow(), cancellationToken);
        var engine = await swarm.SnapshotAsync(cancellationToken);
        var now = time.GetStoredNow();
        var busy = panel.BusySites();
        var decisions = panel
            .Sites.Select(site =>
                (
                    Site: site,
                    Decision: SiteDecision.Of(
                        site,
                        () => store.Assemble(site, operationId: null),
                        panel.Troubles.GetValueOrDefault(site.Id),
                        engine,
                        isFree: !busy.Contains(site.Id) && !(site.HandsOffUntil > now),
                        now
                    )
                )
            )
            .ToList();
        foreach (var (site, decision) in decisions)
        {
            Write(context, site, panel.Troubles.GetValueOrDefault(site.Id), decision, now);
        }

        var owners = new EngineOwners(panel.Sites, panel.Volumes, panel.Operations, _names);
        UnownedRegister.Update(context, panel, owners, engine, now, time);
        await context.SaveChangesAsync(cancellationToken);
        var queued = 0;
        foreach (var (site, decision) in decisions.Where(pair => pair.Decision.IsHealWanted))
        {
            if (await queue.TryAddAsync(site, decision.Findings, panel.ReadAt, decision.CountsAsAttempt, cancellationToken))
            {
                LogHeal(site.Slug, string.Join(' ', decision.Findings.Select(finding => finding.Message)));
                queued++;
            }
        }

        var due = decisions.Select(pair => pair.Decision.NextDue).Min();
        var handsOff = panel.Sites.Select(site => site.HandsOffUntil > now ? site.HandsOffUntil : null).Min();
        due = handsOff < due || due is null ? handsOff : due;
        var result = new PassResult(time.GetElapsedTime(started), engine.EngineCalls, panel.Sites.Count, queued, due);
        await RememberAsync(
            row =>
            {
                (row.LookedAt, row.Milliseconds) = (now, result.Elapsed.TotalMilliseconds);
                (row.EngineCalls, row.Sites) = (result.EngineCalls, result.Sites);
                (row.ProblemCode, row.ProblemMessage, row.ProblemSince) = (null, null, null);
            },
            cancellationToken
        );
        return result;
    }

    /// <summary>Writes down that there can be no look at the engine, and since when.</summary>
    public Task ReportAsync(PlatformException problem, CancellationToken cancellationToken) =>
        RememberAsync(
            row =>
            {
                row.ProblemSince = row.ProblemCode == problem.Code ? row.ProblemSince : time.GetStoredNow();
                (row.ProblemCode, row.ProblemMessage) = (problem.Code, problem.Message);
            },
            cancellationToken
        );

    private static void Write(PanelDbContext context, Site site, SiteTrouble? trouble, SiteDecision decision, DateTimeOffset now)
    {
        foreach (var service in site.Services)
        {
            var health = decision.Health[service.Name];
            if (health != ServiceHealth.Of(service))
            {
                // From here on its changes are seen; what other columns hold by now is not touched.
                context.Attach(service);
                health.WriteTo(service, now);
            }
        }

        if (decision.IsTroubleOver && trouble is not null)
        {
            context.Remove(trouble);
        }
        else if (decision.Trouble is { } told)
        {
            if (trouble is null)
            {
                context.Add(trouble = new SiteTrouble { SiteId = site.Id, Since = now });
            }

            (trouble.Code, trouble.Message) = (told.Code, told.Message);
            (trouble.NotBefore, trouble.Attempts) = (told.NotBefore, told.Attempts);
        }
    }

    private async Task RememberAsync(Action<ReconcilerPass> write, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        write(await context.ReconcilerPasses.SingleAsync(cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(41, LogLevel.Information, "{Site} is to be healed: {Findings}")]
    private partial void LogHeal(string site, string findings);
}
