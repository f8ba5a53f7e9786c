using HostingPanel.Client;
using HostingPanel.Web.Tests.AccessMatrix;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Who belongs to an organisation, and who may work on one of its sites for a time.</summary>
public sealed class MemberApiTests(PanelApp app) : AccessTest(app)
{
    [Fact]
    public async Task An_owner_decides_about_the_people_and_the_last_one_stays()
    {
        var world = await NewWorldAsync();
        var (slug, owner) = (world.Own.Organisation, ClientOf(world, Who.Owner));
        var me = world.AccountOf(Who.Owner)!.Id;
        var members = (await owner.Organisations.ListMembersAsync(slug, Cancellation)).Items;
        Assert.Equal(members.OrderBy(member => member.Role), members);
        // The maker of the token for one site is an owner, too.
        var second = world.AccountOf(Who.SiteToken)!.Id;
        await owner.Organisations.UpdateMemberAsync(slug, second, new UpdateMemberRequest(MemberRole.Manager), Cancellation);

        foreach (
            var act in (Func<Task>[])
                [
                    () => owner.Organisations.UpdateMemberAsync(slug, me, new UpdateMemberRequest(MemberRole.Viewer), Cancellation),
                    () => owner.Organisations.RemoveMemberAsync(slug, me, Cancellation),
                    () => Api.Organisations.RemoveMemberAsync(slug, me, Cancellation),
                ]
        )
        {
            var refusal = await RefusalAsync(act);
            Assert.Equal((409, "last-owner"), (refusal.Status, refusal.Code));
        }

        var nothing = await RefusalAsync(() =>
            owner.Organisations.UpdateMemberAsync(slug, me, new UpdateMemberRequest(null), Cancellation)
        );
        Assert.Equal("role", Assert.Single(nothing.Errors).Path);
        var stranger = world.AccountOf(Who.OtherTenant)!.Id;
        Assert.Equal(
            "member-not-found",
            (await RefusalAsync(() => owner.Organisations.RemoveMemberAsync(slug, stranger, Cancellation))).Code
        );

        await owner.Organisations.UpdateMemberAsync(slug, second, new UpdateMemberRequest(MemberRole.Owner), Cancellation);
        await owner.Organisations.RemoveMemberAsync(slug, world.AccountOf(Who.Viewer)!.Id, Cancellation);
        Assert.Equal(401, (await RefusalAsync(() => ClientOf(world, Who.Viewer).Sites.ListAsync(cancellationToken: Cancellation))).Status);
    }

    [Fact]
    public async Task Of_two_owners_who_leave_at_once_one_stays()
    {
        var world = await NewWorldAsync();
        var slug = world.Own.Organisation;
        Guid[] owners = [world.AccountOf(Who.Owner)!.Id, world.AccountOf(Who.SiteToken)!.Id];
        var codes = await Task.WhenAll(
            owners.Select(async id =>
            {
                try
                {
                    await Api.Organisations.RemoveMemberAsync(slug, id, Cancellation);
                    return "left";
                }
                catch (PanelApiException refusal)
                {
                    return refusal.Code;
                }
            })
        );
        Assert.Equal(["last-owner", "left"], codes.Order());
    }

