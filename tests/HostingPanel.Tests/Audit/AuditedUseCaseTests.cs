using System.Reflection;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Organisations;

namespace HostingPanel.Tests.Audit;

/// <summary>Finds a use case that changes something and tells the audit nothing. Generated from the program, so none is forgotten.</summary>
public sealed class AuditedUseCaseTests
{
    /// <summary>What changes rows and is nobody's act, with the reason.</summary>
    private static readonly string[] NobodysActs =
    [
        // Notes when the token was last used; what is done with it is told by itself.
        "TokenCheck.AuthenticateAsync",
        // Notes when a session was last seen.
        "SessionService.FindAsync",
        // The panel keeps the keys of its cookies.
        "DataProtectionKeyStore.Add",
    ];

    private static readonly string[] Writes =
    [
        "SaveChanges",
        "SaveChangesAsync",
        "ExecuteUpdateAsync",
        "ExecuteDeleteAsync",
        "ExecuteSqlAsync",
        "ExecuteSqlRawAsync",
    ];

    public static TheoryData<string> UseCases => [.. All().Where(Changes).Select(NameOf).Except(NobodysActs).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(UseCases))]
    public void A_use_case_that_changes_something_is_written_to_the_audit(string useCase)
    {
        var methods = All().Where(method => NameOf(method) == useCase && Changes(method)).ToList();
        Assert.NotEmpty(methods);
        Assert.All(
            methods,
            method =>
                Assert.True(
                    CallGraph
                        .ReachedFrom(method)
                        .Any(called => called.DeclaringType == typeof(AuditTrail) && called.Name == nameof(AuditTrail.Add)),
                    $"{useCase} changes rows, and nobody will know who did it. Either queue an operation (OperationQueue.Add tells the audit by "
                        + "itself), or add a word to AuditActs and, in the transaction of the change and before it is saved, call "
                        + "AuditTrail.Add(context, actor, AuditActs.YourWord, AuditTarget.Site(site.Id, site.Slug)). What is nobody's act "
                        + "goes into NobodysActs of this test, with the reason."
                )
        );
    }

    [Fact]
    public void The_search_finds_what_it_looks_for()
    {
        string[] found = [.. UseCases.Select(row => row.Data)];
        Assert.Contains($"{nameof(OrganisationService)}.{nameof(OrganisationService.CreateAsync)}", found);
        Assert.Contains("SiteManager.RequestAsync", found);
        Assert.Contains("VolumeTrash.PutAsync", found);
        Assert.Contains("SignInService.PasswordAsync", found);
        Assert.DoesNotContain($"{nameof(OrganisationService)}.{nameof(OrganisationService.ListAsync)}", found);
        // Nothing is excused that is not there any more.
        Assert.All(NobodysActs, excused => Assert.Contains(excused, All().Where(Changes).Select(NameOf)));
    }

    [Fact]
    public void Every_kind_of_operation_has_a_word_of_its_own()
    {
        var kinds = typeof(OperationKinds)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();
        Assert.NotEmpty(kinds);
        var nameless = kinds.Where(kind => AuditActs.OfOperation(kind).StartsWith(AuditActs.Unnamed, StringComparison.Ordinal));
        Assert.True(!nameless.Any(), $"Give these kinds of operation a word in AuditActs.OfOperation: {string.Join(", ", nameless)}.");
        Assert.Distinct(kinds.Select(AuditActs.OfOperation));
    }

    private static IEnumerable<MethodInfo> All() =>
        typeof(Actor)
            .Assembly.GetExportedTypes()
            .SelectMany(type =>
                type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            )
            // The reader of a background service's own loop is the process, not a person.
            .Where(method => method.Name is not ("StartAsync" or "StopAsync" or "Dispose" or "DisposeAsync"));

    private static bool Changes(MethodInfo method) =>
        CallGraph.ReachedFrom(method).Any(called => called.Module != method.Module && Writes.Contains(called.Name, StringComparer.Ordinal));

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
