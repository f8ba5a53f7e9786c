namespace HostingPanel.Client;

/// <summary>The server that the panel's messages go out by: everything but its password.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tls">True where the connection must be encrypted.</param>
/// <param name="UserName">As whom the panel signs in there; null where it does not.</param>
/// <param name="HasPassword">True when a password is stored.</param>
/// <param name="Sender">The address that messages come from.</param>
/// <param name="SenderName">The name beside it.</param>
public sealed record MailServer(string Host, int Port, bool Tls, string? UserName, bool HasPassword, string Sender, string SenderName);

/// <summary>The mail server to use.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="Sender">The address that messages come from.</param>
/// <param name="SenderName">The name beside it.</param>
/// <param name="Tls">True (when absent) where the connection must be encrypted.</param>
/// <param name="UserName">As whom the panel signs in there; absent where it does not.</param>
/// <param name="Password">Its password; absent for the one that is stored. It is sealed for the worker and never shown again.</param>
public sealed record SetMailServerRequest(
    string? Host,
    int? Port,
    string? Sender,
    string? SenderName,
    bool? Tls = null,
    string? UserName = null,
    string? Password = null
);

/// <summary>How far a message is.</summary>
public enum MailState
{
    /// <summary>It waits for the worker.</summary>
    Waiting,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>It was tried for long enough.</summary>
    GivenUp,

    /// <summary>There was no mail server: administrators read it.</summary>
    Shown,
}

/// <summary>A message to a person.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="To">Whom it goes to.</param>
/// <param name="Subject">In a few words.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Fault">Why the last attempt failed.</param>
/// <param name="CreatedAt">Since when it waits.</param>
/// <param name="SentAt">When the mail server took it.</param>
/// <param name="Body">What it says; only where there was no mail server, and to who may change everything anyway.</param>
public sealed record MailMessage(
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

/// <summary>Whom a test message goes to.</summary>
/// <param name="To">The address.</param>
public sealed record TestMailRequest(string? To);
