using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Backups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "backup_targets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    host = table.Column<string>(type: "character varying(253)", maxLength: 253, nullable: true),
                    port = table.Column<int>(type: "integer", nullable: true),
                    user = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    path = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    uses_tls = table.Column<bool>(type: "boolean", nullable: false),
                    credentials = table.Column<byte[]>(type: "bytea", nullable: true),
                    upload_kib = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    retired_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_success_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_fault_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_fault_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    last_fault = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_targets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "restore_points",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_slug = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    site_title = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    requested_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    database_bytes = table.Column<long>(type: "bigint", nullable: false),
                    file_bytes = table.Column<long>(type: "bigint", nullable: false),
                    files = table.Column<long>(type: "bigint", nullable: false),
                    volume_ids = table.Column<List<Guid>>(type: "uuid[]", nullable: false),
                    databases = table.Column<List<string>>(type: "text[]", nullable: false),
                    dumped = table.Column<string>(type: "text", nullable: true),
                    manifest = table.Column<string>(type: "text", nullable: true),
                    signature = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    fault_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    fault = table.Column<string>(type: "text", nullable: true),
                    proved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    proof_seconds = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restore_points", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sealing_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    private_key = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sealing_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "backup_repositories",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    target_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
                    restic_id = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    initialised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_repositories", x => x.id);
                    table.ForeignKey(
                        name: "fk_backup_repositories_backuptargets_target_id",
                        column: x => x.target_id,
                        principalTable: "backup_targets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "restore_point_copies",
                columns: table => new
                {
                    restore_point_id = table.Column<Guid>(type: "uuid", nullable: false),
                    repository_id = table.Column<Guid>(type: "uuid", nullable: false),
                    begun_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    snapshot_id = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    added_bytes = table.Column<long>(type: "bigint", nullable: true),
                    seconds = table.Column<double>(type: "double precision", nullable: true),
                    read_back_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    found = table.Column<string>(type: "text", nullable: true),
                    fault_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    fault = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restore_point_copies", x => new { x.restore_point_id, x.repository_id });
                    table.ForeignKey(
                        name: "fk_restore_point_copies_backup_repositories_repository_id",
                        column: x => x.repository_id,
                        principalTable: "backup_repositories",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_restore_point_copies_restore_points_restore_point_id",
                        column: x => x.restore_point_id,
                        principalTable: "restore_points",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_backup_repositories_site_id_target_id",
                table: "backup_repositories",
                columns: new[] { "site_id", "target_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_backup_repositories_target_id",
                table: "backup_repositories",
                column: "target_id");

            migrationBuilder.CreateIndex(
                name: "ix_backup_targets_name",
                table: "backup_targets",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_restore_point_copies_repository_id",
                table: "restore_point_copies",
                column: "repository_id");

            migrationBuilder.CreateIndex(
                name: "ix_restore_points_site_id_id",
                table: "restore_points",
                columns: new[] { "site_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_restore_points_site_slug",
                table: "restore_points",
                column: "site_slug");

            migrationBuilder.Sql(ChangeTriggers.TellOfRestorePoints);
            migrationBuilder.Sql(ChangeTriggers.MakeTheLocalTarget);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "restore_point_copies");

            migrationBuilder.DropTable(
                name: "sealing_keys");

            migrationBuilder.DropTable(
                name: "backup_repositories");

            migrationBuilder.DropTable(
                name: "restore_points");

            migrationBuilder.DropTable(
                name: "backup_targets");
        }
    }
}
