using System.Text;
using HostingPanel.Accounts;
using HostingPanel.Backups;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Mail;

/// <summary>What a message says.</summary>
/// <param name="To">Whom it goes to.</param>
/// <param name="Subject">In a few words; no secret.</param>
/// <param name="Body">Plain text.</param>
/// <param name="ExpiresAt">From then on it is of no use.</param>
internal sealed record MailLetter(string To, string Subject, string Body, DateTimeOffset ExpiresAt);

/// <summary>Takes messages in. Used by the web, which knows what to say; the worker sends them, and writes its own by <see cref="Notices"/>.</summary>
public sealed class Outbox(IWebSecrets secrets, IOptions<PanelOptions> options, TimeProvider time)
{
    /// <summary>The panel's address, from its settings: never what a request called it.</summary>
    internal string Address(string path) => options.Value.PublicUrl(options.Value.PanelDomain) + path;

    /// <summary>The panel's name for people.</summary>
    internal string PanelName => options.Value.PanelDomain;

    /// <summary>Adds a message; the caller saves.</summary>
    internal async Task<Guid> AddAsync(PanelDbContext context, MailLetter letter, CancellationToken cancellationToken)
    {
        var mail = await AddAsync(context, letter, time, cancellationToken);
        if (mail.State == MailState.Shown)
        {
            mail.Body = secrets.Protect(Encoding.UTF8.GetBytes(letter.Body), OutgoingMail.BodyContext(mail.Id));
        }

        return mail.Id;
    }

    /// <summary>
    /// Adds a message: closed for the worker where there is a mail server, else without what it says, which the caller keeps for those who
    /// read it in the panel.
    /// </summary>
    internal static async Task<OutgoingMail> AddAsync(
        PanelDbContext context,
        MailLetter letter,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (id, now) = (Ids.New(time), time.GetStoredNow());
        var key = await context.MailSettings.AnyAsync(cancellationToken)
            ? await context.SealingKeys.AsNoTracking().Select(known => known.PublicKey).SingleAsync(cancellationToken)
            : null;
        var mail = new OutgoingMail
        {
            Id = id,
            To = letter.To,
            Subject = letter.Subject,
            Body = key is null ? null : CredentialBox.Seal(key, Encoding.UTF8.GetBytes(letter.Body), OutgoingMail.BodyContext(id)),
            State = key is null ? MailState.Shown : MailState.Waiting,
            NextAttemptAt = now,
            CreatedAt = now,
            ExpiresAt = letter.ExpiresAt,
        };
        context.OutgoingMails.Add(mail);
        return mail;
    }
}
