using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Mail;

/// <summary>
/// What the panel tells people by itself, from the worker. No secret is ever in it: without a mail server it is kept in clear, where
/// administrators read it.
/// </summary>
internal sealed class Notices(IOptions<PanelOptions> options, TimeProvider time)
{
    /// <summary>
    /// Adds a message about a site that the panel has stopped to each who can do something about it: owners and managers of its organisation,
    /// administrators and operators of the provider's. The caller saves, with what it tells of.
    /// </summary>
    /// <param name="context">In the transaction of the stop.</param>
    /// <param name="site">The site.</param>
    /// <param name="reason">Why, for staff.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task TellStoppedAsync(PanelDbContext context, Site site, string reason, CancellationToken cancellationToken)
    {
        var organisation = await context
            .Organisations.Where(row => row.Id == site.OrganisationId)
            .Select(row => row.Slug)
            .SingleAsync(cancellationToken);
        var people = await context
            .Accounts.AsNoTracking()
            .Where(account => account.SuspendedAt == null)
            .Select(account => new
            {
                account.Email,
                IsStaff = account.Role == StaffRole.Administrator || account.Role == StaffRole.Operator,
                IsOfOrganisation = context.Memberships.Any(membership =>
                    membership.AccountId == account.Id
                    && membership.OrganisationId == site.OrganisationId
                    && (membership.Role == OrganisationRole.Owner || membership.Role == OrganisationRole.Manager)
                ),
            })
            .Where(person => person.IsStaff || person.IsOfOrganisation)
            .OrderBy(person => person.Email)
            .ToListAsync(cancellationToken);
        var (panel, now) = (options.Value.PanelDomain, time.GetUtcNow());
        foreach (var person in people)
        {
            var (why, path) = person.IsStaff
                ? ($"{reason} Nothing was deleted.", $"/sites/{site.Slug}")
                : (SelfStopWords.ForClients, $"/my/{organisation}/sites/{site.Slug}");
            var link = options.Value.PublicUrl(panel) + path;
            var letter = MailTexts.SiteStopped(person.Email, panel, site.Title, site.Slug, why, link, now);
            var mail = await Outbox.AddAsync(context, letter, time, cancellationToken);
            mail.Text = mail.State == MailState.Shown ? letter.Body : null;
        }
    }
}
