using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker.Errors;

/// <summary>Turns the engine's refusals into types. Several kinds can only be told by their message, since the status says something else.</summary>
internal static class ErrorTranslator
{
    private const int LongestMessage = 4096;

    public static DockerApiException FromAnswer(HttpStatusCode status, string body)
    {
        var message = ReadMessage(body) ?? $"The Docker engine answered {(int)status} without a message.";
        if (message.Contains("update out of sequence", StringComparison.Ordinal))
        {
            return new UpdateOutOfSequenceException(message, status);
        }

        if (
            message.Contains("not a swarm manager", StringComparison.Ordinal)
            || message.Contains("not part of a swarm", StringComparison.Ordinal)
        )
        {
            return new NotInSwarmException(message, status);
        }

        if (
            message.Contains("is in use by", StringComparison.Ordinal)
            || message.Contains("volume is in use", StringComparison.Ordinal)
            || message.Contains("has active endpoints", StringComparison.Ordinal)
        )
        {
            return new DockerInUseException(message, status);
        }

        if (message.Contains("Minimum supported API version", StringComparison.Ordinal))
        {
            return new EngineTooNewException(message, status);
        }

        return status switch
        {
            HttpStatusCode.NotFound => new DockerNotFoundException(message, status),
            HttpStatusCode.Conflict => new DockerConflictException(message, status),
            _ when message.Contains("already part of a swarm", StringComparison.Ordinal) => new DockerConflictException(message, status),
            _ => new DockerApiException(message, status),
        };
    }

    /// <summary>For a call that never got an answer.</summary>
    public static DockerApiException FromSending(Uri endpoint, HttpRequestException failure) =>
        failure.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
            ? new EngineUnavailableException($"The Docker engine at {endpoint} can't be reached: {Innermost(failure)}", failure)
            : Lost(failure);

    /// <summary>For an answer that broke off.</summary>
    public static EngineConnectionLostException Lost(Exception failure) =>
        new($"The connection to the Docker engine broke: {Innermost(failure)}", failure);

    /// <summary>The message in an error body: <c>{"message": "..."}</c>, or the text itself.</summary>
    public static string? ReadMessage(string body)
    {
        var text = body.Trim();
        if (text.StartsWith('{'))
        {
            try
            {
                var error = JsonSerializer.Deserialize(text, DockerJsonContext.Default.ErrorBody);
                text = error?.Message ?? error?.Error ?? text;
            }
            catch (JsonException)
            {
                // Not what it looked like: the text itself is the best there is.
            }
        }

        return text.Length switch
        {
            0 => null,
            > LongestMessage => text[..LongestMessage],
            _ => text,
        };
    }

    private static string Innermost(Exception failure)
    {
        while (failure is not SocketException && failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message;
    }
}
