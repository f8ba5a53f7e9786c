using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;

namespace HostingPanel.Worker.Commands;

/// <summary>Makes an organisation with a WordPress site, through the same use cases as everybody else.</summary>
internal sealed class DemoCommand(OrganisationService organisations, SiteManager sites, OperationService operations)
{
    private const string Organisation = "demo-food-bank";
    private const string Site = "demo";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var organisation = await organisations.CreateAsync(
            Actor.Server,
            new CreateOrganisation(Organisation, "Demo Food Bank"),
            idempotencyKey: null,
            cancellationToken
        );
        if (organisation.Problem is { Code: not "organisation-exists" } refused)
        {
            return Failed(refused.Message);
        }

        var site = await sites.GetAsync(Actor.Server, Site, cancellationToken);
        if (site.Problem is not null)
        {
            var command = new CreateSite(Site, Organisation, "wordpress", "Demo Food Bank", "admin@example.org");
            if ((await sites.CreateAsync(Actor.Server, command, idempotencyKey: null, cancellationToken)).Problem is { } problem)
            {
                return Failed(problem.Message);
            }
        }
        else if (site.Value is { State: SiteState.Failed, ActiveOperation: null })
        {
            await sites.RequestAsync(Actor.Server, Site, SiteAction.Start, idempotencyKey: null, cancellationToken);
        }

        site = await sites.GetAsync(Actor.Server, Site, cancellationToken);
        if (site.Value.ActiveOperation is { } active && await FollowAsync(active.Id, cancellationToken) is { } failure)
        {
            return Failed(failure);
        }

        site = await sites.GetAsync(Actor.Server, Site, cancellationToken);
        if (site.Value.State != SiteState.Running)
        {
            return Failed($"The demo site is {site.Value.State.ToString().ToLowerInvariant()}; its page in the panel says more.");
        }

        if (site.Value.AdminLink is { } link)
        {
            Console.WriteLine($"Its administrator sets a password, once, at {link}");
        }

        Console.WriteLine(site.Value.Url);
        return 0;
    }

    /// <summary>Prints each step as it ends; gives the reason when the operation fails.</summary>
    private async Task<string?> FollowAsync(Guid id, CancellationToken cancellationToken)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        OperationView? last = null;
        await foreach (var view in operations.WatchAsync(Actor.Server, id, cancellationToken))
        {
            last = view;
            foreach (var step in view.Steps.Where(step => step.State is StepState.Done or StepState.Failed && told.Add(step.Name)))
            {
                var took = step.FinishedAt - step.StartedAt;
                Console.WriteLine(
                    $"  {(step.State == StepState.Done ? "done  " : "FAILED")} {step.Title} ({took?.TotalSeconds ?? 0:0.0} s) {step.Message}"
                );
            }
        }

        return last?.State == OperationState.Succeeded ? null : last?.ErrorMessage ?? "The operation did not end well.";
    }

    private static int Failed(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
