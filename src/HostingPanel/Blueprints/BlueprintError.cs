using System.Diagnostics.CodeAnalysis;

namespace HostingPanel.Blueprints;

/// <summary>One mistake in a blueprint.</summary>
/// <param name="File">The file as it was named to the parser.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record BlueprintError(string File, int Line, int Column, string Message)
{
    /// <summary>In the form editors jump to: <c>file:line:column: message</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}:{Column}: {Message}");
}

/// <summary>A blueprint, or everything that is wrong with its file.</summary>
public sealed class BlueprintResult
{
    internal BlueprintResult(Blueprint? blueprint, IReadOnlyList<BlueprintError> errors)
    {
        Blueprint = errors.Count == 0 ? blueprint : null;
        Errors = errors;
    }

    /// <summary>The blueprint, when the file is without a mistake.</summary>
    public Blueprint? Blueprint { get; }

    /// <summary>All mistakes of the file in the order of their lines; empty when there is a blueprint.</summary>
    public IReadOnlyList<BlueprintError> Errors { get; }

    /// <summary>Whether there is a blueprint.</summary>
    [MemberNotNullWhen(true, nameof(Blueprint))]
    public bool IsValid => Blueprint is not null;
}

/// <summary>A catalogue can't be loaded because blueprints in it have mistakes; the message lists them all.</summary>
public sealed class InvalidBlueprintException : Exception
{
    /// <summary>With the mistakes of all files.</summary>
    public InvalidBlueprintException(IReadOnlyList<BlueprintError> errors)
        : base("Blueprints have mistakes:\n" + string.Join('\n', errors)) => Errors = errors;

    /// <summary>The mistakes, file by file.</summary>
    public IReadOnlyList<BlueprintError> Errors { get; }
}
