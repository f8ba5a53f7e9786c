using System.Reflection;
using System.Text.RegularExpressions;
using HostingPanel.Web.Tests.Api;
using Microsoft.AspNetCore.Components;

namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>A test with two organisations and everybody who may come.</summary>
public abstract partial class AccessTest(PanelApp app) : VolumeApiTest(app)
{
    /// <summary>Every page that the program has.</summary>
    protected static IReadOnlyList<Type> Pages() =>
        [.. typeof(Web.Shell.App).Assembly.GetTypes().Where(type => type.GetCustomAttribute<RouteAttribute>() is not null)];

    /// <summary>A page's address with its parameters in braces.</summary>
    protected static string TemplateOf(Type page) => page.GetCustomAttribute<RouteAttribute>()!.Template;

    /// <summary>A parameter in it, braces included.</summary>
    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    protected static partial Regex Parameters();

    /// <summary>Makes them.</summary>
    protected async Task<AccessWorld> NewWorldAsync()
    {
        var world = new AccessWorld(App, await NewBelongingsAsync(), await NewBelongingsAsync());
        await world.PopulateAsync();
        await world.RefillAsync(world.Own);
        await world.RefillAsync(world.Foreign);
        return world;
    }

    private async Task<Belongings> NewBelongingsAsync()
    {
        var accepted = await NewSiteAsync();
        await SettleAsync(accepted, "Running");
        var slug = accepted.Site!.Slug;
        var volume = await AddVolumeAsync(slug, "copy", 10);
        var point = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await AddIndexAsync(point, """["/volumes/copy/a.txt","copy","file",1,420,0,0,"2026-01-01T00:00:00Z"]""");
        var drill = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO restore_drills (id, restore_point_id, site_id, site_slug, organisation_id, target_name, reason, requested_by_name, created_at) "
                + "SELECT $1, id, site_id, site_slug, organisation_id, 'local', 'Plan', 'panel', now() FROM restore_points WHERE id = $2",
            drill,
            point
        );
        await AddPictureAsync(drill, SamplePicture.Png());
        var member = await App.NewAccountAsync(role: null);
        return new Belongings(accepted.Site.Organisation, slug, volume, point, drill, accepted.Operation.Id, member.Id);
    }
}
