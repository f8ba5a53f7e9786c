using System.Threading.Channels;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Accounts;

/// <summary>
/// Takes requests for a new password and looks at them later, one after another: who asks learns nothing from how long the answer takes. A
/// request that waits is lost with its process; who asked asks again.
/// </summary>
public sealed partial class ResetRequests(
    IDbContextFactory<PanelDbContext> contexts,
    Outbox outbox,
    TimeProvider time,
    ILogger<ResetRequests> logger
) : BackgroundService
{
    /// <summary>What is more is dropped: nobody's mailbox, and no table, is to be filled by others.</summary>
    private const int MaxWaiting = 200;

    /// <summary>A mailbox gets one link in this time.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private readonly Channel<Request> _waiting = Channel.CreateBounded<Request>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    private sealed record Request(Actor Visitor, string Email);

    internal void Add(Actor visitor, string? email)
    {
        if (email is { Length: > 0 and <= SiteRules.MaxEmailLength })
        {
            _waiting.Writer.TryWrite(new Request(visitor, email));
        }
    }

    /// <summary>Looks at what waits now.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Reader.TryRead(out var request))
        {
            await LookAsync(request, cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var request in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await LookAsync(request, stoppingToken);
            }
            catch (Exception failure) when (failure is DbUpdateException || DatabaseAway.Is(failure))
            {
                LogLost(failure.GetBaseException().Message);
            }
        }
    }

    private async Task LookAsync(Request request, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var (normalized, now) = (AccountReading.Normalize(request.Email), time.GetStoredNow());
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.NormalizedEmail == normalized, cancellationToken);
        var recent = now - Pause;
        if (
            account is not { SuspendedAt: null }
            || await context.MailedLinks.AnyAsync(
                link => link.AccountId == account.Id && link.Kind == MailedLinkKind.ResetPassword && link.CreatedAt > recent,
                cancellationToken
            )
        )
        {
            return;
        }

        var secret = await MailedLinks.MakeAsync(
            context,
            MailedLinkKind.ResetPassword,
            account.Id,
            account.Email,
            MailedLink.ResetLife,
            time,
            cancellationToken
        );
        AuditTrail.Add(context, request.Visitor, AuditActs.PasswordResetRequest, AccountReading.TargetOf(account));
        var link = outbox.Address($"/account/reset?link={secret}");
        await outbox.AddAsync(
            context,
            MailTexts.ResetPassword(account.Email, outbox.PanelName, link, now + MailedLink.ResetLife),
            cancellationToken
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(91, LogLevel.Warning, "A request for a new password was lost: {Reason}")]
    private partial void LogLost(string reason);
}
