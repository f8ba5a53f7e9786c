using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class DurableOperations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_operations_one_active_per_site",
                table: "operations");

            migrationBuilder.AddColumn<string>(
                name: "arguments",
                table: "operations",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "node",
                table: "operations",
                type: "character varying(80)",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "operations",
                type: "integer",
                maxLength: 20,
                nullable: false,
                // Until now only people asked for operations.
                defaultValue: 30);

            migrationBuilder.AddColumn<int>(
                name: "attempts",
                table: "operation_steps",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "progress",
                table: "operation_steps",
                type: "double precision",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "operation_log",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    step = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    is_error = table.Column<bool>(type: "boolean", nullable: false),
                    text = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operation_log", x => x.id);
                    table.ForeignKey(
                        name: "fk_operation_log_operations_operation_id",
                        column: x => x.operation_id,
                        principalTable: "operations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_operations_finished_at",
                table: "operations",
                column: "finished_at");

            migrationBuilder.CreateIndex(
                name: "ix_operations_one_running_per_site",
                table: "operations",
                column: "site_id",
                unique: true,
                filter: "state = 'Running'");

            migrationBuilder.CreateIndex(
                name: "ix_operation_log_operation_id_id",
                table: "operation_log",
                columns: new[] { "operation_id", "id" });

            migrationBuilder.Sql(ChangeTriggers.TellWhatMatters);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ChangeTriggers.TellEverything);

            migrationBuilder.DropTable(
                name: "operation_log");

            migrationBuilder.DropIndex(
                name: "ix_operations_finished_at",
                table: "operations");

            migrationBuilder.DropIndex(
                name: "ix_operations_one_running_per_site",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "arguments",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "node",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "attempts",
                table: "operation_steps");

            migrationBuilder.DropColumn(
                name: "progress",
                table: "operation_steps");

            migrationBuilder.CreateIndex(
                name: "ix_operations_one_active_per_site",
                table: "operations",
                column: "site_id",
                unique: true,
                filter: "state IN ('Queued', 'Running')");
        }
    }
}
