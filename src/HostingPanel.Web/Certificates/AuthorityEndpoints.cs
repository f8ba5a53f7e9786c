using System.Security.Claims;
using HostingPanel.Certificates;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Certificates;

/// <summary>REST: who is asked for certificates.</summary>
internal static class AuthorityEndpoints
{
    public static void MapAuthorities(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/certificate-authorities").WithTags("Certificates");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.CertificateAuthority>>(
                "listCertificateAuthorities",
                "Who is asked for certificates, the default one first"
            );
        group
            .MapPost("/", AddAsync)
            .Describe<Client.CertificateAuthority>(
                "addCertificateAuthority",
                "Ask an authority for certificates",
                StatusCodes.Status201Created,
                description: "By ACME (RFC 8555). The first one is the default; from then on every public host name that is served gets a certificate by "
                    + "itself. With `roots` it is one of one's own, which certifies any name. With `binding` it is told whose the panel's account is (RFC 8555, section 7.3.4); the key is sealed for the worker and "
                    + "never shown again. Adding it says yes to its terms of service."
            );
        group
            .MapPost("/{id:guid}/default", MakeDefaultAsync)
            .Describe<Client.CertificateAuthority>("makeDefaultCertificateAuthority", "Ask this one where nothing else is said");
        group
            .MapPut("/{id:guid}/binding", BindAsync)
            .Describe<Client.CertificateAuthority>(
                "bindCertificateAuthority",
                "Tell it whose the panel's account is",
                description: "External account binding (RFC 8555, section 7.3.4). It takes the place of what was set before; names that were refused for want of it "
                    + "are asked for in the next minute. The key is sealed for the worker and never shown again."
            );
        group
            .MapDelete("/{id:guid}", RemoveAsync)
            .Describe(
                "removeCertificateAuthority",
                "Ask it for nothing any more",
                StatusCodes.Status204NoContent,
                "What it gave stays until it runs out; the default one is asked then. Not the default one itself while there are others (`default-authority`)."
            );
        var dns = api.MapGroup("/dns-accounts").WithTags("Certificates");
        dns.MapGet("/", ListDnsAsync)
            .Describe<Client.Page<Client.DnsAccount>>("listDnsAccounts", "Accounts at DNS providers, by which names are validated");
        dns.MapPost("/", AddDnsAsync)
            .Describe<Client.DnsAccount>(
                "addDnsAccount",
                "Validate the names of some zones by DNS",
                StatusCodes.Status201Created,
                description: "For wildcards, and for sites that an authority can't reach. `provider` and the names of `credentials` are lego's. They are sealed for "
                    + "the worker and never shown again."
            );
        dns.MapDelete("/{id:guid}", RemoveDnsAsync)
            .Describe("removeDnsAccount", "Forget an account with its credentials", StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, AuthorityService service, CancellationToken cancellationToken) =>
        (await service.ListAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(CertificateContract.ToContract));

    private static async Task<IResult> AddAsync(
        ClaimsPrincipal user,
        AuthorityService service,
        Client.NewCertificateAuthorityRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await service.AddAsync(
                user.ToActor(),
                new NewCertificateAuthority(
                    request.Name,
                    request.Directory,
                    request.Email,
                    request.Roots,
                    request.Default ?? false,
                    request.Binding?.ToCommand()
                ),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(view => Results.Created($"{PanelApi.Base}/certificate-authorities/{view.Id}", view.ToContract()));

    private static async Task<IResult> MakeDefaultAsync(
        ClaimsPrincipal user,
        AuthorityService service,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await service.MakeDefaultAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(CertificateContract.ToContract);

    private static async Task<IResult> BindAsync(
        ClaimsPrincipal user,
        AuthorityService service,
        Guid id,
        Client.AccountBindingRequest request,
        CancellationToken cancellationToken
    ) =>
        (await service.SetBindingAsync(user.ToActor(), id, request.ToCommand(), cancellationToken)).ToResult(
            CertificateContract.ToContract
        );

    private static async Task<IResult> RemoveAsync(
        ClaimsPrincipal user,
        AuthorityService service,
        Guid id,
        CancellationToken cancellationToken
    ) => (await service.RemoveAsync(user.ToActor(), id, cancellationToken)).ToResult(_ => Results.NoContent());

    private static async Task<IResult> ListDnsAsync(ClaimsPrincipal user, DnsAccountService service, CancellationToken cancellationToken) =>
        (await service.ListAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(CertificateContract.ToContract));

    private static async Task<IResult> AddDnsAsync(
        ClaimsPrincipal user,
        DnsAccountService service,
        Client.NewDnsAccountRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await service.AddAsync(
                user.ToActor(),
                new NewDnsAccount(request.Provider, request.Zones, request.Credentials),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(view => Results.Created($"{PanelApi.Base}/dns-accounts/{view.Id}", view.ToContract()));

    private static async Task<IResult> RemoveDnsAsync(
        ClaimsPrincipal user,
        DnsAccountService service,
        Guid id,
        CancellationToken cancellationToken
    ) => (await service.RemoveAsync(user.ToActor(), id, cancellationToken)).ToResult(_ => Results.NoContent());
}
