using System.Reflection;
using HostingPanel.Access;
using HostingPanel.Sites;
using HostingPanel.Tokens;
using HostingPanel.Web.Security;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>
/// Every use case that a page's circuit can call × everybody, at what is theirs and at what is another organisation's. The methods are the
/// program's own list: a new one without a line in <see cref="MethodTable"/> fails here.
/// </summary>
public sealed class MethodMatrixTests(AccessApp app) : AccessTest(app), IClassFixture<AccessApp>
{
    private static readonly string[] Consuming =
    [
        "MembershipService.ChangeRoleAsync",
        "MembershipService.RemoveAsync",
        "SiteAccessService.GiveAsync",
        "SiteAccessService.TakeAsync",
        "DownloadService.OpenAsync",
        "DownloadService.DeleteAsync",
        "TokenService.RevokeAsync",
    ];

    [Fact]
    public void Every_use_case_has_a_line_in_the_table_and_every_line_a_use_case()
    {
        var names = Methods().Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var missing = names.Except(MethodTable.Rules.Keys).ToList();
        Assert.True(missing.Count == 0, $"Say in MethodTable who may call: {string.Join(", ", missing)}.");
        Assert.Empty(MethodTable.Rules.Keys.Except(names));
        Assert.All(MethodTable.OfTheWorkerAlone, type => Assert.Null(App.Services.GetService(type)));
    }

