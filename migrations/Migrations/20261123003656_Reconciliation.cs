using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Reconciliation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "hands_off_by",
                table: "sites",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "hands_off_reason",
                table: "sites",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "hands_off_since",
                table: "sites",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "hands_off_until",
                table: "sites",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "crashed_at",
                table: "site_services",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "crashes",
                table: "site_services",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "down_since",
                table: "site_services",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "reason_code",
                table: "site_services",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "reason_message",
                table: "site_services",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "reason_since",
                table: "site_services",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "rests_until",
                table: "site_services",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "reconciler_passes",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    looked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    milliseconds = table.Column<double>(type: "double precision", nullable: false),
                    engine_calls = table.Column<int>(type: "integer", nullable: false),
                    sites = table.Column<int>(type: "integer", nullable: false),
                    problem_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    problem_message = table.Column<string>(type: "text", nullable: true),
                    problem_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reconciler_passes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "site_troubles",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    message = table.Column<string>(type: "text", nullable: true),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_site_troubles", x => x.site_id);
                    table.ForeignKey(
                        name: "fk_site_troubles_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "unowned_things",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    engine_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: true),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    message = table.Column<string>(type: "text", nullable: false),
                    first_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_unowned_things", x => x.id);
                });

            migrationBuilder.InsertData(
                table: "reconciler_passes",
                columns: new[] { "id", "engine_calls", "looked_at", "milliseconds", "problem_code", "problem_message", "problem_since", "sites" },
                values: new object[] { 1, 0, null, 0.0, null, null, null, 0 });

            migrationBuilder.CreateIndex(
                name: "ix_unowned_things_kind_engine_id",
                table: "unowned_things",
                columns: new[] { "kind", "engine_id" },
                unique: true);

            migrationBuilder.Sql(ChangeTriggers.TellTroubles);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "reconciler_passes");

            migrationBuilder.DropTable(
                name: "site_troubles");

            migrationBuilder.DropTable(
                name: "unowned_things");

            migrationBuilder.DropColumn(
                name: "hands_off_by",
                table: "sites");

            migrationBuilder.DropColumn(
                name: "hands_off_reason",
                table: "sites");

            migrationBuilder.DropColumn(
                name: "hands_off_since",
                table: "sites");

            migrationBuilder.DropColumn(
                name: "hands_off_until",
                table: "sites");

            migrationBuilder.DropColumn(
                name: "crashed_at",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "crashes",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "down_since",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "reason_code",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "reason_message",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "reason_since",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "rests_until",
                table: "site_services");
        }
    }
}
