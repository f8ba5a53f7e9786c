using HostingPanel.Access;
using HostingPanel.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace HostingPanel.Web.ClientArea;

/// <summary>A live page of the client area: it knows the organisation that it is about, and what its viewer may there.</summary>
public abstract class ClientPage : LivePage
{
    private Actor? _viewer;

    /// <summary>The organisation's slug.</summary>
    [Parameter]
    public string Organisation { get; set; } = string.Empty;

    /// <summary>Why the last thing that was asked for was refused.</summary>
    protected Problem? Problem { get; set; }

    /// <summary>Who looks; null until it is loaded.</summary>
    protected Actor? Viewer => _viewer;

    /// <inheritdoc />
    protected override object Subject => Organisation;

    /// <summary>Whether something is to be offered; the use case decides for itself.</summary>
    /// <param name="permission">What.</param>
    /// <param name="site">The slug of the site that it is for; null for the organisation as a whole.</param>
    protected bool May(Permission permission, string? site = null) => _viewer?.May(permission, Organisation, site) == true;

    /// <summary>The address of a page of the organisation.</summary>
    protected string Href(string? page = null) => ClientPlace.HrefOf(Organisation, page);

    /// <summary>Reads what the page shows; gives why it can't be shown, or null.</summary>
    protected abstract Task<Problem?> LoadHereAsync(Actor actor, CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        _viewer = actor;
        if (await LoadHereAsync(actor, cancellationToken) is { } problem)
        {
            // Who has lost what they might here is told so, and not by the names of permissions.
            Problem = problem.Kind is ProblemKind.Forbidden or ProblemKind.NotFound
                ? problem with
                {
                    Message = "You may not see this any more. An owner of the organisation can tell you why.",
                }
                : problem;
        }
    }

    /// <summary>Does something that was asked for, shows why not if it was refused, and loads the page again.</summary>
    protected async Task<bool> DoAsync<T>(Func<Actor, Task<Outcome<T>>> act)
    {
        var actor = await ActorAsync();
        var outcome = await DatabaseTrouble.AsProblemAsync(() => act(actor));
        Problem = outcome.Problem;
        await RefreshAsync();
        return outcome.Problem is null;
    }
}
