namespace HostingPanel.Volumes;

/// <summary>What a volume takes now, told by its last measurement and by what the engine has just counted.</summary>
/// <param name="Bytes">On the disk.</param>
/// <param name="Grown">How much it has grown since it was last measured; less than nothing where something was deleted.</param>
internal sealed record VolumeGrowth(long Bytes, long Grown)
{
    /// <param name="bytes">What it took on the disk when it was last measured; null when it never was.</param>
    /// <param name="apparent">How long its files were then.</param>
    /// <param name="counted">How long its files are now; null where the engine can't tell, for one on another node.</param>
    public static VolumeGrowth Of(long? bytes, long? apparent, long? counted) =>
        counted is not { } now ? new VolumeGrowth(bytes ?? 0, 0)
        // The engine counts holes, too, and a measurement does not: what it has grown is the same to both.
        : bytes is { } was && apparent is { } length ? new VolumeGrowth(Math.Max(0, was + now - length), now - length)
        : new VolumeGrowth(now, now);
}

/// <summary>A site, as whoever guards the disk looks at it.</summary>
/// <param name="Id">Which.</param>
/// <param name="Slug">Its slug.</param>
/// <param name="Organisation">Whose.</param>
/// <param name="Allowed">What the plan allows all volumes of its organisation together.</param>
/// <param name="Bytes">What its own take.</param>
/// <param name="Grown">How much they have grown since they were last measured.</param>
/// <param name="CanBeStopped">True for one that runs and that nothing stops as yet.</param>
internal sealed record WatchedSite(Guid Id, string Slug, Guid Organisation, long Allowed, long Bytes, long Grown, bool CanBeStopped);

/// <summary>A site that is to be stopped, with what its organisation takes.</summary>
internal sealed record DiskFiller(WatchedSite Site, long Takes);

/// <summary>Whose doing it is that a disk fills up. Pure.</summary>
internal static class DiskFillers
{
    /// <summary>What has to be gone, or to have come, before it counts: logs and caches come and go.</summary>
    public const long Step = 64L << 20;

    /// <summary>
    /// The site to stop: of those whose organisation is over its plan, the one that has grown most since it was last measured. Null when
    /// there is none; sites within their plan are nobody's to stop.
    /// </summary>
    public static DiskFiller? Choose(IEnumerable<WatchedSite> sites) =>
        sites
            .GroupBy(site => site.Organisation)
            .Select(organisation => (Sites: organisation, Takes: organisation.Sum(site => site.Bytes)))
            .SelectMany(organisation => organisation.Sites.Select(site => new DiskFiller(site, organisation.Takes)))
            .Where(filler => DiskQuota.StateOf(filler.Takes, filler.Site.Allowed) == DiskState.Over)
            .Where(filler => filler.Site.CanBeStopped && filler.Site.Grown >= Step)
            .OrderByDescending(filler => filler.Site.Grown)
            .ThenBy(filler => filler.Site.Slug, StringComparer.Ordinal)
            .FirstOrDefault();

    /// <summary>Why it was stopped, for whoever wants it back.</summary>
    public static string ReasonOf(DiskFiller filler, long free) =>
        $"It filled the disk: its organisation's volumes take {ByteText.Of(filler.Takes)}, its plan allows {ByteText.Of(filler.Site.Allowed)}, and only {ByteText.Of(free)} were free. "
        + "Delete what it does not need or give the organisation a bigger plan, then start it.";
}
