using HostingPanel.Backups.Drills;
using HostingPanel.Docker;
using HostingPanel.Images;
using HostingPanel.Platform;
using HostingPanel.Tests.Reconciliation;
using HostingPanel.Tests.Simulation;
using HostingPanel.Worker.Swarm;
using Microsoft.Extensions.Options;
using JobResult = HostingPanel.Platform.JobResult;

namespace HostingPanel.Tests.Backups;

/// <summary>The picture of a drill's front page: where the browser stands, what is kept of it, and what is said where there is none.</summary>
public sealed class DrillCameraTests
{
    private static readonly Guid Operation = new("01a2061a-56c0-7d80-9396-1b2280d41905");
    private readonly SampleSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_browser_stands_on_the_sites_own_network_alone_with_no_secret_no_volume_and_a_bound_to_everything()
    {
        var job = Camera("camera:1").JobOf("camera:1", _site.Assembly, Operation);
        Assert.Equal("9222:9222", job.Container.User);
        Assert.Equal(_site.Assembly.Network.Name, Assert.Single(job.Container.Networks).Network);
        Assert.Empty(job.Container.Networks[0].Aliases);
        Assert.Empty(job.Container.Secrets);
        Assert.Empty(job.Container.Volumes);
        Assert.Empty(job.Container.Environment);
        Assert.Equal(new ResourceLimits(768L << 20, 1_000_000_000, 256), job.Container.Limits);
        Assert.Equal([new TmpfsMount("/tmp", 256L << 20)], job.Container.Tmpfs);
        // Its time ends well before the step's own, which would fail the drill.
        Assert.InRange(job.Timeout, DrillCamera.Patience, TimeSpan.FromMinutes(3));
        Assert.Equal((true, false), (job.StepsBack, job.IsTool));
        Assert.Equal(
            ["hp-picture", "hp-sample-web", "http://sample.localhost", "/", "120", "1280", "800", "300000", "200"],
            job.Container.Command
        );

        var spec = new SpecBuilder("hp", "node1").Job(job, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(["ALL"], spec.TaskTemplate.ContainerSpec!.CapabilityDrop);
        Assert.Empty(spec.TaskTemplate.ContainerSpec.CapabilityAdd!);
        Assert.True(spec.TaskTemplate.ContainerSpec.ReadOnly);
        Assert.Equal(MountType.Tmpfs, Assert.Single(spec.TaskTemplate.ContainerSpec.Mounts!).Type);
        Assert.Equal(256, spec.TaskTemplate.Resources!.Limits!.Pids);
    }

    [Fact]
    public void A_picture_of_the_size_that_was_asked_for_is_kept_as_what_it_is()
    {
        foreach (
            var (file, type) in new[] { (SamplePicture.Png(padding: 200_000), PictureFile.Png), (SamplePicture.WebP(), PictureFile.WebP) }
        )
        {
            var picture = DrillCamera.Read(new JobResult(0, SamplePicture.Said(file), [])).Picture!;
            Assert.Equal((type, 1280, 800), (picture.MediaType, picture.Width, picture.Height));
            Assert.Equal(file, picture.Content);
        }
    }

    [Fact]
    public void What_is_too_large_is_refused_whatever_the_job_says_of_it()
    {
        var overhead = SamplePicture.Png().Length;
        Assert.NotNull(Read(SamplePicture.Png(padding: DrillCamera.MaxBytes - overhead)).Picture);
        var answer = Read(SamplePicture.Png(padding: DrillCamera.MaxBytes + 3 - overhead));
        Assert.Null(answer.Picture);
        Assert.Contains("300000 bytes", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_picture_of_that_size_is_none()
    {
        Assert.All(
            new[]
            {
                SamplePicture.Png(1280, 801),
                SamplePicture.Png(-1, 800),
                SamplePicture.WebP(800, 1280),
                [.. SamplePicture.Png(), .. "<script>"u8],
                SamplePicture.Png()[..^1],
                SamplePicture.WebP()[..^1],
                "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(),
            },
            file => Assert.Equal((null, "What came is no picture of 1280 × 800 points."), (Read(file).Picture, Read(file).Reason))
        );
        Assert.Null(DrillCamera.Read(new JobResult(0, ["""{"part":"%%%"}"""], [])).Picture);
    }

    [Theory]
    [InlineData(0, """{"error":"The browser was not done with it after 120 s."}""", "", "The browser was not done with it after 120 s.")]
    [InlineData(-1, "", "It did not end within 0:02:50.", "It did not end within 0:02:50.")]
    [InlineData(137, "", "It was killed: it wanted more memory than 768 MB.", "It was killed: it wanted more memory than 768 MB.")]
    [InlineData(0, "", "", "exit code 0")]
    public void Why_there_is_none_is_told(int exit, string said, string complaint, string reason) =>
        Assert.Equal(
            new PictureAnswer(null, reason),
            DrillCamera.Read(new JobResult(exit, said.Length > 0 ? [said] : [], complaint.Length > 0 ? [complaint] : []))
        );

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Where_no_image_with_a_browser_is_built_nothing_is_started_and_the_mend_is_said(string? image)
    {
        var answer = await Camera(image).TakeAsync(_site.Assembly, Operation, Token);
        Assert.Contains("DRILL_SCREENSHOTS=yes ./panel up", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(_site.Engine.Jobs);
        var check = DrillChecks.Picture(answer);
        Assert.Equal(("picture", RestoreDrillOutcome.NotChecked), (check.Name, check.Outcome));
        Assert.StartsWith("None was made. No image with a browser", check.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_does_not_start_it_is_a_reason_and_no_failure()
    {
        _site.Engine.Failures["job hp-picture"] = new PlatformException("image-missing", "The image camera:1 is not there.");
        Assert.Equal("The image camera:1 is not there.", (await Camera("camera:1").TakeAsync(_site.Assembly, Operation, Token)).Reason);
        _site.Engine.Failures.Clear();
        var answer = await Camera("camera:1").TakeAsync(_site.Assembly, Operation, Token);
        Assert.Equal((null, DrillCamera.Width), (answer.Reason, answer.Picture?.Width));
    }

    [Fact]
    public void The_evidence_says_what_the_picture_is_or_that_there_was_no_page()
    {
        var check = DrillChecks.Picture(Read(SamplePicture.Png(padding: 20_000)));
        Assert.Equal(RestoreDrillOutcome.Passed, check.Outcome);
        Assert.Contains("1280 × 800 points, 20,045 bytes", check.Text, StringComparison.Ordinal);
        Assert.Equal("There was no page to take one of.", DrillChecks.Picture(null).Text);
    }

    private static PictureAnswer Read(byte[] file) => DrillCamera.Read(new JobResult(0, SamplePicture.Said(file), []));

    private DrillCamera Camera(string? image)
    {
        var images = new ImageOptions();
        if (image is not null)
        {
            images[DrillCamera.Image] = image;
        }

        return new DrillCamera(
            new ImageCatalogue(Options.Create(images)),
            new FakeSwarm(_site.Engine, new Crasher(killAt: null)),
            Options.Create(new PanelOptions())
        );
    }
}
