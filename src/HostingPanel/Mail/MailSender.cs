using System.Security.Cryptography;
using System.Text;
using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Mail;

/// <summary>
/// Sends what waits in the outbox, one after another, each within a bound; what fails is tried again at growing distances. A worker that is
/// killed between handing one over and writing that down sends it twice.
/// </summary>
internal sealed partial class MailSender(
    IDbContextFactory<PanelDbContext> contexts,
    SealingKeys keys,
    IMailTransport transport,
    IWorkerLease worker,
    TimeProvider time,
    ILogger<MailSender> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>For one message.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The longest distance between two attempts; the first is a minute.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private const int AtOnce = 20;
    private readonly ILogger<MailSender> _logger = logger;

    protected override string Purpose => "Sending mail";

    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override Task LookAsync(CancellationToken cancellationToken) => SendAsync(cancellationToken);

    /// <summary>Sends what is due; gives how many were handed over.</summary>
    public async Task<int> SendAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await context
            .OutgoingMails.Where(mail => mail.State == MailState.Waiting && mail.NextAttemptAt <= now)
            .OrderBy(mail => mail.NextAttemptAt)
            .Take(AtOnce)
            .ToListAsync(cancellationToken);
        foreach (var late in due.Where(mail => mail.ExpiresAt <= now))
        {
            (late.State, late.Body) = (MailState.GivenUp, null);
        }

        await context.SaveChangesAsync(cancellationToken);
        due.RemoveAll(mail => mail.State != MailState.Waiting);
        if (due.Count == 0 || await context.MailSettings.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } settings)
        {
            return 0;
        }

        var server = new MailServer(
            settings.Host,
            settings.Port,
            settings.UsesTls,
            settings.UserName,
            settings.Password is null
                ? null
                : Encoding.UTF8.GetString(await keys.OpenAsync(settings.Password, MailSettings.PasswordContext, cancellationToken)),
            settings.Sender,
            settings.SenderName
        );
        var sent = 0;
        foreach (var mail in due)
        {
            var fault = await TrySendAsync(server, mail, cancellationToken);
            mail.Attempts++;
            if (fault is null)
            {
                (mail.State, mail.SentAt, mail.Body, mail.Fault) = (MailState.Sent, Time.GetStoredNow(), null, null);
                sent++;
            }
            else
            {
                var wait = TimeSpan.FromMinutes(Math.Min(LongestWait.TotalMinutes, Math.Pow(2, Math.Min(mail.Attempts - 1, 10))));
                (mail.Fault, mail.NextAttemptAt) = (fault.Length > 400 ? fault[..400] : fault, Time.GetStoredNow() + wait);
                LogFailed(mail.Id, mail.Attempts, fault);
            }

            await context.SaveChangesAsync(cancellationToken);
        }

        return sent;
    }

    private async Task<string?> TrySendAsync(MailServer server, OutgoingMail mail, CancellationToken cancellationToken)
    {
        string body;
        try
        {
            body = Encoding.UTF8.GetString(await keys.OpenAsync(mail.Body!, OutgoingMail.BodyContext(mail.Id), cancellationToken));
        }
        catch (CryptographicException)
        {
            return "The message was closed with a key that this worker does not have.";
        }

        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            return await transport.SendAsync(server, new MailMessageText(mail.Id, mail.To, mail.Subject, body), bound.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{server.Host} did not take the message within {Patience.TotalSeconds:0} s.";
        }
    }

    [LoggerMessage(90, LogLevel.Warning, "Message {Mail} could not be sent (attempt {Attempt}): {Reason}")]
    private partial void LogFailed(Guid mail, int attempt, string reason);
}
