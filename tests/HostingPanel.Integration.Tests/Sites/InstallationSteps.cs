using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>What tests ask of a panel again and again. Each ends the test where the panel refuses or fails.</summary>
internal static class InstallationSteps
{
    /// <summary>Asks for a WordPress titled "Title of <paramref name="slug"/>"; gives the operation.</summary>
    public static async Task<Guid> CreateSiteAsync(this TestInstallation installation, string slug, CancellationToken cancellationToken)
    {
        var wanted = new CreateSite(slug, "helpers", "wordpress", $"Title of {slug}", "admin@example.org");
        var accepted = await installation.Sites.CreateAsync(Actor.Panel, wanted, idempotencyKey: null, cancellationToken);
        Assert.Null(accepted.Problem);
        return accepted.Value.Operation.Id;
    }

    /// <summary>Asks for an action on a site; gives the operation.</summary>
    public static async Task<Guid> RequestAsync(
        this TestInstallation installation,
        string slug,
        SiteAction action,
        CancellationToken cancellationToken
    )
    {
        var requested = await installation.Sites.RequestAsync(Actor.Panel, slug, action, idempotencyKey: null, cancellationToken);
        Assert.Null(requested.Problem);
        return requested.Value.Id;
    }

    /// <summary>Waits for an operation to succeed.</summary>
    public static async Task SucceedsAsync(this TestInstallation installation, Guid operation, CancellationToken cancellationToken)
    {
        var view = await installation.FinishAsync(operation, cancellationToken);
        Assert.True(view.State == OperationState.Succeeded, $"{view.Title}: {view.ErrorMessage}");
    }

    /// <summary>Does an action on a site, which succeeds.</summary>
    public static async Task SucceedsAsync(
        this TestInstallation installation,
        string slug,
        SiteAction action,
        CancellationToken cancellationToken
    ) => await installation.SucceedsAsync(await installation.RequestAsync(slug, action, cancellationToken), cancellationToken);

    /// <summary>Trashes a site and deletes it for good.</summary>
    public static async Task PurgeAsync(this TestInstallation installation, string slug, CancellationToken cancellationToken)
    {
        await installation.SucceedsAsync(slug, SiteAction.Trash, cancellationToken);
        await installation.SucceedsAsync(slug, SiteAction.Purge, cancellationToken);
    }
}
