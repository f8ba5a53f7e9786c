using HostingPanel.Client;

namespace HostingPanel.Benchmarks;

/// <summary>
/// Restore points of a site that nobody waits for, a first one and one after a day's changes, taken as the schedule takes nearly all of them:
/// slowly (<c>Gentle:ProcessorPercent</c>), so that the site's visitors do not notice. <c>backup.page</c> is their pages' time, against
/// nothing going on.
/// </summary>
internal sealed class GentleBackups(Installation installation, HeavySite site, HeavySize size)
{
    private readonly List<double> _during = [];
    private readonly List<double> _idle = [];

    /// <param name="forget">Lets the kernel forget what it has read of files.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The seconds of the first and of the second.</returns>
    public async Task<(double First, double Second)> RunAsync(Func<CancellationToken, Task> forget, CancellationToken cancellationToken)
    {
        await site.FindAsync(cancellationToken);
        await forget(cancellationToken);
        var first = await TakeAsync(cancellationToken);
        await site.ChangeAsync(1, size, cancellationToken);
        await forget(cancellationToken);
        var second = await TakeAsync(cancellationToken);
        Figure.Print("backup.page", Visits.P95(_during), Visits.P95(_idle), "ms");
        return (first, second);
    }

    private async Task<double> TakeAsync(CancellationToken cancellationToken)
    {
        // The first visits are no measure.
        await Visits.ForAsync(installation.Visitor, site.Address, TimeSpan.FromSeconds(5), cancellationToken);
        _idle.AddRange(await Visits.ForAsync(installation.Visitor, site.Address, TimeSpan.FromSeconds(20), cancellationToken));
        var (ended, visits) = await Visits.WhileAsync(installation.Visitor, site.Address, WorkAsync(), cancellationToken);
        _during.AddRange(visits);
        return (ended.FinishedAt - ended.CreatedAt)?.TotalSeconds ?? double.NaN;

        async Task<Operation> WorkAsync()
        {
            var accepted = await installation.Panel.Backups.TakeAsync(
                site.Slug,
                new TakeBackupRequest(Gently: true),
                cancellationToken: cancellationToken
            );
            return await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
        }
    }
}
