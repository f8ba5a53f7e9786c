using System.Security.Claims;
using HostingPanel.Backups.Policies;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Backups;

/// <summary>REST: when restore points are taken, and for how long they are kept.</summary>
internal static class PolicyEndpoints
{
    private const string Whole =
        "Either `cron` (five fields of a crontab; a field may be `H`) or `window` (`from` and `to` as `HH:mm`, over midnight where `to` is before "
        + "`from`; each site has its own time in it). `retention` counts days, weeks, months and years of `timeZone`. The request is the whole "
        + "policy: what is left out is as delivered.";

    public static void MapBackupPolicies(this IEndpointRouteBuilder api)
    {
        var site = api.MapGroup("/sites/{slug}/backup-policy").WithTags("Backups");
        site.MapGet("/", GetAsync)
            .Describe<Client.BackupPolicy>(
                "getBackupPolicy",
                "When a site's restore points are taken and how long they are kept",
                description: "The site's own policy, else its plan's, else the default; `scope` says which."
            );
        site.MapPut("/", SetAsync)
            .Describe<Client.BackupPolicy>("setBackupPolicy", "Give a site a backup policy of its own", description: Whole);
        site.MapDelete("/", ResetAsync)
            .Describe<Client.BackupPolicy>(
                "resetBackupPolicy",
                "Take a site's own backup policy away",
                description: "Its plan's or the default is its policy again, and is the answer."
            );
        site.MapGet("/retention", PreviewAsync)
            .Describe<Client.RetentionPreview>(
                "previewRetention",
                "What retention would do with a site's restore points",
                description: "By its policy, or by other rules that are only tried out (`last`, `daily`, `weekly`, `monthly`, `yearly`; those that are "
                    + "left out are 0). Nothing is changed. Restore points from before an upgrade or a restore are kept apart."
            );

        var all = api.MapGroup("/backup-policies").WithTags("Backups");
        all.MapGet("/default", GetDefaultAsync)
            .Describe<Client.BackupPolicy>("getDefaultBackupPolicy", "The backup policy of every site that has no other");
        all.MapPut("/default", SetDefaultAsync)
            .Describe<Client.BackupPolicy>("setDefaultBackupPolicy", "Change the default backup policy", description: Whole);
        all.MapGet("/plans/{plan}", GetPlanAsync)
            .Describe<Client.BackupPolicy>(
                "getPlanBackupPolicy",
                "The backup policy of a plan's sites that have none of their own",
                description: "The plan's, else the default; `scope` says which."
            );
        all.MapPut("/plans/{plan}", SetPlanAsync)
            .Describe<Client.BackupPolicy>("setPlanBackupPolicy", "Give a plan a backup policy", description: Whole);
        all.MapDelete("/plans/{plan}", ResetPlanAsync)
            .Describe<Client.BackupPolicy>("resetPlanBackupPolicy", "Take a plan's backup policy away");
    }

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string slug,
        CancellationToken cancellationToken
    ) => (await policies.GetAsync(user.ToActor(), slug, cancellationToken)).ToResult(PolicyContract.ToContract);

    private static async Task<IResult> SetAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string slug,
        Client.BackupPolicyRequest request,
        CancellationToken cancellationToken
    ) =>
        (await policies.SetAsync(user.ToActor(), slug, PolicyContract.FromContract(request), cancellationToken)).ToResult(
            PolicyContract.ToContract
        );

    private static async Task<IResult> ResetAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string slug,
        CancellationToken cancellationToken
    ) => (await policies.ResetAsync(user.ToActor(), slug, cancellationToken)).ToResult(PolicyContract.ToContract);

    private static async Task<IResult> PreviewAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string slug,
        int? last,
        int? daily,
        int? weekly,
        int? monthly,
        int? yearly,
        CancellationToken cancellationToken
    )
    {
        var rules =
            last is null && daily is null && weekly is null && monthly is null && yearly is null
                ? null
                : new RetentionRules(last ?? 0, daily ?? 0, weekly ?? 0, monthly ?? 0, yearly ?? 0);
        return (await policies.PreviewAsync(user.ToActor(), slug, rules, cancellationToken)).ToResult(PolicyContract.ToContract);
    }

    private static async Task<IResult> GetDefaultAsync(ClaimsPrincipal user, PolicyService policies, CancellationToken cancellationToken) =>
        (await policies.GetDefaultAsync(user.ToActor(), cancellationToken)).ToResult(PolicyContract.ToContract);

    private static async Task<IResult> SetDefaultAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        Client.BackupPolicyRequest request,
        CancellationToken cancellationToken
    ) =>
        (await policies.SetDefaultAsync(user.ToActor(), PolicyContract.FromContract(request), cancellationToken)).ToResult(
            PolicyContract.ToContract
        );

    private static async Task<IResult> GetPlanAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string plan,
        CancellationToken cancellationToken
    ) => (await policies.GetPlanAsync(user.ToActor(), plan, cancellationToken)).ToResult(PolicyContract.ToContract);

    private static async Task<IResult> SetPlanAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string plan,
        Client.BackupPolicyRequest request,
        CancellationToken cancellationToken
    ) =>
        (await policies.SetPlanAsync(user.ToActor(), plan, PolicyContract.FromContract(request), cancellationToken)).ToResult(
            PolicyContract.ToContract
        );

    private static async Task<IResult> ResetPlanAsync(
        ClaimsPrincipal user,
        PolicyService policies,
        string plan,
        CancellationToken cancellationToken
    ) => (await policies.ResetPlanAsync(user.ToActor(), plan, cancellationToken)).ToResult(PolicyContract.ToContract);
}