    [Fact]
    public async Task Access_to_a_site_begins_and_ends()
    {
        var world = await NewWorldAsync();
        var (owner, viewer) = (ClientOf(world, Who.Owner), ClientOf(world, Who.Viewer));
        var (site, account) = (world.Own.Site, world.AccountOf(Who.Viewer)!.Id);
        Assert.Equal("not-permitted", (await RefusalAsync(() => viewer.Sites.RestartAsync(site, cancellationToken: Cancellation))).Code);

        var week = TimeProvider.System.GetUtcNow().AddDays(7);
        foreach (
            var (until, stranger) in ((DateTimeOffset?, bool)[])
                [(null, false), (week.AddDays(-8), false), (week.AddYears(1), false), (week, true)]
        )
        {
            var who = stranger ? world.AccountOf(Who.OtherTenant)!.Id : account;
            var refusal = await RefusalAsync(() =>
                owner.Organisations.GiveSiteAccessAsync(site, who, new GiveSiteAccessRequest(until), Cancellation)
            );
            Assert.Equal(stranger ? "account-not-found" : "invalid-request", refusal.Code);
        }

        await owner.Organisations.GiveSiteAccessAsync(site, account, new GiveSiteAccessRequest(week), Cancellation);
        await viewer.Sites.RestartAsync(site, cancellationToken: Cancellation);
        var listed = (await owner.Organisations.ListSiteAccessAsync(world.Own.Organisation, Cancellation)).Items;
        Assert.Contains(listed, access => access.AccountId == account && access.Site == site && access.Until <= week);

        await App.ExecuteAsync("UPDATE site_accesses SET until = now() - interval '1 second' WHERE account_id = $1", account);
        Assert.Equal("not-permitted", (await RefusalAsync(() => viewer.Sites.RestartAsync(site, cancellationToken: Cancellation))).Code);
        await owner.Organisations.TakeSiteAccessAsync(site, account, Cancellation);
        Assert.Equal(
            "site-access-not-found",
            (await RefusalAsync(() => owner.Organisations.TakeSiteAccessAsync(site, account, Cancellation))).Code
        );
    }

    [Fact]
    public async Task What_is_done_is_told_to_the_own_organisation_and_to_no_other()
    {
        var world = await NewWorldAsync();
        var owner = ClientOf(world, Who.Owner);
        await owner.Organisations.UpdateMemberAsync(
            world.Own.Organisation,
            world.Own.Member,
            new UpdateMemberRequest(MemberRole.Manager),
            Cancellation
        );
        await Api.Sites.RestartAsync(world.Foreign.Site, cancellationToken: Cancellation);
        var mine = (await owner.Audit.ListAsync(cancellationToken: Cancellation)).Items;
        Assert.Contains(mine, entry => entry.Act == "member.change" && entry.Actor.Role == "Owner");
        Assert.All(mine, entry => Assert.Equal(world.Own.Organisation, entry.Organisation));
        var theirs = (await ClientOf(world, Who.OtherTenant).Audit.ListAsync(cancellationToken: Cancellation)).Items;
        Assert.Contains(theirs, entry => entry.Act == "site.restart");
        Assert.All(theirs, entry => Assert.Equal(world.Foreign.Organisation, entry.Organisation));
    }

    [Fact]
    public async Task A_link_into_a_site_is_shown_to_who_may_log_in_there()
    {
        var world = await NewWorldAsync();
        await App.ExecuteAsync(
            "UPDATE sites SET admin_link = 'http://x/secret', admin_link_expires_at = now() + interval '1 hour' WHERE slug = $1",
            world.Own.Site
        );
        foreach (var who in (Who[])[Who.Viewer, Who.Auditor, Who.ReadOnlyToken])
        {
            Assert.Null((await ClientOf(world, who).Sites.GetAsync(world.Own.Site, Cancellation)).AdminLink);
        }

        foreach (var who in (Who[])[Who.Manager, Who.Developer, Who.Operator, Who.SiteToken])
        {
            Assert.NotNull((await ClientOf(world, who).Sites.GetAsync(world.Own.Site, Cancellation)).AdminLink);
        }
    }

