using System.Globalization;
using HostingPanel.Access;

namespace HostingPanel.Mail;

/// <summary>What messages say. Plain text; what people have typed is never more than a name in it.</summary>
internal static class MailTexts
{
    public static MailLetter ResetPassword(string to, string panel, string link, DateTimeOffset expiresAt) =>
        new(
            to,
            $"Choose a new password for {panel}",
            Text(
                $"Somebody, most likely you, wants to choose a new password for your account at {panel}.",
                link,
                $"The link works once, until {Time(expiresAt)}. If it was not you, do nothing: your password stays as it is.",
                panel
            ),
            expiresAt
        );

    public static MailLetter ConfirmEmail(string to, string panel, string link, DateTimeOffset expiresAt) =>
        new(
            to,
            $"Confirm your e-mail address for {panel}",
            Text(
                $"This address is to be that of an account at {panel}. Open the link to confirm that it is yours.",
                link,
                $"The link works once, until {Time(expiresAt)}. If you have no account there, do nothing.",
                panel
            ),
            expiresAt
        );

    public static MailLetter Invitation(string to, string panel, string invitedBy, string toWhat, string link, DateTimeOffset expiresAt) =>
        new(
            to,
            $"You are invited to {panel}",
            Text(
                $"{OneLine(invitedBy)} invites you to {OneLine(toWhat)} at {panel}.",
                link,
                $"The link works once, until {Time(expiresAt)}.",
                panel
            ),
            expiresAt
        );

    /// <summary>Tells somebody about a change of their account that they should know of.</summary>
    public static MailLetter Changed(string to, string panel, string what, Actor actor, DateTimeOffset now) =>
        new(
            to,
            $"Your account at {panel}: {what}",
            Text(
                $"{what} at {Time(now)}{(actor.Address is { } address ? $" from the address {address}" : string.Empty)}.",
                link: null,
                "If that was not you, choose a new password at once and tell the people who run the panel.",
                panel
            ),
            now.AddDays(2)
        );

    /// <summary>Tells somebody that the panel has stopped a site by itself.</summary>
    /// <param name="to">Whom.</param>
    /// <param name="panel">The panel's name.</param>
    /// <param name="site">The site's title.</param>
    /// <param name="slug">Its slug.</param>
    /// <param name="why">Why, with what is to be done.</param>
    /// <param name="link">Where they find it.</param>
    /// <param name="now">When it was stopped.</param>
    public static MailLetter SiteStopped(string to, string panel, string site, string slug, string why, string link, DateTimeOffset now) =>
        new(
            to,
            $"{slug} had to be switched off",
            Text(
                $"{panel} has switched {OneLine(site)} ({slug}) off at {Time(now)}. Its visitors see a page that says so.\n\n{why}",
                link,
                $"You are told because you look after it at {panel}.",
                panel
            ),
            now.AddDays(14)
        );

    public static MailLetter Test(string to, string panel, DateTimeOffset now) =>
        new(
            to,
            $"Test message of {panel}",
            Text(
                $"This is the test message that was asked for at {Time(now)}. {panel} can send mail.",
                link: null,
                "There is nothing to do.",
                panel
            ),
            now.AddHours(1)
        );

    private static string Text(string first, string? link, string last, string panel) =>
        link is null ? $"Hello,\n\n{first}\n\n{last}\n\n-- \n{panel}\n" : $"Hello,\n\n{first}\n\n{link}\n\n{last}\n\n-- \n{panel}\n";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
