using System.Globalization;
using System.Text.Json;
using HostingPanel.Client;
using Microsoft.AspNetCore.Http.Metadata;

namespace HostingPanel.Web.Api;

/// <summary>Says where a request that could not even be read is wrong, in the words of the contract and not of this code.</summary>
internal static class RequestFaults
{
    /// <summary>What is wrong with a JSON body.</summary>
    public static Client.Problem OfBody(Endpoint? endpoint, JsonException failure)
    {
        var path = failure.Path?.TrimStart('$').TrimStart('.') ?? string.Empty;
        // The reader's own exception inside says that it is no JSON at all; without one the JSON is good and its meaning is not.
        if (failure.InnerException is JsonException || path.Length == 0)
        {
            var place =
                failure.LineNumber is { } line && failure.BytePositionInLine is { } column
                    ? string.Create(CultureInfo.InvariantCulture, $" It breaks in line {line + 1} at byte {column + 1}.")
                    : string.Empty;
            return ApiFailures.New(
                StatusCodes.Status400BadRequest,
                "malformed-json",
                $"The body is not the JSON object that is expected here.{place}"
            );
        }

        var members = MembersOf(endpoint);
        var top = path.Split('.', '[')[0];
        var message =
            members.Count > 0 && !members.Contains(top, StringComparer.Ordinal)
                ? $"There is no member “{top}” here. There are: {string.Join(", ", members)}."
                : $"“{path}” has a value of the wrong type, or is given twice.";
        return Invalid([new ProblemError(path, message)]);
    }

    /// <summary>What is wrong with a request that failed before a body was read: parameters that do not parse, or no body at all.</summary>
    public static Client.Problem OfAddress(Endpoint? endpoint, HttpRequest request)
    {
        var errors = new List<ProblemError>();
        foreach (var parameter in endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            if (
                parameter.HasTryParse
                && request.Query[parameter.Name] is [{ } text]
                && Expected(parameter.ParameterInfo.ParameterType, text) is { } expected
            )
            {
                errors.Add(new ProblemError(parameter.Name, $"{parameter.Name} must be {expected}."));
            }
        }

        return errors.Count > 0
            ? Invalid(errors)
            : ApiFailures.New(
                StatusCodes.Status400BadRequest,
                "bad-request",
                "The request could not be read: a body is missing or was cut off."
            );
    }

    private static Client.Problem Invalid(IReadOnlyList<ProblemError> errors) =>
        ApiFailures.New(StatusCodes.Status400BadRequest, "invalid-request", string.Join(' ', errors.Select(error => error.Message))) with
        {
            Errors = errors,
        };

    private static IReadOnlyList<string> MembersOf(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type
            ? [.. type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))]
            : [];

    private static string? Expected(Type type, string text) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var number when number == typeof(int) && !int.TryParse(text, CultureInfo.InvariantCulture, out _) => "a whole number",
            var flag when flag == typeof(bool) && !bool.TryParse(text, out _) => "true or false",
            _ => null,
        };
}
