namespace HostingPanel.Web.Components;

/// <summary>A refusal, sorted to where a form shows it: at a field, or above the form.</summary>
public sealed class FormFaults
{
    private readonly Dictionary<string, string> _byField = new(StringComparer.Ordinal);

    private FormFaults(Problem? general) => General = general;

    /// <summary>Nothing is wrong.</summary>
    public static FormFaults None { get; } = new(null);

    /// <summary>What belongs to no field.</summary>
    public Problem? General { get; }

    /// <summary>Sorts a refusal.</summary>
    /// <param name="problem">What the use case said.</param>
    /// <param name="fields">The fields of the form; a path such as <c>domains[1]</c> belongs to the field <c>domains</c>.</param>
    /// <param name="codes">Which field a code is about, for refusals that name no path.</param>
    public static FormFaults Of(Problem problem, IReadOnlyCollection<string> fields, IReadOnlyDictionary<string, string>? codes = null)
    {
        if (codes is not null && codes.TryGetValue(problem.Code, out var about))
        {
            var single = new FormFaults(null);
            single._byField[about] = problem.Message;
            return single;
        }

        var strays = problem.Errors.Where(error => !fields.Contains(FieldOf(error.Path), StringComparer.Ordinal)).ToList();
        var general =
            problem.Errors.Count == 0 ? problem
            : strays.Count == 0 ? null
            : Problem.Invalid(strays);
        var faults = new FormFaults(general);
        foreach (var group in problem.Errors.Except(strays).GroupBy(error => FieldOf(error.Path), StringComparer.Ordinal))
        {
            faults._byField[group.Key] = string.Join(' ', group.Select(error => error.Message));
        }

        return faults;
    }

    /// <summary>The same without what was wrong with a field: somebody has changed it since.</summary>
    public FormFaults Without(string field)
    {
        if (!_byField.ContainsKey(field))
        {
            return this;
        }

        var rest = new FormFaults(General);
        foreach (var (other, message) in _byField.Where(fault => fault.Key != field))
        {
            rest._byField[other] = message;
        }

        return rest;
    }

    /// <summary>What is wrong with a field, or null.</summary>
    public string? At(string field) => _byField.GetValueOrDefault(field);

    /// <summary>For <c>aria-invalid</c>: “true”, or null when nothing is wrong.</summary>
    public string? IsInvalid(string field) => _byField.ContainsKey(field) ? "true" : null;

    private static string FieldOf(string path) => path.Split('[', '.')[0];
}
