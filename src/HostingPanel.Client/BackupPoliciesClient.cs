using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/sites/…/backup-policy</c> and <c>/backup-policies</c>: when restore points are taken, and for how long they are kept.</summary>
public sealed class BackupPoliciesClient
{
    private readonly ApiTransport _transport;

    internal BackupPoliciesClient(ApiTransport transport) => _transport = transport;

    /// <summary>The policy that a site has: its own, else its plan's, else the default.</summary>
    public Task<BackupPolicy> GetAsync(string site, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BackupPolicy>(At(site), cancellationToken);

    /// <summary>Gives a site a policy of its own.</summary>
    public Task<BackupPolicy> SetAsync(string site, BackupPolicyRequest request, CancellationToken cancellationToken = default) =>
        PutAsync(At(site), request, cancellationToken);

    /// <summary>Takes a site's own policy away.</summary>
    public Task<BackupPolicy> ResetAsync(string site, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<BackupPolicy>(HttpMethod.Delete, At(site), null, null, cancellationToken);

    /// <summary>What retention would do with a site's restore points, by its policy or by other rules that are only tried out.</summary>
    public Task<RetentionPreview> PreviewAsync(string site, Retention? rules = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<RetentionPreview>(
            $"{At(site)}/retention"
                + Query(
                    ("last", rules?.Last),
                    ("daily", rules?.Daily),
                    ("weekly", rules?.Weekly),
                    ("monthly", rules?.Monthly),
                    ("yearly", rules?.Yearly)
                ),
            cancellationToken
        );

    /// <summary>The policy of all sites that have no other.</summary>
    public Task<BackupPolicy> GetDefaultAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BackupPolicy>("backup-policies/default", cancellationToken);

    /// <summary>Changes it.</summary>
    public Task<BackupPolicy> SetDefaultAsync(BackupPolicyRequest request, CancellationToken cancellationToken = default) =>
        PutAsync("backup-policies/default", request, cancellationToken);

    /// <summary>The policy of the sites of a plan that have none of their own.</summary>
    public Task<BackupPolicy> GetPlanAsync(string plan, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BackupPolicy>(OfPlan(plan), cancellationToken);

    /// <summary>Gives a plan a policy.</summary>
    public Task<BackupPolicy> SetPlanAsync(string plan, BackupPolicyRequest request, CancellationToken cancellationToken = default) =>
        PutAsync(OfPlan(plan), request, cancellationToken);

    /// <summary>Takes a plan's policy away.</summary>
    public Task<BackupPolicy> ResetPlanAsync(string plan, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<BackupPolicy>(HttpMethod.Delete, OfPlan(plan), null, null, cancellationToken);

    private Task<BackupPolicy> PutAsync(string path, BackupPolicyRequest request, CancellationToken cancellationToken) =>
        _transport.SendAsync<BackupPolicy>(HttpMethod.Put, path, Json(request), null, cancellationToken);

    private static string At(string site) => $"sites/{Segment(site)}/backup-policy";

    private static string OfPlan(string plan) => $"backup-policies/plans/{Segment(plan)}";
}
