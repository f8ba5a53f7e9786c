using System.Diagnostics.CodeAnalysis;

namespace HostingPanel;

/// <summary>What kind of refusal a <see cref="Problem"/> is; the edge maps it to a status code or a message's colour.</summary>
public enum ProblemKind
{
    /// <summary>The request itself is wrong; <see cref="Problem.Errors"/> says where.</summary>
    Invalid,

    /// <summary>The thing does not exist, or the actor may not know that it does.</summary>
    NotFound,

    /// <summary>The request is fine, but not in the present state of things.</summary>
    Conflict,

    /// <summary>The actor may not do this.</summary>
    Forbidden,

    /// <summary>A plan or the machine has no room for it.</summary>
    LimitReached,

    /// <summary>Something the panel needs does not answer; the same request may work later.</summary>
    Unavailable,
}

/// <summary>One thing wrong with one member of a request.</summary>
/// <param name="Path">The member, in the REST contract's spelling, e.g. <c>domains[0]</c>.</param>
/// <param name="Message">What is wrong and what was expected, for a person.</param>
public sealed record FieldError(string Path, string Message);

/// <summary>An expected failure.</summary>
/// <param name="Kind">What kind of refusal it is.</param>
/// <param name="Code">A stable, kebab-case word that scripts may depend on.</param>
/// <param name="Message">One or two sentences that say what is wrong and name the mend.</param>
public sealed record Problem(ProblemKind Kind, string Code, string Message)
{
    /// <summary>The single things that are wrong, for <see cref="ProblemKind.Invalid"/>.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>The operation that stands in the way, if one does.</summary>
    public Guid? OperationId { get; init; }

    /// <summary>A request with these faults.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(ProblemKind.Invalid, "invalid-request", string.Join(' ', errors.Select(error => error.Message))) { Errors = errors };

    /// <summary>A request with this one fault.</summary>
    public static Problem Invalid(string path, string message) => Invalid([new FieldError(path, message)]);

    /// <summary>Nothing of this name that the actor may see.</summary>
    public static Problem NotFound(string what, string name) =>
        new(ProblemKind.NotFound, $"{what}-not-found", $"There is no {what} “{name}”.");
}

/// <summary>The result of a use case: a value, or the <see cref="Problem"/> that stood in its way.</summary>
/// <typeparam name="T">What success gives.</typeparam>
public readonly struct Outcome<T>
{
    private readonly T? _value;

    private Outcome(T? value, Problem? problem) => (_value, Problem) = (value, problem);

    /// <summary>A success with a value of an interface's type, which nothing converts to by itself.</summary>
    internal Outcome(T value)
        : this(value, null) { }

    /// <summary>Why it failed, or null on success.</summary>
    public Problem? Problem { get; }

    /// <summary>The value; throws when there is none.</summary>
    public T Value => Problem is null ? _value! : throw new InvalidOperationException(Problem.Message);

    /// <summary>True with the value, false with the problem.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        (value, problem) = (_value, Problem);
        return problem is null;
    }

#pragma warning disable CA2225 // Return statements read best without a named alternate.
    /// <summary>A success.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);
#pragma warning restore CA2225
}

/// <summary>The value of an outcome that has none.</summary>
public readonly record struct Done;
