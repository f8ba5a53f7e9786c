using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Mail;

/// <summary>How far a message is.</summary>
public enum MailState
{
    /// <summary>It waits for the worker.</summary>
    Waiting,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>It was tried for long enough.</summary>
    GivenUp,

    /// <summary>There was no mail server: administrators read it in the panel.</summary>
    Shown,
}

/// <summary>A message to a person. It is written down in the transaction of what it tells of, and nothing waits until it is sent.</summary>
internal sealed class OutgoingMail
{
    public const int MaxSubjectLength = 200;

    public required Guid Id { get; init; }
    public required string To { get; init; }
    public required string Subject { get; init; }

    /// <summary>
    /// What it says, links with their secrets included. Closed for the worker alone where there is a mail server, encrypted for the web where
    /// administrators read it; gone when it was sent.
    /// </summary>
    public byte[]? Body { get; set; }

    /// <summary>
    /// The same in clear, of a message that holds no secret and that administrators read: the worker's own, which can close nothing for the web.
    /// </summary>
    public string? Text { get; set; }
    public required MailState State { get; set; }
    public int Attempts { get; set; }
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Why the last attempt failed, for people.</summary>
    public string? Fault { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When what it says is of no use any more, and it is not sent either.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public static string BodyContext(Guid id) => $"mail {id}";
}

/// <summary>The mail server that messages go out by. There is one row, or none.</summary>
internal sealed class MailSettings
{
    public const int OnlyId = 1;

    public required int Id { get; init; }
    public required string Host { get; set; }
    public required int Port { get; set; }

    /// <summary>True where the connection must be encrypted (STARTTLS).</summary>
    public required bool UsesTls { get; set; }
    public string? UserName { get; set; }

    /// <summary>Closed for the worker; the web can't read it again.</summary>
    public byte[]? Password { get; set; }
    public required string Sender { get; set; }
    public required string SenderName { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }

    public const string PasswordContext = "mail server password";
}

internal sealed class MailConfiguration : IEntityTypeConfiguration<OutgoingMail>, IEntityTypeConfiguration<MailSettings>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> builder)
    {
        builder.ToTable("OutgoingMails");
        builder.Property(mail => mail.To).HasMaxLength(254);
        builder.Property(mail => mail.Subject).HasMaxLength(OutgoingMail.MaxSubjectLength);
        builder.Property(mail => mail.Fault).HasMaxLength(400);
        builder.HasIndex(mail => new { mail.State, mail.NextAttemptAt });
    }

    public void Configure(EntityTypeBuilder<MailSettings> builder)
    {
        builder.ToTable("MailSettings");
        builder.Property(settings => settings.Id).ValueGeneratedNever();
        builder.Property(settings => settings.Host).HasMaxLength(253);
        builder.Property(settings => settings.UserName).HasMaxLength(254);
        builder.Property(settings => settings.Sender).HasMaxLength(254);
        builder.Property(settings => settings.SenderName).HasMaxLength(120);
    }
}
