using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>
/// What keeps a site from being as it should be, and when the reconciler tries again. There is a row from the first attempt until all is
/// well; it is in the database, so that a worker that starts anew does not start from the first attempt, too.
/// </summary>
internal sealed class SiteTrouble
{
    public required Guid SiteId { get; init; }

    /// <summary>A stable word; null while nothing has failed yet.</summary>
    public string? Code { get; set; }

    /// <summary>The same for people, with the mend.</summary>
    public string? Message { get; set; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How often it was tried to mend it.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried again; null when the reconciler waits for nothing but a change.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>What crashes again and again seems mended each time it is started; only time tells.</summary>
    public const string CrashLoop = "crash-loop";

    /// <summary>One attempt more, with a longer wait after it.</summary>
    public void CountAttempt(DateTimeOffset now)
    {
        Attempts++;
        NotBefore = now + BackOff.After(Attempts);
    }

    /// <summary>Begins anew for a site: no attempt was made, nothing has crashed, nothing rests.</summary>
    public static async Task ForgetAsync(PanelDbContext context, Guid siteId, CancellationToken cancellationToken)
    {
        await context.SiteTroubles.Where(trouble => trouble.SiteId == siteId).ExecuteDeleteAsync(cancellationToken);
        await context
            .SiteServices.Where(service => service.SiteId == siteId && (service.Crashes > 0 || service.RestsUntil != null))
            .ExecuteUpdateAsync(
                set => set.SetProperty(service => service.Crashes, 0).SetProperty(service => service.RestsUntil, (DateTimeOffset?)null),
                cancellationToken
            );
    }
}

internal sealed class SiteTroubleConfiguration : IEntityTypeConfiguration<SiteTrouble>
{
    public void Configure(EntityTypeBuilder<SiteTrouble> builder)
    {
        builder.HasKey(trouble => trouble.SiteId);
        builder.Property(trouble => trouble.SiteId).ValueGeneratedNever();
        builder.Property(trouble => trouble.Code).HasMaxLength(60);
        builder.HasOne<Site>().WithOne().HasForeignKey<SiteTrouble>(trouble => trouble.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
