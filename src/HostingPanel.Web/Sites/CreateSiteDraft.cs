using HostingPanel.Sites;

namespace HostingPanel.Web.Sites;

/// <summary>What has been typed into the create-site form so far.</summary>
public sealed class CreateSiteDraft
{
    /// <summary>The organisation's slug.</summary>
    public string? Organisation { get; set; }

    /// <summary>The blueprint's name.</summary>
    public string? Blueprint { get; set; }

    /// <summary>The site's title.</summary>
    public string Title { get; set; } = string.Empty;

    /// <summary>The site's slug.</summary>
    public string Slug { get; set; } = string.Empty;

    /// <summary>True once somebody typed a slug: from then on it no longer follows the title.</summary>
    public bool IsSlugOwn { get; set; }

    /// <summary>The administrator's address.</summary>
    public string AdminEmail { get; set; } = string.Empty;

    /// <summary>Host names, one per line.</summary>
    public string Domains { get; set; } = string.Empty;

    /// <summary>The archive that was uploaded.</summary>
    public UploadView? Upload { get; set; }

    /// <summary>What the use case takes.</summary>
    /// <param name="wantsUpload">Whether the chosen blueprint takes an archive; one uploaded for another choice is left out.</param>
    public CreateSite ToCommand(bool wantsUpload) =>
        new(
            Slug.Trim(),
            Organisation,
            Blueprint,
            Title,
            AdminEmail.Trim(),
            Domains.Split(['\n', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            wantsUpload ? Upload?.Id : null
        );
}

/// <summary>A blueprint to choose.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What people read.</param>
/// <param name="Summary">What it makes, in a sentence.</param>
/// <param name="WantsUpload">True when its code comes from an archive.</param>
/// <param name="HasAdministratorLink">True when its administrator gets a one-time link.</param>
public sealed record BlueprintChoice(string Name, string Title, string Summary, bool WantsUpload, bool HasAdministratorLink);
