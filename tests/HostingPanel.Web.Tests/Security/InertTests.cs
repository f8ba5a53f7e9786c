using System.Text.RegularExpressions;
using Bunit;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.ClientArea;
using HostingPanel.Web.Shell;
using HostingPanel.Web.Tests.AccessMatrix;
using HostingPanel.Web.Tests.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Radzen;

namespace HostingPanel.Web.Tests.Security;

/// <summary>
/// ABUSE 22: every text that the database has is made markup and a terminal's escapes, past all that refuses such names, and every page is
/// rendered with it. The texts are those of the program's own model and the pages its own: a new one of either is looked at without being named.
/// </summary>
public sealed class InertTests(AccessApp app) : AccessTest(app), IClassFixture<AccessApp>
{
    private const string Evil = "\"><img src=x onerror=evil()><script>evil()</script>\u001b[31m";
    private const string Address = "javascript:evil()";

    /// <summary>Words of the program's own, keys by which rows are found, and what is read as JSON: nobody types them.</summary>
    private static readonly string[] OfTheProgram =
    [
        "After",
        "Arguments",
        "Before",
        "Blueprint",
        "Cron",
        "Dumped",
        "EngineName",
        "Findings",
        "Found",
        "Kept",
        "Key",
        "Kind",
        "Look",
        "Manifest",
        "PasswordHash",
        "Phases",
        "PlanName",
        "Previous",
        "Restored",
        "Sha256",
        "ShortId",
        "Signature",
        "SiteSlug",
        "Slug",
        "TimeZone",
    ];

    private static readonly string[] RowsOfTheProgram =
    [
        // Only ever added to; the test writes entries of its own.
        "AuditEntry",
        "BackupSchedule",
        "CronEntry",
        "DataProtectionKey",
        "Domain",
        "IdempotencyRecord",
        "Plan",
        "SiteSecret",
    ];

    private static readonly Dictionary<string, string[]> Parts = new(StringComparer.Ordinal)
    {
        ["SitePage"] = ["?tab=services", "?tab=volumes", "?tab=backups", "?tab=cron", "?tab=operations", "?tab=logs"],
        ["BackupsPage"] = ["?view=targets", "?view=schedule", "?view=downloads", "?view=purged", "?view=panel"],
        ["VolumesPage"] = ["?view=coverage", "?view=unknown", "?view=trash"],
    };

    [Fact]
    public async Task Whatever_stands_in_the_database_is_text_on_every_page()
    {
        var world = await NewWorldAsync();
        await FillAsync(world);
        Assert.True(await PlantAsync() > 40, "The list of texts is generated; it can't be this short.");
        await App.WriteAuditAsync(Evil);
        var shown = 0;
        foreach (var (page, address) in Addresses(world))
        {
            var isClients = page.Namespace!.EndsWith(".ClientArea", StringComparison.Ordinal);
            var account = world.AccountOf(isClients ? Who.Owner : Who.Administrator)!;
            using var context = new PageContext(App, account);
            var rendered = context.Open(page, address, ValuesOf(page, world));
            rendered.WaitForState(() => rendered.FindAll(".skeleton").Count == 0, TimeSpan.FromSeconds(30));
            AssertInert(page.Name + address, rendered);
            shown += rendered.Markup.Contains("onerror", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(shown > 15, $"Only {shown} pages showed any of it: there is something wrong with this test.");
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/email")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/passkeys")]
    [InlineData("/account/sign-out")]
    [InlineData("/sites")]
    public async Task Names_are_text_on_the_pages_that_are_made_on_the_server(string path)
    {
        var account = await App.NewAccountAsync(StaffRole.Administrator);
        await App.ExecuteAsync("UPDATE accounts SET name = $1 WHERE id = $2", Evil, account.Id);
        var browser = new Accounts.PlainBrowser(App);
        browser.Cookies["hp"] = App.CookieOf(account)["hp=".Length..];
        var page = await browser.GetAsync(path);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>evil", page, StringComparison.Ordinal);
    }

    private static void AssertInert(string where, IRenderedComponent<IComponent> rendered)
    {
        Assert.True(rendered.FindAll("img[src=x], [onerror]").Count == 0, $"{where} makes an element of a text.");
        Assert.DoesNotContain(rendered.FindAll("script"), script => script.TextContent.Contains("evil", StringComparison.Ordinal));
        foreach (var element in rendered.FindAll("[href], [src], [action], [formaction]"))
        {
            foreach (var name in (string[])["href", "src", "action", "formaction"])
            {
                Assert.False(
                    element.GetAttribute(name)?.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) == true,
                    $"{where} leads to a script of somebody else's."
                );
            }
        }
    }

