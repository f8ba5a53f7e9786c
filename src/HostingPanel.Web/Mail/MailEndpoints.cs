using System.Security.Claims;
using HostingPanel.Mail;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Mail;

/// <summary>REST: the mail server, and what has become of the panel's messages.</summary>
internal static class MailEndpoints
{
    public static void MapMail(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/mail").WithTags("Mail");
        group
            .MapGet("/server", GetAsync)
            .Describe<Client.MailServer>(
                "getMailServer",
                "The server that messages go out by",
                description: "404 (`mail-server-not-found`) where there is none: then administrators read the messages."
            );
        group
            .MapPut("/server", SetAsync)
            .Describe<Client.MailServer>(
                "setMailServer",
                "Say which mail server to use",
                description: "Without `password` the one that is stored stays, unless it is another server."
            );
        group.MapDelete("/server", ForgetAsync).Describe("forgetMailServer", "Use no mail server", StatusCodes.Status204NoContent);
        group.MapGet("/messages", ListAsync).Describe<Client.Page<Client.MailMessage>>("listMail", "The last messages, the newest first");
        group
            .MapPost("/test", TestAsync)
            .Describe<Client.MailMessage>(
                "testMail",
                "Queue a test message",
                StatusCodes.Status201Created,
                "It is sent within seconds; `GET /mail/messages` says what becomes of it."
            );
    }

    private static async Task<IResult> GetAsync(ClaimsPrincipal user, MailService mail, CancellationToken cancellationToken) =>
        (await mail.GetAsync(user.ToActor(), cancellationToken)).ToResult(Answer);

    private static async Task<IResult> SetAsync(
        ClaimsPrincipal user,
        MailService mail,
        Client.SetMailServerRequest request,
        CancellationToken cancellationToken
    ) =>
        (
            await mail.SetAsync(
                user.ToActor(),
                new SetMailServer(
                    request.Host,
                    request.Port ?? 0,
                    request.Tls ?? true,
                    request.UserName,
                    request.Password,
                    request.Sender,
                    request.SenderName
                ),
                cancellationToken
            )
        ).ToResult(Answer);

    private static async Task<IResult> ForgetAsync(ClaimsPrincipal user, MailService mail, CancellationToken cancellationToken) =>
        (await mail.ForgetAsync(user.ToActor(), cancellationToken)).ToResult(_ => Results.NoContent());

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, MailService mail, CancellationToken cancellationToken) =>
        (await mail.ListAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(ToContract));

    private static async Task<IResult> TestAsync(
        ClaimsPrincipal user,
        MailService mail,
        Client.TestMailRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await mail.TestAsync(user.ToActor(), request.To, idempotencyKey, cancellationToken)).ToResult(view =>
            Results.Created((string?)null, ToContract(view))
        );

    private static IResult Answer(MailSettingsView? view) =>
        view is null
            ? ApiFailures.ToResult(
                new HostingPanel.Problem(ProblemKind.NotFound, "mail-server-not-found", "There is no mail server: nothing is sent.")
            )
            : Results.Ok(
                new Client.MailServer(view.Host, view.Port, view.UsesTls, view.UserName, view.HasPassword, view.Sender, view.SenderName)
            );

    private static Client.MailMessage ToContract(MailView view) =>
        new(
            view.Id,
            view.To,
            view.Subject,
            view.State switch
            {
                MailState.Waiting => Client.MailState.Waiting,
                MailState.Sent => Client.MailState.Sent,
                MailState.GivenUp => Client.MailState.GivenUp,
                MailState.Shown => Client.MailState.Shown,
                _ => throw new InvalidOperationException($"The contract has no word for a message that is {view.State}."),
            },
            view.Attempts,
            view.Fault,
            view.CreatedAt,
            view.SentAt,
            view.Body
        );
}
