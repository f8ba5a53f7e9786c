using System.Runtime.CompilerServices;
using System.Text.Json;
using HostingPanel.Docker.Json;
using HostingPanel.Docker.Streams;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Images. There is no prune: what is removed is named.</summary>
public sealed class ImagesOperations
{
    private readonly EngineTransport _transport;

    internal ImagesOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All images with a name, or those the filters leave.</summary>
    public Task<IReadOnlyList<ImageSummary>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "images/json").Query(filters),
            DockerJsonContext.Default.IReadOnlyListImageSummary,
            cancellationToken
        );

    /// <summary>One image, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">It is not on this node.</exception>
    public Task<ImageInspect> InspectAsync(string reference, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"images/{EngineRequest.Reference(reference)}/json"),
            DockerJsonContext.Default.ImageInspect,
            cancellationToken
        );

    /// <summary>Builds an image with the classic builder, which engines old and new have.</summary>
    /// <param name="build">How.</param>
    /// <param name="context">A tar archive, plain or compressed, with the Dockerfile and what it copies. Read once, not disposed.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    /// <returns>The build's news as it goes. The build is done when the stream ends; whoever stops reading stops the build.</returns>
    /// <exception cref="ImageBuildException">The build failed; thrown where the stream would have gone on.</exception>
    public async IAsyncEnumerable<BuildMessage> BuildAsync(
        ImageBuildRequest build,
        Stream context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = BuildQuery(build);
        request.Content = new TarContent(context);
        var lastLines = new BuildOutputTail();
        await using var answer = await _transport.OpenAsync(request, cancellationToken);
        await foreach (var message in JsonValueStream.ReadAsync(answer.Content, DockerJsonContext.Default.BuildMessage, cancellationToken))
        {
            if (message.ErrorDetail is not null || message.Error is not null)
            {
                throw new ImageBuildException(
                    message.ErrorDetail?.Message ?? message.Error ?? "The build failed.",
                    message.ErrorDetail?.Code,
                    lastLines.ToList()
                );
            }

            lastLines.Add(message.Stream);
            yield return message;
        }
    }

    /// <summary>Makes an image of one layer out of a file system in a tar archive.</summary>
    /// <param name="reference">Its name: <c>repository:tag</c>.</param>
    /// <param name="fileSystem">A tar archive, plain or compressed. Read once, not disposed.</param>
    /// <param name="changes">Dockerfile lines such as <c>CMD ["bash"]</c> or <c>LABEL a=b</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The image's id.</returns>
    /// <exception cref="ImageTransferException">The archive could not be read.</exception>
    public async Task<string> ImportAsync(
        string reference,
        Stream fileSystem,
        IReadOnlyList<string>? changes,
        CancellationToken cancellationToken
    )
    {
        var (repository, tag) = SplitReference(reference);
        var request = new EngineRequest(HttpMethod.Post, "images/create") { Content = new TarContent(fileSystem) }
            .Query("fromSrc", "-")
            .Query("repo", repository)
            .Query("tag", tag);
        foreach (var change in changes ?? [])
        {
            request.Query("changes", change);
        }

        string? id = null;
        await foreach (var message in TransferAsync(request, cancellationToken))
        {
            id = message.Status ?? id;
        }

        return id ?? throw new ImageTransferException($"The engine did not say which image it made of {reference}.", code: null);
    }

    /// <summary>Gives an image one more name.</summary>
    /// <exception cref="DockerNotFoundException">There is no such image.</exception>
    public Task TagAsync(string reference, string newReference, CancellationToken cancellationToken)
    {
        var (repository, tag) = SplitReference(newReference);
        return _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, $"images/{EngineRequest.Reference(reference)}/tag")
                .Query("repo", repository)
                .Query("tag", tag),
            cancellationToken
        );
    }

    /// <summary>Fetches an image from its registry.</summary>
    /// <exception cref="ImageTransferException">It failed after it had begun.</exception>
    public IAsyncEnumerable<TransferMessage> PullAsync(string reference, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        var (repository, tag) = SplitReference(reference);
        return TransferAsync(
            new EngineRequest(HttpMethod.Post, "images/create")
                .Query("fromImage", repository)
                .Query("tag", tag)
                .Header("X-Registry-Auth", auth?.ToHeader()),
            cancellationToken
        );
    }

    /// <summary>Sends an image to its registry; the last message with a result has the digest.</summary>
    /// <exception cref="ImageTransferException">It failed after it had begun.</exception>
    public IAsyncEnumerable<TransferMessage> PushAsync(string reference, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        var (repository, tag) = SplitReference(reference);
        return TransferAsync(
            new EngineRequest(HttpMethod.Post, $"images/{EngineRequest.Reference(repository)}/push")
                .Query("tag", tag)
                // The engine wants the header even where nobody has to log in.
                .Header("X-Registry-Auth", (auth ?? RegistryAuth.Anonymous).ToHeader()),
            cancellationToken
        );
    }

    /// <summary>Takes a name from an image, and removes the image with its last name.</summary>
    /// <param name="reference">Name or id.</param>
    /// <param name="force">By id: with all its names. Even if stopped containers have it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DockerNotFoundException">There is no such image.</exception>
    /// <exception cref="DockerConflictException">A container still has it.</exception>
    public Task<IReadOnlyList<ImageDeleteResponse>> RemoveAsync(string reference, bool force, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Delete, $"images/{EngineRequest.Reference(reference)}").Query("force", force),
            DockerJsonContext.Default.IReadOnlyListImageDeleteResponse,
            cancellationToken
        );

    private static EngineRequest BuildQuery(ImageBuildRequest build)
    {
        var request = new EngineRequest(HttpMethod.Post, "build")
            .Query("dockerfile", build.Dockerfile)
            .Query("target", build.Target)
            .Query("networkmode", build.NetworkMode)
            .Query("memory", build.Memory)
            .Query("pull", build.Pull ? true : null)
            .Query("nocache", build.NoCache ? true : null)
            .Query("rm", true)
            .Query("forcerm", true)
            .Query("buildargs", JsonObject(build.BuildArgs))
            .Query("labels", JsonObject(build.Labels))
            .Header("X-Registry-Config", build.RegistryConfig is { } registries ? RegistryAuth.ToHeader(registries) : null);
        foreach (var tag in build.Tags)
        {
            request.Query("t", tag);
        }

        return request;
    }

    private static string? JsonObject(IReadOnlyDictionary<string, string>? values) =>
        values is null ? null : JsonSerializer.Serialize(values, DockerJsonContext.Default.IReadOnlyDictionaryStringString);

    /// <summary>A colon after the last slash begins the tag; before it, a registry's port. A digest takes the tag's place.</summary>
    private static (string Repository, string? Tag) SplitReference(string reference)
    {
        var digest = reference.IndexOf('@', StringComparison.Ordinal);
        if (digest >= 0)
        {
            return (reference[..digest], reference[(digest + 1)..]);
        }

        var colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? (reference[..colon], reference[(colon + 1)..]) : (reference, "latest");
    }

    private async IAsyncEnumerable<TransferMessage> TransferAsync(
        EngineRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var answer = await _transport.OpenAsync(request, cancellationToken);
        await foreach (
            var message in JsonValueStream.ReadAsync(answer.Content, DockerJsonContext.Default.TransferMessage, cancellationToken)
        )
        {
            if (message.ErrorDetail is not null || message.Error is not null)
            {
                throw new ImageTransferException(
                    message.ErrorDetail?.Message ?? message.Error ?? "The transfer failed.",
                    message.ErrorDetail?.Code
                );
            }

            yield return message;
        }
    }
}
