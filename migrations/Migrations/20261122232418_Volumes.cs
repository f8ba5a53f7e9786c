using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Volumes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "engine_name",
                table: "volumes",
                type: "character varying(255)",
                maxLength: 255,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(80)",
                oldMaxLength: 80);

            migrationBuilder.AddColumn<long>(
                name: "apparent_bytes",
                table: "volumes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "bytes",
                table: "volumes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "cloned_from_id",
                table: "volumes",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "excluded_at",
                table: "volumes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "excluded_by",
                table: "volumes",
                type: "character varying(120)",
                maxLength: 120,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "exclusion_reason",
                table: "volumes",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "files",
                table: "volumes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_adopted",
                table: "volumes",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "measured_at",
                table: "volumes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "node_id",
                table: "volumes",
                type: "character varying(80)",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "node_name",
                table: "volumes",
                type: "character varying(80)",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "volumes",
                type: "character varying(20)",
                maxLength: 20,
                nullable: false,
                // Those that there are belong to their sites, mounted by them.
                defaultValue: "InUse");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "trashed_at",
                table: "volumes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "max_disk_bytes",
                table: "plans",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "database_exclusions",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    database = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    excluded_by = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    excluded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_database_exclusions", x => new { x.site_id, x.database });
                    table.ForeignKey(
                        name: "fk_database_exclusions_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "unknown_volumes",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    node_id = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    node_name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_ours = table.Column<bool>(type: "boolean", nullable: false),
                    used_by = table.Column<List<string>>(type: "text[]", nullable: false),
                    obstacle = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_unknown_volumes", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "volume_measurements",
                columns: table => new
                {
                    volume_id = table.Column<Guid>(type: "uuid", nullable: false),
                    measured_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    apparent_bytes = table.Column<long>(type: "bigint", nullable: false),
                    files = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_volume_measurements", x => new { x.volume_id, x.measured_at });
                    table.ForeignKey(
                        name: "fk_volume_measurements_volumes_volume_id",
                        column: x => x.volume_id,
                        principalTable: "volumes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "large",
                column: "max_disk_bytes",
                value: 536870912000L);

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "small",
                column: "max_disk_bytes",
                value: 5368709120L);

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "standard",
                column: "max_disk_bytes",
                value: 26843545600L);

            migrationBuilder.Sql(ChangeTriggers.TellOfVolumes);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ChangeTriggers.TellNothingOfVolumes);

            migrationBuilder.DropTable(
                name: "database_exclusions");

            migrationBuilder.DropTable(
                name: "unknown_volumes");

            migrationBuilder.DropTable(
                name: "volume_measurements");

            migrationBuilder.DropColumn(
                name: "apparent_bytes",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "bytes",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "cloned_from_id",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "excluded_at",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "excluded_by",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "exclusion_reason",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "files",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "is_adopted",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "measured_at",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "node_id",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "node_name",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "state",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "trashed_at",
                table: "volumes");

            migrationBuilder.DropColumn(
                name: "max_disk_bytes",
                table: "plans");

            migrationBuilder.AlterColumn<string>(
                name: "engine_name",
                table: "volumes",
                type: "character varying(80)",
                maxLength: 80,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(255)",
                oldMaxLength: 255);
        }
    }
}
