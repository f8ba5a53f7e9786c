using System.Globalization;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Images;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Drills;

/// <summary>A picture of a front page, or why there is none.</summary>
/// <param name="Picture">The picture; null when there is none.</param>
/// <param name="Reason">Why not, for people; null when there is one.</param>
internal sealed record PictureAnswer(PictureFile? Picture, string? Reason);

/// <summary>
/// Takes the picture of a scratch site's front page, by <c>hp-picture</c> of the image <c>camera</c>, which is there only where somebody wants
/// it. Whatever goes wrong with it is a reason in the evidence, and no reason to fail: a picture proves nothing that was not checked.
/// </summary>
internal sealed class DrillCamera(ImageCatalogue images, ISwarm swarm, IOptions<PanelOptions> options)
{
    public const string Image = "camera";
    public const string Program = "hp-picture";

    /// <summary>Of a usual desk.</summary>
    public const int Width = 1280;
    public const int Height = 800;

    /// <summary>What is kept of a page: most are a quarter of this. Base64 of it is far below the lines that the engine keeps of a job.</summary>
    public const int MaxBytes = 300_000;

    /// <summary>How long the browser may take. Most pages are there in two seconds; but it is the last in line where the machine is busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Timeout = Patience + TimeSpan.FromSeconds(50);

    /// <summary>The image's own user, who is nobody anywhere else.</summary>
    private static readonly NumericUser User = new(9222, 9222);

    /// <summary>A browser that shows a large page; what it writes is memory, too, and its threads count.</summary>
    private static readonly ResourceLimits Limits = new(768L << 20, 1_000_000_000, 256);
    private readonly SiteNames _names = new(options.Value);

    /// <summary>Takes it; a scratch site whose page has not come is not asked.</summary>
    public async Task<PictureAnswer> TakeAsync(SiteAssembly site, Guid operationId, CancellationToken cancellationToken)
    {
        if (!images.Resolve(Image).TryGet(out var image, out _))
        {
            return new PictureAnswer(
                null,
                "No image with a browser is built on this machine; DRILL_SCREENSHOTS=yes ./panel up builds one. The page as it came is kept in its place."
            );
        }

        try
        {
            return Read(await swarm.RunJobAsync(JobOf(image, site, operationId), cancellationToken));
        }
        catch (Exception failure)
            when (failure is PlatformException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new PictureAnswer(null, failure.Message);
        }
    }

    /// <summary>
    /// The job. It stands on the site's own network alone, from which the site answers without the gateway's key: so what runs the page has no
    /// secret at all, and no other way than the page's own program.
    /// </summary>
    internal JobDefinition JobOf(string image, SiteAssembly site, Guid operationId)
    {
        var (front, probe) = (site.Blueprint.Front, site.Blueprint.Front.Probe);
        return new JobDefinition(
            _names.Job(site.Site.Slug, "picture", operationId),
            operationId,
            new ContainerDefinition
            {
                Image = image,
                Owner = new Ownership(site.Site.Id, site.Site.OrganisationId, operationId),
                User = User.ToString(),
                Command =
                [
                    Program,
                    site.ServiceName(front.Service),
                    site.Facts.Url,
                    probe.Path,
                    Number((int)Patience.TotalSeconds),
                    Number(Width),
                    Number(Height),
                    Number(MaxBytes),
                    .. probe.Statuses.Select(Number),
                ],
                Networks = [new NetworkAttachment(site.Network.Name, [])],
                Tmpfs = [new TmpfsMount("/tmp", 256L << 20)],
                Limits = Limits,
            },
            Timeout
        )
        {
            StepsBack = true,
        };
    }

    /// <summary>What the job has handed back.</summary>
    internal static PictureAnswer Read(JobResult result)
    {
        var file = new StringBuilder();
        string? reason = null;
        foreach (var line in JobLines.Read<PictureLine>(result))
        {
            reason = line.Error ?? reason;
            if (line.Part is { } part)
            {
                if (file.Length + part.Length > (MaxBytes + 2) / 3 * 4)
                {
                    return None($"It has more than the {MaxBytes} bytes that are kept.");
                }

                file.Append(part);
            }
        }

        if (result.ExitCode != 0 || reason is not null || file.Length == 0)
        {
            return None(reason ?? JobLines.LastWords(result));
        }

        var content = new byte[file.Length / 4 * 3];
        return
            Convert.TryFromBase64String(file.ToString(), content, out var length)
            && PictureFile.Read(content[..length]) is { Width: Width, Height: Height } picture
            ? new PictureAnswer(picture, null)
            : None($"What came is no picture of {Width} × {Height} points.");

        static PictureAnswer None(string why) => new(null, why);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record PictureLine(string? Part, string? Error);
}
