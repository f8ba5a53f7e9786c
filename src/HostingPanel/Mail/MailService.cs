using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Backups;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Mail;

/// <summary>The mail server's settings and the outbox.</summary>
public sealed class MailService(IDbContextFactory<PanelDbContext> contexts, Outbox outbox, IWebSecrets secrets, TimeProvider time)
{
    private const int Shown = 50;

    /// <summary>The mail server; the value is null where there is none.</summary>
    public async Task<Outcome<MailSettingsView?>> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadSettings) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return View(await context.MailSettings.AsNoTracking().SingleOrDefaultAsync(cancellationToken));
    }

    /// <summary>
    /// Says which mail server to use. Refused: <c>invalid-request</c>, <c>proof-needed</c>, <c>worker-not-ready</c>.
    /// </summary>
    public async Task<Outcome<MailSettingsView?>> SetAsync(Actor actor, SetMailServer command, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } problem)
        {
            return problem;
        }

        var errors = new FieldErrors();
        errors.Add("host", Uri.CheckHostName(command.Host) == UriHostNameType.Unknown ? "The mail server's host name is needed." : null);
        errors.Add("port", command.Port is < 1 or > 65535 ? "A port is a number from 1 to 65535." : null);
        errors.Add("sender", SiteRules.EmailFault(command.Sender));
        errors.Add("senderName", SiteRules.TextFault(command.SenderName, "A name", 120));
        errors.Add("userName", string.IsNullOrEmpty(command.UserName) ? null : SiteRules.TextFault(command.UserName, "A user name", 254));
        errors.Add("password", command.Password is { Length: > 500 } ? "A password has at most 500 characters." : null);
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await context.SealingKeys.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } key)
        {
            return new Problem(
                ProblemKind.Unavailable,
                "worker-not-ready",
                "The worker has not made its keys yet. Try again when it has started."
            );
        }

        var settings = await context
            .MailSettings.FromSql($"SELECT * FROM mail_settings FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        if (settings is null)
        {
            settings = new MailSettings
            {
                Id = MailSettings.OnlyId,
                Host = command.Host!,
                Port = command.Port,
                UsesTls = command.UsesTls,
                Sender = command.Sender!,
                SenderName = command.SenderName!.Trim(),
                ChangedAt = time.GetStoredNow(),
            };
            context.MailSettings.Add(settings);
        }

        // Another server must not be told the password of the one before.
        var isOther = settings.Host != command.Host || settings.Port != command.Port;
        (settings.Host, settings.Port, settings.UsesTls) = (command.Host!, command.Port, command.UsesTls);
        (settings.Sender, settings.SenderName, settings.ChangedAt) = (command.Sender!, command.SenderName!.Trim(), time.GetStoredNow());
        settings.UserName = string.IsNullOrWhiteSpace(command.UserName) ? null : command.UserName.Trim();
        settings.Password =
            command.Password is { Length: > 0 } password
                ? CredentialBox.Seal(key.PublicKey, Encoding.UTF8.GetBytes(password), MailSettings.PasswordContext)
            : settings.UserName is null || isOther ? null
            : settings.Password;
        AuditTrail.Add(context, actor, AuditActs.MailSet, new AuditTarget("mail", null, settings.Host));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return View(settings);
    }

    /// <summary>Sends no more mail: messages are shown to administrators again. Refused: <c>proof-needed</c>.</summary>
    public async Task<Outcome<Done>> ForgetAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.MailSettings.ExecuteDeleteAsync(cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.MailForget, new AuditTarget("mail", null, null));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>
    /// Queues a message to somebody; the list says what becomes of it. Refused: <c>no-mail-server</c>, <c>invalid-request</c>,
    /// <c>idempotency-key-reused</c>.
    /// </summary>
    /// <param name="actor">Who tries it.</param>
    /// <param name="to">To which address; null for their own, which a script has not.</param>
    /// <param name="idempotencyKey">Same key and same address: the same message.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<MailView>> TestAsync(Actor actor, string? to, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageSettings) is { } problem)
        {
            return problem;
        }

        var hash = Idempotency.HashOf("test-mail", to);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out problem))
        {
            return problem;
        }

        if (known is { } made)
        {
            var same = await context.OutgoingMails.AsNoTracking().SingleOrDefaultAsync(mail => mail.Id == made, cancellationToken);
            return same is null ? Idempotency.Gone("message") : View(same, body: null);
        }

        to ??= await context
            .Accounts.Where(account => account.Id == actor.Id)
            .Select(account => account.Email)
            .SingleOrDefaultAsync(cancellationToken);
        if (SiteRules.EmailFault(to) is { } fault)
        {
            return Problem.Invalid("to", fault);
        }

        if (!await context.MailSettings.AnyAsync(cancellationToken))
        {
            return new Problem(ProblemKind.Conflict, "no-mail-server", "There is no mail server to test. Save its settings first.");
        }

        var id = await outbox.AddAsync(context, MailTexts.Test(to!, outbox.PanelName, time.GetUtcNow()), cancellationToken);
        Idempotency.Remember(context, actor, idempotencyKey, hash, id, time);
        AuditTrail.Add(context, actor, AuditActs.MailTest, new AuditTarget("mail", id, to));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return View(await context.OutgoingMails.SingleAsync(mail => mail.Id == id, cancellationToken), body: null);
    }

    /// <summary>
    /// The last messages, the newest first. What one says is only told where there is no mail server, to whoever may change everything
    /// anyway: there are links in it that let people in.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<MailView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadSettings) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var mails = await context
            .OutgoingMails.AsNoTracking()
            .OrderByDescending(mail => mail.CreatedAt)
            .Take(Shown)
            .ToListAsync(cancellationToken);
        var reads =
            AccessPolicy.ReachOf(actor, Permission.ManageSettings).IsEverywhere
            && AccessPolicy.ReachOf(actor, Permission.ManagePeople).IsEverywhere;
        return mails.ConvertAll(mail =>
            View(mail, reads && mail.State == MailState.Shown && mail.ExpiresAt > time.GetUtcNow() ? TextOf(mail) : null)
        );
    }

    private string? TextOf(OutgoingMail mail) =>
        mail is { Text: null, Body: { } body } && secrets.TryUnprotect(body, OutgoingMail.BodyContext(mail.Id)) is { } opened
            ? Encoding.UTF8.GetString(opened)
            : mail.Text;

    private static MailView View(OutgoingMail mail, string? body) =>
        new(mail.Id, mail.To, mail.Subject, mail.State, mail.Attempts, mail.Fault, mail.CreatedAt, mail.SentAt, body);

    private static MailSettingsView? View(MailSettings? settings) =>
        settings is null
            ? null
            : new MailSettingsView(
                settings.Host,
                settings.Port,
                settings.UsesTls,
                settings.UserName,
                settings.Password is not null,
                settings.Sender,
                settings.SenderName
            );
}
