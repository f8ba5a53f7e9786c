using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class DrillPicturesAndMails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "observed_memory_bytes",
                table: "site_services",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "observed_nano_cpus",
                table: "site_services",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "observed_pids",
                table: "site_services",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "text",
                table: "outgoing_mails",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "restore_drill_pictures",
                columns: table => new
                {
                    drill_id = table.Column<Guid>(type: "uuid", nullable: false),
                    media_type = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    height = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restore_drill_pictures", x => x.drill_id);
                    table.ForeignKey(
                        name: "fk_restore_drill_pictures_restore_drills_drill_id",
                        column: x => x.drill_id,
                        principalTable: "restore_drills",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "restore_drill_pictures");

            migrationBuilder.DropColumn(
                name: "observed_memory_bytes",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "observed_nano_cpus",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "observed_pids",
                table: "site_services");

            migrationBuilder.DropColumn(
                name: "text",
                table: "outgoing_mails");
        }
    }
}
