using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Accounts;

/// <summary>Forgets what is over: sessions, links, messages, invitations, attempts to sign in, browsers that did not come back. Acts stay in the audit.</summary>
internal sealed class AccountTidy(
    IDbContextFactory<PanelDbContext> contexts,
    IWorkerLease worker,
    TimeProvider time,
    ILogger<AccountTidy> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>How long what is over is kept, for whoever wonders.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    /// <summary>A browser that did not come back for so long is a stranger again; its cookie has ended, too.</summary>
    private static readonly TimeSpan KeepBrowsers = TimeSpan.FromDays(180);

    protected override string Purpose => "Forgetting old sessions and links";

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override Task LookAsync(CancellationToken cancellationToken) => TidyAsync(cancellationToken);

    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var (old, idle, forgotten, browsers) = (now - Keep, now - Session.WholeLife, now - SignInGate.Memory, now - KeepBrowsers);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .Sessions.Where(session => (session.EndedAt != null && session.EndedAt < old) || session.LastSeenAt < idle)
            .ExecuteDeleteAsync(cancellationToken);
        await context.MailedLinks.Where(link => link.ExpiresAt < old).ExecuteDeleteAsync(cancellationToken);
        await context
            .Invitations.Where(invitation => invitation.ExpiresAt < old || invitation.AcceptedAt < old || invitation.WithdrawnAt < old)
            .ExecuteDeleteAsync(cancellationToken);
        await context.OutgoingMails.Where(mail => mail.CreatedAt < old).ExecuteDeleteAsync(cancellationToken);
        await context.SignInAttempts.Where(attempt => attempt.LastAt < forgotten).ExecuteDeleteAsync(cancellationToken);
        await context.KnownBrowsers.Where(browser => browser.LastSeenAt < browsers).ExecuteDeleteAsync(cancellationToken);
    }
}
