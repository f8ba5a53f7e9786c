using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <summary>What one container may use at most. A plan that somebody made by hand gets what the standard one gives: nothing would be no limit at all.</summary>
    public partial class PlanLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<decimal>(
                name: "max_service_cpus",
                table: "plans",
                type: "numeric(4,2)",
                precision: 4,
                scale: 2,
                nullable: false,
                defaultValue: 2m);

            migrationBuilder.AddColumn<long>(
                name: "max_service_memory_bytes",
                table: "plans",
                type: "bigint",
                nullable: false,
                defaultValue: 1073741824L);

            migrationBuilder.AddColumn<int>(
                name: "max_service_pids",
                table: "plans",
                type: "integer",
                nullable: false,
                defaultValue: 400);

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "large",
                columns: new[] { "max_service_cpus", "max_service_memory_bytes", "max_service_pids" },
                values: new object[] { 4m, 4294967296L, 1000 });

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "small",
                columns: new[] { "max_service_cpus", "max_service_memory_bytes", "max_service_pids" },
                values: new object[] { 1m, 1073741824L, 200 });

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "standard",
                columns: new[] { "max_service_cpus", "max_service_memory_bytes", "max_service_pids" },
                values: new object[] { 2m, 1073741824L, 400 });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "max_service_cpus",
                table: "plans");

            migrationBuilder.DropColumn(
                name: "max_service_memory_bytes",
                table: "plans");

            migrationBuilder.DropColumn(
                name: "max_service_pids",
                table: "plans");
        }
    }
}
