using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Startup;

/// <summary>Hands messages to a mail server by SMTP.</summary>
internal sealed class SmtpTransport : IMailTransport
{
    public async Task<string?> SendAsync(MailServer server, MailMessageText message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient(server.Host, server.Port)
        {
            EnableSsl = server.UsesTls,
            DeliveryMethod = SmtpDeliveryMethod.Network,
            UseDefaultCredentials = false,
            Credentials = server.UserName is null ? null : new NetworkCredential(server.UserName, server.Password),
        };
        using var mail = new MailMessage(new MailAddress(server.Sender, server.SenderName, Encoding.UTF8), new MailAddress(message.To))
        {
            Subject = message.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = message.Body,
            BodyEncoding = Encoding.UTF8,
            IsBodyHtml = false,
        };
        // No machine is to answer it, and a second copy of it can be told from another message.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Headers.Add("Message-ID", $"<{message.Id}@{server.Sender.Split('@')[^1]}>");
        try
        {
            await client.SendMailAsync(mail, cancellationToken);
            return null;
        }
        catch (Exception failure)
            when (failure
                    is SmtpException
                        or SocketException
                        or IOException
                        or AuthenticationException
                        or InvalidOperationException
                        or FormatException
            )
        {
            return failure.GetBaseException().Message;
        }
    }
}
