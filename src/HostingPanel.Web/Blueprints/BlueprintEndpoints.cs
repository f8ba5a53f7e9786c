using HostingPanel.Blueprints;
using HostingPanel.Web.Api;

namespace HostingPanel.Web.Blueprints;

/// <summary>REST: the kinds of site that can be made. Everybody who is signed in may know them.</summary>
internal static class BlueprintEndpoints
{
    public static void MapBlueprints(this IEndpointRouteBuilder api) =>
        api.MapGet("/blueprints", List)
            .WithTags("Sites")
            .Describe<Client.Page<Client.Blueprint>>("listBlueprints", "The kinds of site that can be made");

    private static IResult List(BlueprintCatalogue blueprints) =>
        Results.Ok(
            blueprints.All.ToPage(blueprint => new Client.Blueprint(
                blueprint.Name,
                blueprint.Version,
                blueprint.Title,
                blueprint.Summary,
                blueprint.Code.From == CodeSource.Upload
            ))
        );
}
