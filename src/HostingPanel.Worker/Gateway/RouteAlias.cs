// The web SDK imports ASP.NET Core's Route everywhere; here the word means a site's.
global using Route = HostingPanel.Platform.Route;
