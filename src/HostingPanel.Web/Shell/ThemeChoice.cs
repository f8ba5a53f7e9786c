namespace HostingPanel.Web.Shell;

/// <summary>The theme that a person chose. It is a cookie, so that the first byte of a page already has the right colours.</summary>
internal static class ThemeChoice
{
    public const string Light = "light";
    public const string Dark = "dark";

    /// <summary>Written by the toggle in <c>app.js</c>.</summary>
    private const string CookieName = "hp-theme";

    /// <summary>Light, dark, or null when the panel follows the system.</summary>
    public static string? Of(HttpContext? context) =>
        context?.Request.Cookies[CookieName] is (Light or Dark) and var chosen ? chosen : null;
}