    /// <summary>Rows of what the world has none of.</summary>
    private async Task FillAsync(AccessWorld world)
    {
        var (site, operation) = (world.Own.Site, world.Own.Operation);
        await AddUnknownAsync("found", usedBy: "somebody", obstacle: "It is used.");
        await App.ExecuteAsync(
            "INSERT INTO operation_log (operation_id, at, is_error, text) VALUES ($1, now(), true, 'a line')",
            operation
        );
        await App.ExecuteAsync(
            "INSERT INTO operation_steps (operation_id, ordinal, name, title, state, message, started_at, finished_at) "
                + "VALUES ($1, 90, 'last', 'The last', 'Failed', 'It failed.', now(), now()) ON CONFLICT DO NOTHING",
            operation
        );
        await App.ExecuteAsync(
            "UPDATE operations SET state = 'Failed', error_code = 'failed', error_message = 'It failed.' WHERE id = $1",
            operation
        );
        await App.ExecuteAsync(
            "UPDATE sites SET admin_link = 'x', admin_link_expires_at = now() + interval '1 hour', hands_off_reason = 'x', hands_off_by = 'x', "
                + "hands_off_since = now(), hands_off_until = now() + interval '1 hour' WHERE slug = $1",
            site
        );
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET restic_id = 'r', set_aside_at = now(), fault = 'x' WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            world.Foreign.Site
        );
        await App.ExecuteAsync("UPDATE backup_downloads SET sha256 = repeat('a', 64)");
        var boss = world.AccountOf(Who.Administrator)!;
        var invitations = App.Services.GetRequiredService<InvitationService>();
        Assert.Null(
            (
                await invitations.InviteAsync(
                    await App.ActorOfAsync(boss),
                    new Invite("bob@example.org", Organisation: world.Own.Organisation, OrganisationRole: OrganisationRole.Viewer),
                    null,
                    Cancellation
                )
            ).Problem
        );
    }

    /// <summary>Writes it into every text of the model that is no word of the program's; gives into how many.</summary>
    private async Task<int> PlantAsync()
    {
        var model = typeof(Actor).Assembly.GetType("HostingPanel.Persistence.PanelDbContext")!;
        var factory = App.Services.GetRequiredService(typeof(IDbContextFactory<>).MakeGenericType(model));
        await using var context = (DbContext)factory.GetType().GetMethod("CreateDbContext")!.Invoke(factory, null)!;
        var planted = 0;
        foreach (var entity in context.Model.GetEntityTypes().Where(entity => !RowsOfTheProgram.Contains(entity.ClrType.Name)))
        {
            var unique = entity.GetIndexes().Where(index => index.IsUnique).SelectMany(index => index.Properties);
            foreach (
                var text in entity
                    .GetProperties()
                    .Where(property =>
                        property.ClrType == typeof(string)
                        && property.GetValueConverter() is null
                        && property.GetColumnType() != "jsonb"
                        && !property.IsKey()
                        && !property.IsForeignKey()
                        && !unique.Contains(property)
                        && !OfTheProgram.Contains(property.Name)
                        && !property.Name.EndsWith("Code", StringComparison.Ordinal)
                    )
            )
            {
                var evil = text.Name.Contains("Link", StringComparison.Ordinal) ? Address : Evil;
                var fitting = evil[..Math.Min(evil.Length, text.GetMaxLength() ?? int.MaxValue)];
                // Names by which a service or a volume is found are nobody's to type, and not the same for all.
                if (text.Name == "Name" && entity.ClrType.Name is "SiteService" or "Volume" or "OperationStep" or "RestoreDrillCheck")
                {
                    continue;
                }

                await App.ExecuteAsync($"UPDATE \"{entity.GetTableName()}\" SET \"{text.GetColumnName()}\" = $1", fitting);
                planted++;
            }
        }

        return planted;
    }

    private static IEnumerable<(Type Page, string Address)> Addresses(AccessWorld world)
    {
        foreach (var page in Pages().Where(typeof(LivePage).IsAssignableFrom).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            var values = ValuesOf(page, world);
            var path = Parameters().Replace(TemplateOf(page), match => values[NameIn(match.Value)].ToString()!);
            foreach (var part in (string[])["", .. Parts.GetValueOrDefault(page.Name, [])])
            {
                yield return (page, path + part);
            }
        }
    }

    private static Dictionary<string, object> ValuesOf(Type page, AccessWorld world)
    {
        var at = world.Own;
        var values = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameters().Matches(TemplateOf(page)))
        {
            var name = NameIn(match.Value);
            values[name] = name.ToLowerInvariant() switch
            {
                "slug" => at.Site,
                "organisation" => at.Organisation,
                "id" => page.Name switch
                {
                    "VolumePage" => at.Volume,
                    "OperationPage" => at.Operation,
                    "RestoreDrillPage" => at.Drill,
                    _ => at.Point,
                },
                _ => throw new InvalidOperationException($"What stands for {name} of {page.Name} is not written down."),
            };
        }

        return values;
    }

    private static string NameIn(string parameter) => parameter.Trim('{', '}', '?').Split(':')[0];

    /// <summary>Renders a page as an open circuit does, over the process's own services.</summary>
    private sealed class PageContext : BunitContext
    {
        public PageContext(PanelApp app, AccountView account)
        {
            JSInterop.Mode = JSRuntimeMode.Loose;
            Services.AddRadzenComponents();
            new SignedIn(app, account).AddTo(Services);
            Services.AddCascadingAuthenticationState();
            Services.AddFallbackServiceProvider(app.Services);
            SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        }

        public IRenderedComponent<IComponent> Open(Type page, string address, Dictionary<string, object> values)
        {
            Services.GetRequiredService<NavigationManager>().NavigateTo(address);
            // As the layout of the client area does it; the pages of the staff have no such thing.
            return values.TryGetValue("organisation", out var organisation)
                ? Render(builder =>
                {
                    builder.OpenComponent<CascadingValue<ClientView>>(0);
                    builder.AddComponentParameter(1, "Value", new ClientView((string)organisation));
                    builder.AddComponentParameter(2, "ChildContent", (RenderFragment)(inner => Build(inner, page, values)));
                    builder.CloseComponent();
                })
                : Render(builder => Build(builder, page, values));
        }

        private static void Build(RenderTreeBuilder builder, Type page, Dictionary<string, object> values)
        {
            builder.OpenComponent(0, page);
            foreach (var (name, value) in values)
            {
                var property = page.GetProperties().Single(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
                builder.AddComponentParameter(1, property.Name, value);
            }

            builder.CloseComponent();
        }
    }
}
