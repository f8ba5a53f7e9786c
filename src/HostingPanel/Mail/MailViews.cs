namespace HostingPanel.Mail;

/// <summary>The mail server as it is shown: everything but its password.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="UsesTls">True where the connection must be encrypted.</param>
/// <param name="UserName">Null where it wants none.</param>
/// <param name="HasPassword">True when a password is stored.</param>
/// <param name="Sender">The address that messages come from.</param>
/// <param name="SenderName">The name beside it.</param>
public sealed record MailSettingsView(
    string Host,
    int Port,
    bool UsesTls,
    string? UserName,
    bool HasPassword,
    string Sender,
    string SenderName
);

/// <summary>The mail server as somebody wants it. A password of null leaves the one that is stored.</summary>
public sealed record SetMailServer(
    string? Host,
    int Port,
    bool UsesTls,
    string? UserName,
    string? Password,
    string? Sender,
    string? SenderName
);

/// <summary>A message as it is shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="To">Whom it goes to.</param>
/// <param name="Subject">In a few words.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Fault">Why the last attempt failed.</param>
/// <param name="CreatedAt">Since when it waits.</param>
/// <param name="SentAt">When the mail server took it.</param>
/// <param name="Body">What it says; only where there is no mail server and the reader may act on it.</param>
public sealed record MailView(
    Guid Id,
    string To,
    string Subject,
    MailState State,
    int Attempts,
    string? Fault,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SentAt,
    string? Body
);
