using System.Security.Claims;
using HostingPanel.Certificates;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Certificates;

/// <summary>REST: certificates of host names, and who is asked for them.</summary>
internal static class CertificateEndpoints
{
    public static void MapCertificates(this IEndpointRouteBuilder api)
    {
        var all = api.MapGroup("/certificates").WithTags("Certificates");
        all.MapGet("/", ListAsync)
            .Describe<Client.Page<Client.Certificate>>(
                "listCertificates",
                "The certificates of all host names, those that need somebody first"
            );
        all.MapPut("/panel", UploadForPanelAsync)
            .Describe<Client.Accepted>(
                "uploadPanelCertificate",
                "Serve the panel's own name with a certificate of one's own",
                StatusCodes.Status202Accepted,
                description: "As for the name of a site."
            );
        all.MapDelete("/panel", ForgetForPanelAsync)
            .Describe<Client.Accepted>(
                "forgetPanelCertificate",
                "Take the uploaded certificate of the panel's own name away",
                StatusCodes.Status202Accepted,
                description: "An authority is asked, where one certifies the name; until then the panel's self-signed one is served."
            );
        var site = api.MapGroup("/sites/{slug}").WithTags("Certificates");
        site.MapGet("/certificates", ListOfSiteAsync)
            .Describe<Client.Page<Client.Certificate>>("listSiteCertificates", "The certificates of a site's host names");
        var one = site.MapGroup("/domains/{host}/certificate");
        one.MapPut("/", UploadAsync)
            .Describe<Client.Accepted>(
                "uploadCertificate",
                "Serve a host name with a certificate of one's own",
                StatusCodes.Status202Accepted,
                description: "PEM, with the certificates of its issuers. One that does not match, has expired or has no chain is refused. The key is sealed "
                    + "for the worker and never shown again. Nobody renews it but who uploaded it."
            );
        one.MapDelete("/", ForgetAsync)
            .Describe<Client.Accepted>(
                "forgetCertificate",
                "Take an uploaded certificate away",
                StatusCodes.Status202Accepted,
                description: "An authority is asked again; until then the panel's self-signed one is served."
            );
        one.MapPost("/renew", AskAsync)
            .Describe<Client.Accepted>(
                "askForCertificate",
                "Ask an authority for a new certificate at once",
                StatusCodes.Status202Accepted,
                description: "While one is being asked for, that operation is the answer. `authority` says who is asked from now on; not "
                    + "while another is being asked (`certificate-being-asked-for`)."
            );
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, CertificateService service, CancellationToken cancellationToken) =>
        (await service.ListAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(CertificateContract.ToContract));

    private static async Task<IResult> UploadForPanelAsync(
        ClaimsPrincipal user,
        PanelCertificate service,
        Client.UploadCertificateRequest request,
        CancellationToken cancellationToken
    ) =>
        (await service.UploadAsync(user.ToActor(), new UploadedCertificate(request.Certificate, request.Key), cancellationToken)).ToResult(
            operation => OperationContract.Accepted(operation)
        );

    private static async Task<IResult> ForgetForPanelAsync(
        ClaimsPrincipal user,
        PanelCertificate service,
        CancellationToken cancellationToken
    ) => (await service.ForgetAsync(user.ToActor(), cancellationToken)).ToResult(operation => OperationContract.Accepted(operation));

    private static async Task<IResult> ListOfSiteAsync(
        ClaimsPrincipal user,
        CertificateService service,
        string slug,
        CancellationToken cancellationToken
    ) =>
        (await service.ListOfSiteAsync(user.ToActor(), slug, cancellationToken)).ToResult(list =>
            list.ToPage(CertificateContract.ToContract)
        );

    private static async Task<IResult> UploadAsync(
        ClaimsPrincipal user,
        CertificateService service,
        string slug,
        string host,
        Client.UploadCertificateRequest request,
        CancellationToken cancellationToken
    ) =>
        (
            await service.UploadAsync(
                user.ToActor(),
                slug,
                host,
                new UploadedCertificate(request.Certificate, request.Key),
                cancellationToken
            )
        ).ToResult(operation => OperationContract.Accepted(operation));

    private static async Task<IResult> ForgetAsync(
        ClaimsPrincipal user,
        CertificateService service,
        string slug,
        string host,
        CancellationToken cancellationToken
    ) =>
        (await service.ForgetAsync(user.ToActor(), slug, host, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> AskAsync(
        ClaimsPrincipal user,
        CertificateService service,
        string slug,
        string host,
        Client.AskForCertificateRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await service.AskAsync(user.ToActor(), slug, host, request.Authority, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );
}
