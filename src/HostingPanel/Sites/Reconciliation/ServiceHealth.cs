using HostingPanel.Platform;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>What is written down of how a service is, as a value: from one look at the engine follows the next. Pure.</summary>
internal sealed record ServiceHealth(string State, int Running, string? Message, string? Node)
{
    /// <summary>What takes longer to start gets a reason.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>What has run for so long has not crashed “again and again”.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    /// <summary>With so many crashes in a row waiting a little longer will not help.</summary>
    public const int CrashLimit = 5;

    /// <summary>With so many a single mishap is ruled out, and the reason is told while the engine still tries.</summary>
    private const int SeveralCrashes = 2;

    /// <summary>What its containers run with.</summary>
    public ResourceLimits? Limits { get; init; }
    public EngineReason? Reason { get; init; }
    public DateTimeOffset? ReasonSince { get; init; }
    public DateTimeOffset? DownSince { get; init; }
    public int Crashes { get; init; }
    public DateTimeOffset? CrashedAt { get; init; }
    public DateTimeOffset? RestsUntil { get; init; }

    /// <summary>As it was written down last.</summary>
    public static ServiceHealth Of(SiteService row) =>
        new(row.ObservedState, row.ObservedRunning, row.ObservedMessage, row.ObservedNode)
        {
            Limits = row is { ObservedMemoryBytes: { } memory, ObservedNanoCpus: { } cpus, ObservedPids: { } pids }
                ? new ResourceLimits(memory, cpus, pids)
                : null,
            Reason = row.ReasonCode is { } code ? new EngineReason(code, row.ReasonMessage ?? code) : null,
            ReasonSince = row.ReasonSince,
            DownSince = row.DownSince,
            Crashes = row.Crashes,
            CrashedAt = row.CrashedAt,
            RestsUntil = row.RestsUntil,
        };

    /// <summary>Writes it down.</summary>
    public void WriteTo(SiteService row, DateTimeOffset now)
    {
        if ((row.ObservedState, row.ObservedRunning, row.ObservedMessage, row.ObservedNode) != (State, Running, Message, Node))
        {
            row.ObservedAt = now;
        }

        (row.ObservedState, row.ObservedRunning, row.ObservedMessage, row.ObservedNode) = (State, Running, Message, Node);
        (row.ObservedMemoryBytes, row.ObservedNanoCpus, row.ObservedPids) = (Limits?.MemoryBytes, Limits?.NanoCpus, Limits?.Pids);
        (row.ReasonCode, row.ReasonMessage, row.ReasonSince) = (Reason?.Code, Reason?.Message, ReasonSince);
        (row.DownSince, row.Crashes, row.CrashedAt, row.RestsUntil) = (DownSince, Crashes, CrashedAt, RestsUntil);
    }

    /// <summary>What follows from a look at the engine.</summary>
    /// <param name="seen">The service there; null when it is absent.</param>
    /// <param name="isWanted">True when it should run.</param>
    /// <param name="obstacle">Why it can't, where that is not the service's own doing.</param>
    /// <param name="now">The time.</param>
    public ServiceHealth Next(ServiceObservation? seen, bool isWanted, EngineReason? obstacle, DateTimeOffset now)
    {
        var (crashes, crashedAt) = Count(seen, now);
        var isRunning = seen is { Running: > 0 };
        var rests = RestsUntil > now ? RestsUntil : null;
        var downSince = isWanted && !isRunning ? DownSince ?? now.ToStored() : (DateTimeOffset?)null;
        var reason =
            isWanted ? obstacle ?? ReasonOf(seen, isRunning, crashes, downSince, now)
            // Why it rests is worth knowing for as long as it does.
            : rests is null ? null
            : Reason;
        return new ServiceHealth(seen?.State ?? "absent", seen?.Running ?? 0, MessageOf(seen), seen?.Node)
        {
            Limits = seen?.Limits,
            Reason = reason,
            ReasonSince =
                reason is null ? null
                : reason.Code == Reason?.Code ? ReasonSince
                : now.ToStored(),
            DownSince = downSince,
            Crashes = crashes,
            CrashedAt = crashedAt,
            RestsUntil = rests,
        };
    }

    /// <summary>When the next thing follows from nothing but time; null when nothing does.</summary>
    public DateTimeOffset? NextDue() => RestsUntil ?? (Reason is null ? DownSince + StartLimit : null);

    /// <summary>Kept stopped until then; its crashes are counted anew after that.</summary>
    public ServiceHealth Rest(DateTimeOffset until) => this with { RestsUntil = until, Crashes = 0, DownSince = null };

    private (int Crashes, DateTimeOffset? CrashedAt) Count(ServiceObservation? seen, DateTimeOffset now)
    {
        // One that was never looked at before may have failed long ago.
        var counted = CrashedAt ?? (now - Settled).ToStored();
        var failures = (seen?.Failures ?? []).Where(failure => failure.At.ToStored() > counted).ToList();
        if (failures.Count > 0)
        {
            // One that somebody has killed did not crash: however often that is done, it is started again at once.
            return (
                Crashes + failures.Count(failure => failure.Reason.Code != EngineReason.Killed),
                failures.Max(failure => failure.At.ToStored())
            );
        }

        return seen?.RunningSince <= now - Settled ? (0, CrashedAt) : (Crashes, CrashedAt);
    }

    private EngineReason? ReasonOf(ServiceObservation? seen, bool isRunning, int crashes, DateTimeOffset? downSince, DateTimeOffset now)
    {
        if (isRunning)
        {
            return crashes >= SeveralCrashes
                ? seen!.Failures is [.., var last]
                    ? last.Reason
                    : Reason
                : null;
        }

        if (now - downSince < StartLimit && crashes < SeveralCrashes)
        {
            return null;
        }

        if (seen is null)
        {
            return new EngineReason("service-missing", "There is no such service in the engine.");
        }

        // The next try, which is being made ready, knows nothing; the engine forgets those before it, and what was read then stands.
        return seen.Reason is { Code: not EngineReason.Unknown } known ? known
            : seen.Failures is [.., var failure] ? failure.Reason
            : crashes > 0 && Reason is not null ? Reason
            : seen.Reason ?? new EngineReason(EngineReason.Unknown, "The engine does not say why it does not run.");
    }

    private static string? MessageOf(ServiceObservation? seen) =>
        seen?.State is "running" or "complete" or "shutdown" or "starting" or "preparing" or "stopped" ? null : seen?.Reason?.Message;
}
