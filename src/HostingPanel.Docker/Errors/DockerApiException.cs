using System.Net;

namespace HostingPanel.Docker;

/// <summary>The engine refused a call, could not be reached, or answered something that can't be understood.</summary>
public class DockerApiException : Exception
{
    /// <summary>Makes one with the engine's own message.</summary>
    public DockerApiException(string message, HttpStatusCode? status = null, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>The HTTP status of the answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; }
}

/// <summary>There is no such container, image, service, ... (404).</summary>
public sealed class DockerNotFoundException(string message, HttpStatusCode? status = HttpStatusCode.NotFound)
    : DockerApiException(message, status);

/// <summary>The state of things forbids it: a name is taken, a container runs, the machine already is in a swarm (409 and its kin).</summary>
public class DockerConflictException(string message, HttpStatusCode? status = HttpStatusCode.Conflict)
    : DockerApiException(message, status);

/// <summary>Something still uses the object, so it can't be removed. The engine says so with 409, 403 or 400, depending on the noun.</summary>
public sealed class DockerInUseException(string message, HttpStatusCode? status = HttpStatusCode.Conflict)
    : DockerConflictException(message, status);

/// <summary>
/// An update was based on a version that is no longer the newest. Read again, build the spec again, try again. The engine sends it as a 500.
/// </summary>
public sealed class UpdateOutOfSequenceException(string message, HttpStatusCode? status = HttpStatusCode.InternalServerError)
    : DockerApiException(message, status);

/// <summary>The call needs a swarm manager and this engine is none (503).</summary>
public sealed class NotInSwarmException(string message, HttpStatusCode? status = HttpStatusCode.ServiceUnavailable)
    : DockerApiException(message, status);

/// <summary>No connection to the engine could be made. Nothing was done.</summary>
public sealed class EngineUnavailableException(string message, Exception? innerException = null)
    : DockerApiException(message, status: null, innerException);

/// <summary>
/// The connection broke, or the answer did not come in time, after the call was sent. Whether the engine did it is unknown: look before doing it again.
/// </summary>
public sealed class EngineConnectionLostException(string message, Exception? innerException = null)
    : DockerApiException(message, status: null, innerException);

/// <summary>The engine's newest API version is older than the oldest this client can speak.</summary>
public sealed class EngineTooOldException(ApiVersion? engine, ApiVersion required)
    : DockerApiException(
        engine is null
            ? $"The Docker engine does not say which API version it speaks; {required} or newer is needed."
            : $"The Docker engine is too old: it speaks API version {engine}, but {required} or newer is needed."
    )
{
    /// <summary>The engine's newest version; null when it does not say.</summary>
    public ApiVersion? Engine { get; } = engine;

    /// <summary>The oldest version that would do.</summary>
    public ApiVersion Required { get; } = required;
}

/// <summary>The engine no longer speaks any API version this client knows.</summary>
public sealed class EngineTooNewException(string message, HttpStatusCode? status = HttpStatusCode.BadRequest)
    : DockerApiException(message, status);

/// <summary>A build failed: a step exited with an error, a base image is missing, the Dockerfile is wrong.</summary>
public sealed class ImageBuildException(string message, int? code, IReadOnlyList<string> lastLines) : DockerApiException(message)
{
    /// <summary>The exit code of the step that failed, if it was one.</summary>
    public int? Code { get; } = code;

    /// <summary>The last lines of the build's output before it failed, oldest first.</summary>
    public IReadOnlyList<string> LastLines { get; } = lastLines;
}

/// <summary>A pull, push or import failed after it had begun.</summary>
public sealed class ImageTransferException(string message, int? code) : DockerApiException(message)
{
    /// <summary>The code the engine gave with it, if any.</summary>
    public int? Code { get; } = code;
}

/// <summary>The engine reported an error inside a log stream, or the stream is not one.</summary>
public sealed class LogStreamException(string message) : DockerApiException(message);
