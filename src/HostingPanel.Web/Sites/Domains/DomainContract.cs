using HostingPanel.Domains;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;

namespace HostingPanel.Web.Sites.Domains;

/// <summary>Host names in the words of the REST contract.</summary>
internal static class DomainContract
{
    public static Client.SiteDomains ToContract(this SiteDomainsView view) =>
        new(
            view.ServesAliases ? Client.AliasMode.Serve : Client.AliasMode.Redirect,
            view.PublicAddresses,
            [.. view.Items.Select(ToContract)]
        );

    /// <summary>202 with the operation's address where there is one; 200 where everything is done.</summary>
    public static IResult ToAnswer(this DomainsChanged changed)
    {
        var body = new Client.DomainsChanged(changed.Domains.ToContract(), changed.Operation?.ToContract());
        return changed.Operation is { } operation ? Results.Accepted($"{PanelApi.Base}/operations/{operation.Id}", body) : Results.Ok(body);
    }

    private static Client.Domain ToContract(DomainView view) =>
        new(
            view.Host,
            view.Shown,
            view.IsPrimary,
            ToContract(view.Proof),
            view.IsServed,
            view.RedirectsTo,
            view.AddedAt,
            view.VerifiedAt,
            view.CheckedAt,
            view.NextCheckAt,
            view.ReleasedAt,
            view.Found,
            view.StraysSince,
            view.Challenge is { } challenge ? new Client.DomainChallenge(challenge.Name, challenge.Value) : null
        );

    private static Client.DomainProof ToContract(DomainProof proof) =>
        proof switch
        {
            DomainProof.Pending => Client.DomainProof.Pending,
            DomainProof.Given => Client.DomainProof.Given,
            DomainProof.Accepted => Client.DomainProof.Accepted,
            DomainProof.Address => Client.DomainProof.Address,
            DomainProof.Txt => Client.DomainProof.Txt,
            _ => throw new InvalidOperationException($"The contract has no word for the proof {proof}."),
        };
}
