using Microsoft.Extensions.Options;

namespace HostingPanel.Images;

/// <summary>The releases in use: image name → reference. Configuration section <c>Images</c>, written by <c>./panel up</c>.</summary>
public sealed class ImageOptions : Dictionary<string, string>
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Images";

    /// <summary>Makes an empty one; names are compared without regard to case, as configuration keys are.</summary>
    public ImageOptions()
        : base(StringComparer.OrdinalIgnoreCase) { }
}

/// <summary>Finds the release of an image.</summary>
public sealed class ImageCatalogue(IOptions<ImageOptions> options)
{
    /// <summary>The reference of the image's current release, or the problem that there is none.</summary>
    /// <param name="image">
    /// Its name. In the configuration an underscore may stand for each of its hyphens: shells drop environment variables with hyphens.
    /// </param>
    public Outcome<string> Resolve(string image) =>
        (options.Value.TryGetValue(image, out var reference) || options.Value.TryGetValue(image.Replace('-', '_'), out reference))
        // The stack's file names every image, and says nothing of one that this installation does without.
        && reference.Length > 0
            ? reference
            : new Problem(
                ProblemKind.Conflict,
                "image-not-built",
                $"The image “{image}” has not been built. Run ./panel up, which builds it."
            );
}