    [Fact]
    public async Task A_client_cancels_what_they_could_ask_for_and_nothing_else()
    {
        var world = await NewWorldAsync();
        var manager = ClientOf(world, Who.Manager);
        var drill = await Api.Sites.DrillAsync(world.Own.Site, cancellationToken: Cancellation);
        Assert.Equal(
            "not-permitted",
            (await RefusalAsync(() => manager.Operations.CancelAsync(drill.Operation.Id, cancellationToken: Cancellation))).Code
        );
        await Api.Operations.CancelAsync(drill.Operation.Id, cancellationToken: Cancellation);
        await App.ExecuteAsync("UPDATE operations SET state = 'Cancelled', finished_at = now() WHERE id = $1", drill.Operation.Id);
        var restart = await Api.Sites.RestartAsync(world.Own.Site, cancellationToken: Cancellation);
        await manager.Operations.CancelAsync(restart.Operation.Id, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Of_restore_points_asked_for_at_once_the_plan_lets_through_what_it_has_room_for()
    {
        var organisation = await NewOrganisationAsync();
        var slugs = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            var accepted = await Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation);
            await SettleAsync(accepted, "Running");
            slugs.Add(accepted.Site!.Slug);
        }

        await App.ExecuteAsync(
            "INSERT INTO plans (name, title, max_sites, max_disk_bytes, max_memory_bytes, max_restore_points, drill_every_days) "
                + "VALUES ('tiny', 'Tiny', 4, 1073741824, 4294967296, 1, 0)"
        );
        await Api.Organisations.UpdateAsync(organisation.Slug, new UpdateOrganisationRequest(Plan: "tiny"), Cancellation);
        var codes = await Task.WhenAll(
            slugs.Select(async slug =>
            {
                try
                {
                    await Api.Backups.TakeAsync(slug, cancellationToken: Cancellation);
                    return "taken";
                }
                catch (PanelApiException refusal)
                {
                    return refusal.Code;
                }
            })
        );
        Assert.Equal(1, codes.Count(code => code == "taken"));
        Assert.Equal(3, codes.Count(code => code == "plan-exhausted"));

        // Sites take memory, and a plan that has less of anything than is in use is refused with all of it named.
        await App.ExecuteAsync("UPDATE plans SET max_sites = 9 WHERE name = 'tiny'");
        var full = await RefusalAsync(() => Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation));
        Assert.Equal("plan-exhausted", full.Code);
        Assert.Contains("memory", full.Message, StringComparison.Ordinal);
        var small = await RefusalAsync(() =>
            Api.Organisations.UpdateAsync(organisation.Slug, new UpdateOrganisationRequest(Plan: "small"), Cancellation)
        );
        Assert.Equal("plan-too-small", small.Code);
        Assert.Contains("4 sites", small.Message, StringComparison.Ordinal);
        Assert.Contains("memory", small.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_that_are_nobodys_to_set_are_refused_and_change_nothing()
    {
        var world = await NewWorldAsync();
        await SendAsync(
            App.Secret,
            HttpMethod.Patch,
            $"/api/v1/sites/{world.Own.Site}",
            $$"""{"title":"New","organisation":"{{world.Foreign.Organisation}}","organisationId":"{{world.Foreign.Point}}","state":"trashed","environment":"drill","id":"{{world.Foreign.Point}}"}"""
        );
        var site = await Api.Sites.GetAsync(world.Own.Site, Cancellation);
        Assert.Equal((world.Own.Organisation, SiteState.Running), (site.Organisation, site.State));

        await SendAsync(
            world.SecretOf(Who.Owner)!,
            HttpMethod.Patch,
            $"/api/v1/organisations/{world.Own.Organisation}/members/{world.Own.Member}",
            """{"role":"viewer","staffRole":"administrator","accountRole":"Administrator","suspendedAt":null}"""
        );
        Assert.Equal(0L, await App.ScalarAsync<long>("SELECT count(*) FROM accounts WHERE id = $1 AND role IS NOT NULL", world.Own.Member));

        await SendAsync(
            world.SecretOf(Who.Owner)!,
            HttpMethod.Post,
            "/api/v1/tokens",
            """{"name":"sly","madeAsStaff":"Administrator","made_as_staff":"Administrator","createdById":null,"organisationId":null}"""
        );
        Assert.Equal(0L, await App.ScalarAsync<long>("SELECT count(*) FROM api_tokens WHERE name = 'sly'"));
    }

    private async Task SendAsync(string secret, HttpMethod method, string path, string json)
    {
        using var http = App.Http(secret);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(400, (int)response.StatusCode);
    }

    private PanelClient ClientOf(AccessWorld world, Who who) => new(App.Http(world.SecretOf(who)));
}
