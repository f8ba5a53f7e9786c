using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Tests.Domains;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Backups;

/// <summary>Rows of drills of any age, and what forgets them.</summary>
public abstract class DrillRows(PostgresFixture postgres) : DomainRows(postgres)
{
    protected const int Days = 400;
    protected const int PictureDays = 90;

    private protected async Task<(int Drills, int Pictures)> ForgetAsync()
    {
        using var history = new DrillHistory(
            Contexts,
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Options.Create(new PanelOptions { DrillDays = Days, DrillPictureDays = PictureDays }),
            Time,
            NullLogger<DrillHistory>.Instance
        );
        return await history.ForgetAsync(Token);
    }

    /// <summary>A drill that was asked for so long ago, with a check; it took an hour, unless it is still under way.</summary>
    private protected async Task<Guid> AddDrillAsync(
        Guid site,
        double daysAgo,
        RestoreDrillVerdict? verdict = RestoreDrillVerdict.Passed,
        Guid? point = null,
        Guid? repository = null,
        bool hasPicture = false
    )
    {
        var at = (Time.GetUtcNow() - TimeSpan.FromDays(daysAgo)).ToStored();
        var drill = new RestoreDrill
        {
            Id = Guid.CreateVersion7(at),
            RestorePointId = point ?? Guid.CreateVersion7(),
            SiteId = site,
            SiteSlug = "site",
            OrganisationId = Guid.Empty,
            RepositoryId = repository ?? Guid.CreateVersion7(),
            TargetName = "local",
            Reason = RestoreDrillReason.Plan,
            RequestedByName = "panel",
            CreatedAt = at,
            StartedAt = at,
            FinishedAt = verdict is null ? null : at.AddHours(1),
            Verdict = verdict,
            RecoverySeconds = verdict == RestoreDrillVerdict.Passed ? daysAgo : null,
        };
        drill.Checks.Add(
            new RestoreDrillCheck
            {
                DrillId = drill.Id,
                Name = DrillChecks.FrontPicture,
                Title = "Picture",
                Outcome = hasPicture ? RestoreDrillOutcome.Passed : RestoreDrillOutcome.NotChecked,
                Text = "…",
                At = at,
            }
        );
        await using var context = await Contexts.CreateDbContextAsync(Token);
        context.RestoreDrills.Add(drill);
        if (hasPicture)
        {
            context.RestoreDrillPictures.Add(
                new RestoreDrillPicture
                {
                    DrillId = drill.Id,
                    MediaType = PictureFile.Png,
                    Width = DrillCamera.Width,
                    Height = DrillCamera.Height,
                    Content = [1, 2, 3],
                }
            );
        }

        await context.SaveChangesAsync(Token);
        return drill.Id;
    }

    /// <summary>A good restore point with a whole copy in each of these repositories.</summary>
    private protected async Task<Guid> AddPointAsync(Guid site, double daysAgo, params Guid[] repositories)
    {
        var at = (Time.GetUtcNow() - TimeSpan.FromDays(daysAgo)).ToStored();
        var point = new RestorePoint
        {
            Id = Guid.CreateVersion7(at),
            SiteId = site,
            SiteSlug = "site",
            SiteTitle = "Site",
            OrganisationId = Guid.Empty,
            Reason = RestorePointReason.Schedule,
            RequestedByName = "panel",
            State = RestorePointState.Good,
            StartedAt = at,
            TakenAt = at,
            FinishedAt = at,
        };
        point.Copies.AddRange(
            repositories.Select(repository => new RestorePointCopy
            {
                RestorePointId = point.Id,
                RepositoryId = repository,
                ReadBackAt = at,
            })
        );
        await using var context = await Contexts.CreateDbContextAsync(Token);
        context.RestorePoints.Add(point);
        await context.SaveChangesAsync(Token);
        return point.Id;
    }

    /// <summary>A repository; all but one of a site are set aside, for there is one target.</summary>
    private protected async Task<Guid> AddRepositoryAsync(Guid site, bool isSetAside = false)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var repository = new BackupRepository
        {
            Id = Guid.CreateVersion7(),
            SiteId = site,
            TargetId = await context.BackupTargets.Select(target => target.Id).SingleAsync(Token),
            Key = [],
            SetAsideAt = isSetAside ? Time.GetUtcNow() : null,
        };
        context.BackupRepositories.Add(repository);
        await context.SaveChangesAsync(Token);
        return repository.Id;
    }

    /// <summary>The drills that are there, the oldest first.</summary>
    private protected async Task<IReadOnlyList<Guid>> DrillsAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.RestoreDrills.OrderBy(drill => drill.Id).Select(drill => drill.Id).ToListAsync(Token);
    }

    /// <summary>The drills whose pictures are there, the oldest first.</summary>
    private protected async Task<IReadOnlyList<Guid>> PicturesAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.RestoreDrillPictures.OrderBy(row => row.DrillId).Select(row => row.DrillId).ToListAsync(Token);
    }

    private protected async Task DoAsync(Func<PanelDbContext, Task> act)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        await act(context);
    }
}
