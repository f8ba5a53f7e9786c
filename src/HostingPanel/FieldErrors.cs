namespace HostingPanel;

/// <summary>Collects everything that is wrong with a request, so that it is said at once.</summary>
internal sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    /// <summary>Adds a fault; null is none.</summary>
    public void Add(string path, string? fault)
    {
        if (fault is not null)
        {
            _errors.Add(new FieldError(path, fault));
        }
    }

    /// <summary>Adds what another check found.</summary>
    public void Add(Problem problem) => _errors.AddRange(problem.Errors);

    /// <summary>The refusal, or null when nothing was wrong.</summary>
    public Problem? ToProblem() => _errors.Count == 0 ? null : Problem.Invalid(_errors);
}
