using System.Globalization;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>Names and owners of the jobs of one site's operation, for each of its targets.</summary>
internal sealed class BackupJobs(IOptions<PanelOptions> options)
{
    private readonly SiteNames _names = new(options.Value);

    /// <summary>A run of <c>hp-restic</c> for a copy.</summary>
    public ResticRun Run(CopyWork work, RepositoryPlace place, string job, IReadOnlyList<string> arguments) =>
        new(
            _names.Job(work.Site.Site.Slug, string.Create(CultureInfo.InvariantCulture, $"{job}{work.Index}"), work.Operation.Id),
            work.Site.Owner,
            place,
            arguments
        );
}
