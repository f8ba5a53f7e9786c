using System.Formats.Tar;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

[Collection(DockerEngineTests.Name)]
public sealed class ImageTests(DockerEngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ImagesOperations Images => engine.Client.Images;

    [Fact]
    public async Task An_imported_image_is_found_tagged_and_removed_by_name()
    {
        engine.Require();
        var tag = $"hpt-{engine.Run}/tagged:2";

        var image = await Images.InspectAsync(engine.Image, Token);
        await Images.TagAsync(engine.Image, tag, Token);
        var listed = Assert.Single(await Images.ListAsync(Filters.Reference(tag), Token));
        var removed = await Images.RemoveAsync(tag, force: false, Token);

        Assert.Equal(image.Id, listed.Id);
        Assert.Equal(engine.Run, image.Config!.Labels!["hpt.run"]);
        Assert.Equal(["/bin/sh"], image.Config.Cmd!);
        Assert.Equal(tag, Assert.Single(removed).Untagged);
        Assert.NotEmpty(image.RootFs!.Layers);
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Images.InspectAsync(tag, Token));
    }

    [Fact]
    public async Task A_build_streams_its_steps_and_ends_with_the_image()
    {
        engine.Require();
        var tag = $"hpt-{engine.Run}/built:1";
        await using var context = await ContextAsync(
            ("Dockerfile", $"FROM {engine.Image}\nARG WORD\nCOPY file /file\nRUN echo \"says $WORD\" && cat /file\n"),
            ("file", "ä contents\n")
        );
        var build = new ImageBuildRequest
        {
            Tags = [tag],
            Labels = engine.Labels,
            BuildArgs = new Dictionary<string, string> { ["WORD"] = "$x & \"y\"" },
        };
        var output = new StringBuilder();
        string? id = null;

        await foreach (var message in Images.BuildAsync(build, context, Token))
        {
            output.Append(message.Stream);
            id = message.Result?.Id ?? id;
        }

        Assert.Contains("Step 1/", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("says $x & \"y\"", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("ä contents", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(id, (await Images.InspectAsync(tag, Token)).Id);
    }

    [Fact]
    public async Task A_failing_step_says_its_code_and_its_last_words()
    {
        engine.Require();
        await using var context = await ContextAsync(("Dockerfile", $"FROM {engine.Image}\nRUN echo famous last words; exit 42\n"));

        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => BuildAsync(context));

        Assert.Equal(42, failure.Code);
        Assert.Contains("famous last words", failure.LastLines);
        Assert.Contains("returned a non-zero code: 42", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dockerfile_that_is_none_is_refused_with_the_engines_words()
    {
        engine.Require();
        await using var nonsense = await ContextAsync(("Dockerfile", "BREW coffee\n"));
        await using var missing = await ContextAsync(("file", "x"));

        var refusal = await Assert.ThrowsAnyAsync<DockerApiException>(() => BuildAsync(nonsense));
        Assert.Contains("BREW", refusal.Message, StringComparison.OrdinalIgnoreCase);
        refusal = await Assert.ThrowsAnyAsync<DockerApiException>(() => BuildAsync(missing));
        Assert.Contains("Dockerfile", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_fails_pull_and_push()
    {
        engine.Require();
        // Port 1 of this machine: refused at once.
        var tag = $"127.0.0.1:1/hpt-{engine.Run}:1";
        await Images.TagAsync(engine.Image, tag, Token);

        await Assert.ThrowsAnyAsync<DockerApiException>(() => DrainAsync(Images.PullAsync(tag, auth: null, Token)));
        await Assert.ThrowsAsync<ImageTransferException>(() => DrainAsync(Images.PushAsync(tag, auth: null, Token)));

        await Images.RemoveAsync(tag, force: false, Token);
    }

    [Fact]
    public async Task An_image_in_use_is_not_removed()
    {
        engine.Require();
        await engine.Client.Containers.CreateAsync(new ContainerCreateRequest { Image = engine.Image, Labels = engine.Labels }, Token);
        var image = await Images.InspectAsync(engine.Image, Token);

        await Assert.ThrowsAsync<DockerConflictException>(() => Images.RemoveAsync(image.Id, force: false, Token));
    }

    private Task BuildAsync(Stream context) =>
        DrainAsync(Images.BuildAsync(new ImageBuildRequest { Labels = engine.Labels }, context, Token));

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var _ in stream) { }
    }

    private static async Task<Stream> ContextAsync(params (string Name, string Text)[] files)
    {
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };
                await writer.WriteEntryAsync(entry, Token);
            }
        }

        tar.Position = 0;
        return tar;
    }
}
