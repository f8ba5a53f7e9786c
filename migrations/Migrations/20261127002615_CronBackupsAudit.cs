using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class CronBackupsAudit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_repositories_site_id_target_id",
                table: "backup_repositories");

            migrationBuilder.AddColumn<bool>(
                name: "cron_is_off",
                table: "sites",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "going_by",
                table: "restore_points",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "look",
                table: "restore_points",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "suspected_at",
                table: "restore_points",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "suspicion",
                table: "restore_points",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "suspicion_code",
                table: "restore_points",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "going_at",
                table: "restore_point_copies",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "proof_seconds",
                table: "restore_point_copies",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "proved_at",
                table: "restore_point_copies",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "refuted_at",
                table: "restore_point_copies",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "drill_every_days",
                table: "plans",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "check_asked_at",
                table: "backup_repositories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "fault",
                table: "backup_repositories",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "fault_at",
                table: "backup_repositories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "fault_by",
                table: "backup_repositories",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "fault_code",
                table: "backup_repositories",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "prune_due",
                table: "backup_repositories",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "pruned_at",
                table: "backup_repositories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "pruning_by",
                table: "backup_repositories",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "read_all_at",
                table: "backup_repositories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "read_at",
                table: "backup_repositories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "read_part",
                table: "backup_repositories",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "read_parts",
                table: "backup_repositories",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "set_aside_at",
                table: "backup_repositories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "unknown_snapshots",
                table: "backup_repositories",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    sequence = table.Column<long>(type: "bigint", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    actor_kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    actor_id = table.Column<Guid>(type: "uuid", nullable: true),
                    actor_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    actor_role = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    act = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    code = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    target_kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    target_id = table.Column<Guid>(type: "uuid", nullable: true),
                    target_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    site_id = table.Column<Guid>(type: "uuid", nullable: true),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    organisation = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    detail = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    times = table.Column<int>(type: "integer", nullable: false),
                    previous_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    hash = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_head",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_head", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "backup_downloads",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_slug = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    restore_point_id = table.Column<Guid>(type: "uuid", nullable: true),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    file_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    requested_by_id = table.Column<Guid>(type: "uuid", nullable: false),
                    requested_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_downloads", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "backup_policies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: true),
                    plan_name = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    off_reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    cron = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    window_from = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    window_to = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    time_zone = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    target_ids = table.Column<List<Guid>>(type: "uuid[]", nullable: false),
                    keep_last = table.Column<int>(type: "integer", nullable: false),
                    keep_daily = table.Column<int>(type: "integer", nullable: false),
                    keep_weekly = table.Column<int>(type: "integer", nullable: false),
                    keep_monthly = table.Column<int>(type: "integer", nullable: false),
                    keep_yearly = table.Column<int>(type: "integer", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_policies", x => x.id);
                    table.ForeignKey(
                        name: "fk_backup_policies_plans_plan_name",
                        column: x => x.plan_name,
                        principalTable: "plans",
                        principalColumn: "name",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_backup_policies_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "backup_scheduler_looks",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    looked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_scheduler_looks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "backup_schedules",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reckoned_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    waiting_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    waiting = table.Column<string>(type: "text", nullable: true),
                    retained_after = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_schedules", x => x.site_id);
                    table.ForeignKey(
                        name: "fk_backup_schedules_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cron_entries",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    schedule = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    result = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    exit_code = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    succeeded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cron_entries", x => new { x.site_id, x.name });
                    table.ForeignKey(
                        name: "fk_cron_entries_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "in_place_restores",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    restore_point_id = table.Column<Guid>(type: "uuid", nullable: false),
                    requested_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    has_safety_point = table.Column<bool>(type: "boolean", nullable: false),
                    swapped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    away_seconds = table.Column<double>(type: "double precision", nullable: true),
                    seconds = table.Column<double>(type: "double precision", nullable: true),
                    previous = table.Column<string>(type: "text", nullable: false),
                    restored = table.Column<string>(type: "text", nullable: false),
                    notes = table.Column<List<string>>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_in_place_restores", x => x.id);
                    table.ForeignKey(
                        name: "fk_in_place_restores_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "restore_drills",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    restore_point_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_slug = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    repository_id = table.Column<Guid>(type: "uuid", nullable: true),
                    target_name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    reason = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    requested_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    verdict = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    recovery_seconds = table.Column<double>(type: "double precision", nullable: true),
                    phases = table.Column<string>(type: "jsonb", nullable: true),
                    fault_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    fault = table.Column<string>(type: "text", nullable: true),
                    page_status = table.Column<int>(type: "integer", nullable: true),
                    page_title = table.Column<string>(type: "text", nullable: true),
                    page = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restore_drills", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "restore_drill_checks",
                columns: table => new
                {
                    drill_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    title = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    compared = table.Column<long>(type: "bigint", nullable: true),
                    differing = table.Column<long>(type: "bigint", nullable: true),
                    details = table.Column<List<string>>(type: "text[]", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restore_drill_checks", x => new { x.drill_id, x.name });
                    table.ForeignKey(
                        name: "fk_restore_drill_checks_restore_drills_drill_id",
                        column: x => x.drill_id,
                        principalTable: "restore_drills",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "large",
                column: "drill_every_days",
                value: 30);

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "small",
                column: "drill_every_days",
                value: 30);

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "standard",
                column: "drill_every_days",
                value: 30);

            migrationBuilder.CreateIndex(
                name: "ix_backup_repositories_site_id_target_id",
                table: "backup_repositories",
                columns: new[] { "site_id", "target_id" },
                unique: true,
                filter: "set_aside_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_act_sequence",
                table: "audit_entries",
                columns: new[] { "act", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_operation_id",
                table: "audit_entries",
                column: "operation_id");

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_organisation_id_sequence",
                table: "audit_entries",
                columns: new[] { "organisation_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_sequence",
                table: "audit_entries",
                column: "sequence",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_backup_downloads_site_id",
                table: "backup_downloads",
                column: "site_id");

            migrationBuilder.CreateIndex(
                name: "ix_backup_policies_plan_name",
                table: "backup_policies",
                column: "plan_name");

            migrationBuilder.CreateIndex(
                name: "ix_backup_policies_site_id_plan_name",
                table: "backup_policies",
                columns: new[] { "site_id", "plan_name" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "ix_in_place_restores_site_id_id",
                table: "in_place_restores",
                columns: new[] { "site_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_restore_drills_restore_point_id",
                table: "restore_drills",
                column: "restore_point_id");

            migrationBuilder.CreateIndex(
                name: "ix_restore_drills_site_id_id",
                table: "restore_drills",
                columns: new[] { "site_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_restore_drills_unfinished",
                table: "restore_drills",
                column: "created_at",
                filter: "finished_at IS NULL");

            migrationBuilder.Sql(ChangeTriggers.TellOfRestoreDrills);
            migrationBuilder.Sql(AuditTriggers.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(AuditTriggers.Drop);
            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "audit_head");

            migrationBuilder.DropTable(
                name: "backup_downloads");

            migrationBuilder.DropTable(
                name: "backup_policies");

            migrationBuilder.DropTable(
                name: "backup_scheduler_looks");

            migrationBuilder.DropTable(
                name: "backup_schedules");

            migrationBuilder.DropTable(
                name: "cron_entries");

            migrationBuilder.DropTable(
                name: "in_place_restores");

            migrationBuilder.DropTable(
                name: "restore_drill_checks");

            migrationBuilder.DropTable(
                name: "restore_drills");

            migrationBuilder.DropIndex(
                name: "ix_backup_repositories_site_id_target_id",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "cron_is_off",
                table: "sites");

            migrationBuilder.DropColumn(
                name: "going_by",
                table: "restore_points");

            migrationBuilder.DropColumn(
                name: "look",
                table: "restore_points");

            migrationBuilder.DropColumn(
                name: "suspected_at",
                table: "restore_points");

            migrationBuilder.DropColumn(
                name: "suspicion",
                table: "restore_points");

            migrationBuilder.DropColumn(
                name: "suspicion_code",
                table: "restore_points");

            migrationBuilder.DropColumn(
                name: "going_at",
                table: "restore_point_copies");

            migrationBuilder.DropColumn(
                name: "proof_seconds",
                table: "restore_point_copies");

            migrationBuilder.DropColumn(
                name: "proved_at",
                table: "restore_point_copies");

            migrationBuilder.DropColumn(
                name: "refuted_at",
                table: "restore_point_copies");

            migrationBuilder.DropColumn(
                name: "drill_every_days",
                table: "plans");

            migrationBuilder.DropColumn(
                name: "check_asked_at",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "fault",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "fault_at",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "fault_by",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "fault_code",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "prune_due",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "pruned_at",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "pruning_by",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "read_all_at",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "read_at",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "read_part",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "read_parts",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "set_aside_at",
                table: "backup_repositories");

            migrationBuilder.DropColumn(
                name: "unknown_snapshots",
                table: "backup_repositories");

            migrationBuilder.CreateIndex(
                name: "ix_backup_repositories_site_id_target_id",
                table: "backup_repositories",
                columns: new[] { "site_id", "target_id" },
                unique: true);
        }
    }
}
