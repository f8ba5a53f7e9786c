namespace HostingPanel.Platform;

/// <summary>The mail server that is spoken to.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="UsesTls">True where the connection must be encrypted.</param>
/// <param name="UserName">Null where it wants none.</param>
/// <param name="Password">Null where it wants none.</param>
/// <param name="Sender">The address that messages come from.</param>
/// <param name="SenderName">The name beside it.</param>
public sealed record MailServer(string Host, int Port, bool UsesTls, string? UserName, string? Password, string Sender, string SenderName);

/// <summary>A message on its way.</summary>
public sealed record MailMessageText(Guid Id, string To, string Subject, string Body);

/// <summary>Hands messages to a mail server.</summary>
public interface IMailTransport
{
    /// <summary>Hands one over; gives why it did not work, for people, or null.</summary>
    Task<string?> SendAsync(MailServer server, MailMessageText message, CancellationToken cancellationToken);
}
