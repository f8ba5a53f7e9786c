using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace HostingPanel.Client;

/// <summary>The panel's REST API. What the panel refuses is a <see cref="PanelApiException"/>.</summary>
public sealed class PanelClient
{
    private readonly ApiTransport _transport;

    /// <summary>A client over an <see cref="HttpClient"/> that has the panel's base address and a token's Authorization header.</summary>
    public PanelClient(HttpClient http)
    {
        _transport = new ApiTransport(http);
        Organisations = new OrganisationsClient(_transport);
        Sites = new SitesClient(_transport);
        Volumes = new VolumesClient(_transport);
        Backups = new BackupsClient(_transport);
        Drills = new DrillsClient(_transport);
        Domains = new DomainsClient(_transport);
        PanelBackups = new PanelBackupsClient(_transport);
        BackupPolicies = new BackupPoliciesClient(_transport);
        Downloads = new DownloadsClient(_transport);
        Certificates = new CertificatesClient(_transport);
        Operations = new OperationsClient(_transport);
        Engine = new EngineClient(_transport);
        Tokens = new TokensClient(_transport);
        Uploads = new UploadsClient(_transport);
        Audit = new AuditClient(_transport);
        People = new PeopleClient(_transport);
        Invitations = new InvitationsClient(_transport);
        Mail = new MailClient(_transport);
    }

    /// <summary>Gives an <see cref="HttpClient"/> a panel's address and a token.</summary>
    public static HttpClient Configure(HttpClient http, Uri server, string token)
    {
        http.BaseAddress = server;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>The non-profits.</summary>
    public OrganisationsClient Organisations { get; }

    /// <summary>The sites.</summary>
    public SitesClient Sites { get; }

    /// <summary>The host names of sites.</summary>
    public DomainsClient Domains { get; }

    /// <summary>What outlives the sites' containers, and whether backups take it.</summary>
    public VolumesClient Volumes { get; }

    /// <summary>Restore points, and where they are kept.</summary>
    public BackupsClient Backups { get; }

    /// <summary>Restore points booted and checked, and what that says of the sites.</summary>
    public DrillsClient Drills { get; }

    /// <summary>Backups of the panel itself.</summary>
    public PanelBackupsClient PanelBackups { get; }

    /// <summary>When restore points are taken, and for how long they are kept.</summary>
    public BackupPoliciesClient BackupPolicies { get; }

    /// <summary>What was fetched out of restore points, while it waits.</summary>
    public DownloadsClient Downloads { get; }

    /// <summary>Certificates of host names, and who is asked for them.</summary>
    public CertificatesClient Certificates { get; }

    /// <summary>The long actions.</summary>
    public OperationsClient Operations { get; }

    /// <summary>The engine that everything runs on.</summary>
    public EngineClient Engine { get; }

    /// <summary>The API tokens.</summary>
    public TokensClient Tokens { get; }

    /// <summary>Archives of code.</summary>
    public UploadsClient Uploads { get; }

    /// <summary>Who did what.</summary>
    public AuditClient Audit { get; }

    /// <summary>Everybody who has an account.</summary>
    public PeopleClient People { get; }

    /// <summary>Who is invited, and has not answered yet.</summary>
    public InvitationsClient Invitations { get; }

    /// <summary>The mail server and the outbox.</summary>
    public MailClient Mail { get; }

    /// <summary>The plans that an organisation can have.</summary>
    public Task<Page<Plan>> ListPlansAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Plan>>("plans", cancellationToken);

    /// <summary>The kinds of site that can be made.</summary>
    public Task<Page<Blueprint>> ListBlueprintsAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Blueprint>>("blueprints", cancellationToken);

    /// <summary>Whether the panel is ready, and if not, why. Needs no token.</summary>
    public async Task<Health> GetReadinessAsync(CancellationToken cancellationToken = default)
    {
        using var response = await _transport.GetRawAsync("/readyz", cancellationToken);
        return (await response.Content.ReadFromJsonAsync<Health>(PanelJson.Options, cancellationToken))!;
    }
}
