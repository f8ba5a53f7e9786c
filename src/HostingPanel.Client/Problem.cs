namespace HostingPanel.Client;

/// <summary>Why a request was refused: RFC 9457, <c>application/problem+json</c>.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">One or two sentences that say what is wrong and name the mend.</param>
/// <param name="Code">A stable word for scripts, such as <c>site-busy</c>.</param>
/// <param name="Errors">The single things that are wrong with the request; absent when there are none.</param>
/// <param name="Operation">The operation that stands in the way; absent when none does.</param>
/// <param name="TraceId">Finds the failure in the panel's log; only with status 500.</param>
public sealed record Problem(
    string Title,
    int Status,
    string Detail,
    string Code,
    IReadOnlyList<ProblemError>? Errors = null,
    Guid? Operation = null,
    string? TraceId = null
);

/// <summary>One thing wrong with one member of a request.</summary>
/// <param name="Path">The member, such as <c>domains[0]</c>.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record ProblemError(string Path, string Message);

/// <summary>The panel refused a request.</summary>
/// <param name="problem">What it said.</param>
public sealed class PanelApiException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>What the panel said.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>The HTTP status.</summary>
    public int Status => Problem.Status;

    /// <summary>A stable word for scripts, such as <c>site-busy</c>.</summary>
    public string Code => Problem.Code;

    /// <summary>The single things that are wrong with the request.</summary>
    public IReadOnlyList<ProblemError> Errors => Problem.Errors ?? [];

    /// <summary>The operation that stands in the way, if one does.</summary>
    public Guid? OperationId => Problem.Operation;
}
