using HostingPanel;
using HostingPanel.Telemetry;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using HostingPanel.Web.Shell;

var builder = WebApplication.CreateBuilder(args);

// One line each, as the worker's, for ./panel logs shows both; with scopes, which hold the trace id that a failed request is told.
builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.IncludeScopes) = (true, true));
builder.Services.AddPanel(builder.Configuration);
builder.Services.AddMetricsExport(builder.Configuration, "hostingpanel-web", "Microsoft.AspNetCore.Hosting");
builder.AddPanelSecurity();
builder.AddPanelApi();
builder.AddPanelUi();
KeyReader.Add(builder.Services);

var app = builder.Build();
app.UsePanelEdge();
app.UsePanelApi();
app.UsePanelUi();
app.UsePanelSecurity();
app.MapPolicyReports();
app.MapPanelApi();
app.MapPanelUi();
await app.RunAsync();
