using System.Security.Claims;
using HostingPanel.Organisations;
using HostingPanel.Volumes;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Organisations;

/// <summary>REST: the non-profits and their plans.</summary>
internal static class OrganisationEndpoints
{
    public static void MapOrganisations(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/organisations").WithTags("Organisations");
        group.MapGet("/", ListAsync).Describe<Client.Page<Client.Organisation>>("listOrganisations", "Organisations by slug");
        group
            .MapPost("/", CreateAsync)
            .Describe<Client.Organisation>("createOrganisation", "Make an organisation", StatusCodes.Status201Created);
        group.MapGet("/{slug}", GetAsync).Describe<Client.Organisation>("getOrganisation", "One organisation");
        group.MapPatch("/{slug}", UpdateAsync).Describe<Client.Organisation>("updateOrganisation", "Change its name or plan");
        group
            .MapDelete("/{slug}", DeleteAsync)
            .Describe("deleteOrganisation", "Delete an organisation that has no sites", StatusCodes.Status204NoContent);
        api.MapGet("/plans", ListPlansAsync)
            .WithTags("Organisations")
            .Describe<Client.Page<Client.Plan>>("listPlans", "The plans that an organisation can have");
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        OrganisationService organisations,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await organisations.ListAsync(user.ToActor(), Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(ToContract)
        );

    private static async Task<IResult> CreateAsync(
        ClaimsPrincipal user,
        OrganisationService organisations,
        Client.CreateOrganisationRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await organisations.CreateAsync(
                user.ToActor(),
                new CreateOrganisation(request.Slug, request.Name, request.Plan),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(view => Results.Created($"{PanelApi.Base}/organisations/{view.Slug}", ToContract(view)));

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        OrganisationService organisations,
        string slug,
        CancellationToken cancellationToken
    ) => (await organisations.GetAsync(user.ToActor(), slug, cancellationToken)).ToResult(ToContract);

    private static async Task<IResult> UpdateAsync(
        ClaimsPrincipal user,
        OrganisationService organisations,
        string slug,
        Client.UpdateOrganisationRequest request,
        CancellationToken cancellationToken
    ) =>
        (
            await organisations.UpdateAsync(
                user.ToActor(),
                slug,
                new UpdateOrganisation(request.Name, request.Plan) { RequiresSecondFactor = request.RequiresSecondFactor },
                cancellationToken
            )
        ).ToResult(ToContract);

    private static async Task<IResult> DeleteAsync(
        ClaimsPrincipal user,
        OrganisationService organisations,
        string slug,
        CancellationToken cancellationToken
    ) => (await organisations.DeleteAsync(user.ToActor(), slug, cancellationToken)).ToResult(_ => Results.NoContent());

    private static async Task<IResult> ListPlansAsync(
        ClaimsPrincipal user,
        OrganisationService organisations,
        CancellationToken cancellationToken
    ) =>
        (await organisations.ListPlansAsync(user.ToActor(), cancellationToken)).ToResult(plans =>
            plans.ToPage(plan => new Client.Plan(
                plan.Name,
                plan.Title,
                plan.MaxSites,
                plan.MaxDiskBytes,
                plan.MaxMemoryBytes,
                plan.MaxRestorePoints,
                plan.MaxServiceCpus,
                plan.MaxServiceMemoryBytes,
                plan.MaxServicePids
            ))
        );

    private static Client.Organisation ToContract(OrganisationView view) =>
        new(
            view.Slug,
            view.Name,
            view.Plan,
            view.PlanTitle,
            view.MaxSites,
            view.Sites,
            view.MaxDiskBytes,
            view.DiskBytes,
            view.UnmeasuredVolumes,
            view.Disk switch
            {
                DiskState.Within => Client.DiskState.Within,
                DiskState.Near => Client.DiskState.Near,
                DiskState.Over => Client.DiskState.Over,
                _ => throw new InvalidOperationException($"The contract has no word for a disk that is {view.Disk}."),
            },
            view.CreatedAt,
            view.MaxMemoryBytes,
            view.MemoryBytes,
            view.MaxRestorePoints,
            view.RestorePoints
        );
}
