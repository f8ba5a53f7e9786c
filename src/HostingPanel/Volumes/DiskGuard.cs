using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>
/// Keeps one site from filling the disk that all of them, the panel and its database live on. While little is left and still more goes, it
/// stops the site whose doing that is, one at a time; nothing is deleted, and no site within its organisation's plan is stopped.
/// </summary>
internal sealed partial class DiskGuard(
    IDbContextFactory<PanelDbContext> contexts,
    OperationQueue queue,
    IEngineDisk disk,
    IWorkerLease worker,
    IOptions<VolumesOptions> options,
    TimeProvider time,
    ILogger<DiskGuard> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>The engine walks every volume when it is asked what they take: not more often than this.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>How long the next one is spared because one that is to be stopped still waits, for a backup to end, say.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestCount = TimeSpan.FromMinutes(10);

    /// <summary>Any number; taken while choosing, so that two workers by mistake do not both stop one.</summary>
    private const long ChoosingLock = 0x4850_4449_534b;

    /// <summary>What a site is not stopped beside: it ends with the site switched off.</summary>
    private static readonly string[] Stopping = [OperationKinds.StopSite, OperationKinds.TrashSite, OperationKinds.PurgeSite];
    private readonly ILogger _logger = logger;
    private long? _mark;
    private long? _countedAt;
    private bool _isInDanger;
    private bool _waits;

    protected override string Purpose => "Guarding the disk";

    protected override TimeSpan Interval => TimeSpan.FromSeconds(options.Value.GuardEverySeconds);

    protected override Task LookAsync(CancellationToken cancellationToken) => GuardAsync(cancellationToken);

    /// <summary>One look. Gives the slug of the site that it has stopped; null where it has stopped none.</summary>
    public async Task<string?> GuardAsync(CancellationToken cancellationToken)
    {
        if (disk.FreeBytes() is not { } free)
        {
            return null;
        }

        if (free >= options.Value.DangerBytes)
        {
            if (_isInDanger)
            {
                LogOver(ByteText.Of(free));
            }

            (_isInDanger, _waits, _mark) = (false, false, free);
            return null;
        }

        if (!_isInDanger)
        {
            LogDanger(ByteText.Of(free), ByteText.Of(options.Value.DangerBytes));
            _isInDanger = true;
        }

        if (_waits)
        {
            // What it still writes until it has stopped is no reason to stop another one.
            _mark = free;
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            _waits = await IsStoppingAsync(context, cancellationToken);
            return null;
        }

        // What is gone is gone: while nothing more goes, stopping anything would help nobody.
        _mark = Math.Max(_mark ?? free, free);
        if (_mark - free < DiskFillers.Step || (_countedAt is { } counted && Time.GetElapsedTime(counted) < Pause))
        {
            return null;
        }

        return await FindAsync(free, cancellationToken);
    }

    private async Task<string?> FindAsync(long free, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> lengths;
        using (var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            bounded.CancelAfter(LongestCount);
            lengths = await disk.MeasureAsync(bounded.Token);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({ChoosingLock})", cancellationToken);
        (_mark, _countedAt) = (free, Time.GetTimestamp());
        if (await IsStoppingAsync(context, cancellationToken))
        {
            _waits = true;
            return null;
        }

        if (DiskFillers.Choose(await ReadAsync(context, lengths, cancellationToken)) is not { } filler)
        {
            LogNobody(ByteText.Of(free));
            return null;
        }

        // As people do who ask for something: of two at once one waits here, and then sees what the other has asked for.
        var site = await context
            .Sites.FromSql($"SELECT * FROM sites WHERE id = {filler.Site.Id} FOR UPDATE")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (
            site is not { State: SiteState.Running }
            || await StopsUnderWay(context).AnyAsync(operation => operation.SiteId == site.Id, cancellationToken)
        )
        {
            return null;
        }

        var reason = DiskFillers.ReasonOf(filler, free);
        queue.Add(
            context,
            Actor.Panel,
            new OperationRequest(
                OperationKinds.StopSite,
                site.Id,
                site.Slug,
                OperationPriority.Person,
                Arguments: new StopArguments(reason)
            )
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _waits = true;
        LogStops(site.Slug, ByteText.Of(filler.Site.Grown), reason);
        return site.Slug;
    }

    private static async Task<List<WatchedSite>> ReadAsync(
        PanelDbContext context,
        IReadOnlyDictionary<string, long> lengths,
        CancellationToken cancellationToken
    )
    {
        var stops = StopsUnderWay(context);
        var sites = await context
            .Sites.AsNoTracking()
            .Select(site => new
            {
                site.Id,
                site.Slug,
                site.OrganisationId,
                Allowed = site.Organisation!.Plan!.MaxDiskBytes,
                CanBeStopped = site.State == SiteState.Running && !stops.Any(operation => operation.SiteId == site.Id),
            })
            .ToListAsync(cancellationToken);
        var volumes = await context
            .Volumes.AsNoTracking()
            .Select(volume => new
            {
                volume.SiteId,
                volume.EngineName,
                volume.Bytes,
                volume.ApparentBytes,
            })
            .ToListAsync(cancellationToken);
        var growths = volumes.ToLookup(
            volume => volume.SiteId,
            volume =>
                VolumeGrowth.Of(volume.Bytes, volume.ApparentBytes, lengths.TryGetValue(volume.EngineName, out var length) ? length : null)
        );
        return
        [
            .. sites.Select(site => new WatchedSite(
                site.Id,
                site.Slug,
                site.OrganisationId,
                site.Allowed,
                growths[site.Id].Sum(growth => growth.Bytes),
                growths[site.Id].Sum(growth => growth.Grown),
                site.CanBeStopped
            )),
        ];
    }

    /// <summary>Whether a site that was found to fill the disk is still on its way to being stopped.</summary>
    private Task<bool> IsStoppingAsync(PanelDbContext context, CancellationToken cancellationToken)
    {
        var since = Time.GetStoredNow() - Patience;
        return StopsUnderWay(context)
            .AnyAsync(
                operation => operation.Kind == OperationKinds.StopSite && operation.Arguments != null && operation.CreatedAt > since,
                cancellationToken
            );
    }

    /// <summary>What ends with some site switched off, and waits or runs.</summary>
    private static IQueryable<Operation> StopsUnderWay(PanelDbContext context) =>
        context.Operations.Where(operation =>
            Stopping.Contains(operation.Kind) && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
        );

    [LoggerMessage(54, LogLevel.Warning, "The disk is in danger: only {Free} of it are free, and below {Line} it is watched")]
    private partial void LogDanger(string free, string line);

    [LoggerMessage(55, LogLevel.Warning, "{Site} is to be stopped. It has grown by {Grown}. {Reason}")]
    private partial void LogStops(string site, string grown, string reason);

    [LoggerMessage(
        56,
        LogLevel.Warning,
        "The disk fills up, only {Free} of it are free, and no site of an organisation over its plan has grown: nothing is stopped. Make room"
    )]
    private partial void LogNobody(string free);

    [LoggerMessage(58, LogLevel.Information, "The disk is out of danger: {Free} of it are free")]
    private partial void LogOver(string free);
}
