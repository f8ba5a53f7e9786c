using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace HostingPanel.Migrations;

/// <summary>Gives <c>dotnet ef</c> a context; adding a migration asks no server anything.</summary>
internal sealed class PanelDbContextFactory : IDesignTimeDbContextFactory<PanelDbContext>
{
    public PanelDbContext CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<PanelDbContext>()
                .UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsAssembly(typeof(PanelDbContextFactory).Assembly.GetName().Name))
                .Options
        );
}