    [Fact]
    public async Task Everybody_may_what_the_table_says_and_nothing_else()
    {
        var world = await NewWorldAsync();
        await App.ExecuteAsync(
            "INSERT INTO operation_log (operation_id, at, is_error, text) VALUES ($1, now(), false, 'a line'), ($2, now(), false, 'a line')",
            world.Own.Operation,
            world.Foreign.Operation
        );
        var actors = new Dictionary<Who, Actor>();
        foreach (var who in Enum.GetValues<Who>())
        {
            actors[who] = await ActorAsync(world, who);
        }

        var wrong = new List<string>();
        foreach (var method in Methods())
        {
            var rule = MethodTable.Rules[NameOf(method)];
            foreach (var (who, actor) in actors)
            {
                foreach (var own in (bool[])[false, true])
                {
                    if (who == Who.OtherTenant && !own)
                    {
                        continue;
                    }

                    var at =
                        own && who != Who.OtherTenant ? world.Own
                        : who == Who.OtherTenant ? world.Own
                        : world.Foreign;
                    if (Consuming.Contains(NameOf(method), StringComparer.Ordinal))
                    {
                        await world.RefillAsync(at);
                    }

                    var actual = await CallAsync(method, actor, at, rule);
                    var expected = rule.For(who, own) is var wanted && wanted == Answer.NotKnown ? Answer.NotPermitted : wanted;
                    // A stream says nothing to who may not hear it.
                    if (actual != expected && !(IsStream(method) && actual == Answer.NotPermitted && expected == Answer.NotFound))
                    {
                        wrong.Add($"{NameOf(method)} by {who} at {(own ? "their own" : "another's")}: {actual}, not {expected}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of the matrix:\n{string.Join('\n', wrong.Take(60))}");
    }

    /// <summary>As a circuit does it for people, and a request for tokens.</summary>
    private async Task<Actor> ActorAsync(AccessWorld world, Who who) =>
        who is Who.ReadOnlyToken or Who.SiteToken
            ? (await App.Services.GetRequiredService<TokenCheck>().AuthenticateAsync(world.SecretOf(who)!, "127.0.0.1", Cancellation))!
        : world.AccountOf(who) is { } account
            ? await App.Services.GetRequiredService<AccountCheck>().ActorAsync(App.PrincipalOf(account), Cancellation)
        : Actor.Nobody;

    private async Task<Answer> CallAsync(MethodInfo method, Actor actor, Belongings at, Rule rule)
    {
        var service = App.Services.GetRequiredService(method.DeclaringType!);
        var result = method.Invoke(service, [.. method.GetParameters().Select(parameter => ValueOf(method, parameter, actor, at))])!;
        if (IsStream(method))
        {
            return await AnyAsync((dynamic)result) ? Answer.Passes : Answer.NotPermitted;
        }

        var outcome = result is Task task ? await ResultAsync(task) : result;
        return (Problem?)outcome.GetType().GetProperty(nameof(Outcome<int>.Problem))!.GetValue(outcome) switch
        {
            { Code: "not-permitted" } => Answer.NotPermitted,
            { Kind: ProblemKind.NotFound } when !rule.IsAboutNothing => Answer.NotFound,
            _ => Answer.Passes,
        };
    }

    private static async Task<object> ResultAsync(Task task)
    {
        await task;
        return task.GetType().GetProperty(nameof(Task<int>.Result))!.GetValue(task)!;
    }

    private static async Task<bool> AnyAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var _ in items.WithCancellation(Cancellation))
        {
            return true;
        }

        return false;
    }

    private static bool IsStream(MethodInfo method) =>
        method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    private static object? ValueOf(MethodInfo method, ParameterInfo parameter, Actor actor, Belongings at)
    {
        var type = parameter.ParameterType;
        return (parameter.Name, type.Name) switch
        {
            _ when type == typeof(Actor) => actor,
            _ when type == typeof(CancellationToken) => Cancellation,
            _ when type == typeof(PageRequest) => new PageRequest(),
            _ when type == typeof(Stream) => Stream.Null,
            _ when type == typeof(SiteAction) => SiteAction.Restart,
            ("slug", _) => method.DeclaringType!.Name == "OrganisationService" ? at.Organisation : at.Site,
            ("organisation", _) when method.DeclaringType == typeof(TokenService) => null,
            ("organisation", _) => at.Organisation,
            ("site", _) when method.Name != "ListAsync" => at.Site,
            ("plan", _) => "small",
            ("database", _) => "main",
            ("host", _) => $"{at.Site}.localhost",
            ("volume", _) => "copy",
            ("engineName", _) => "nothing",
            ("name", _) when method.DeclaringType!.Name == "CronService" => "wp-cron",
            ("accountId", _) => at.Member,
            ("id", _) => IdOf(method, at),
            _ when type == typeof(Guid) => Guid.Empty,
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ when new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable => null,
            _ => New(type),
        };
    }

    private static Guid IdOf(MethodInfo method, Belongings at) =>
        (method.DeclaringType!.Name, method.Name) switch
        {
            ("DownloadService", _) => at.Download,
            ("DrillService", "GetAsync" or "GetPictureAsync") => at.Drill,
            ("OperationService", _) => at.Operation,
            ("TokenService", _) => at.Token,
            ("TargetService" or "ReconciliationService" or "AuthorityService" or "DnsAccountService", _) => Guid.Empty,
            ("CoverageService" or "VolumeManager" or "VolumeService" or "VolumeTrash", _) => at.Volume,
            _ => at.Point,
        };

    /// <summary>One in which nothing is said.</summary>
    private static object New(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        return constructor.Invoke([
            .. constructor
                .GetParameters()
                .Select(parameter =>
                    parameter.HasDefaultValue && parameter.DefaultValue is not null ? parameter.DefaultValue
                    : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
                    : null
                ),
        ]);
    }

    private static IEnumerable<MethodInfo> Methods() =>
        typeof(Actor)
            .Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters() is [{ } first, ..] && first.ParameterType == typeof(Actor))
            // A record's own.
            .Where(method => method.DeclaringType != typeof(Actor))
            .Where(method => !MethodTable.OfTheWorkerAlone.Contains(method.DeclaringType))
            .Where(method => !MethodTable.BeforeSignIn.Contains(NameOf(method), StringComparer.Ordinal))
            .OrderBy(NameOf, StringComparer.Ordinal);

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
