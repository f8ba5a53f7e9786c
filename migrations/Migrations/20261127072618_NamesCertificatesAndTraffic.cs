using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class NamesCertificatesAndTraffic : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "serves_aliases",
                table: "sites",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "challenge",
                table: "domains",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "checked_at",
                table: "domains",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "found",
                table: "domains",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_served",
                table: "domains",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<int>(
                name: "misses",
                table: "domains",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "next_check_at",
                table: "domains",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "proof",
                table: "domains",
                type: "character varying(20)",
                maxLength: 20,
                nullable: false,
                defaultValue: "Accepted");

            migrationBuilder.AddColumn<string>(
                name: "redirect_to",
                table: "domains",
                type: "character varying(253)",
                maxLength: 253,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "strays_since",
                table: "domains",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "verified_at",
                table: "domains",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "acme_accounts",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
                    thumbprint = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_acme_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "certificate_authorities",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    directory = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    roots = table.Column<string>(type: "text", nullable: true),
                    is_default = table.Column<bool>(type: "boolean", nullable: false),
                    paused_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    paused_why = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_certificate_authorities", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dns_accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    zones = table.Column<List<string>>(type: "text[]", nullable: false),
                    credentials = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dns_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "refused_hours",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hour = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    addresses = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refused_hours", x => new { x.site_id, x.hour, x.reason });
                    table.ForeignKey(
                        name: "fk_refused_hours_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "refused_lately",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    addresses = table.Column<int>(type: "integer", nullable: false),
                    counted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refused_lately", x => new { x.site_id, x.reason });
                    table.ForeignKey(
                        name: "fk_refused_lately_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "site_traffic",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    settings = table.Column<string>(type: "jsonb", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    applied_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    fault = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_site_traffic", x => x.site_id);
                    table.ForeignKey(
                        name: "fk_site_traffic_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "visit_buckets",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    minutes = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    good = table.Column<long>(type: "bigint", nullable: false),
                    redirected = table.Column<long>(type: "bigint", nullable: false),
                    client_errors = table.Column<long>(type: "bigint", nullable: false),
                    server_errors = table.Column<long>(type: "bigint", nullable: false),
                    refused = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    queue_milliseconds = table.Column<long>(type: "bigint", nullable: false),
                    times = table.Column<long[]>(type: "bigint[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_visit_buckets", x => new { x.site_id, x.minutes, x.at });
                    table.ForeignKey(
                        name: "fk_visit_buckets_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "visit_tops",
                columns: table => new
                {
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    text = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_visit_tops", x => new { x.site_id, x.at, x.kind, x.text });
                    table.ForeignKey(
                        name: "fk_visit_tops_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "host_certificates",
                columns: table => new
                {
                    host = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: true),
                    authority_id = table.Column<Guid>(type: "uuid", nullable: true),
                    source = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    chain = table.Column<string>(type: "text", nullable: true),
                    key = table.Column<byte[]>(type: "bytea", nullable: true),
                    issuer = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    not_after = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    installed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    obtained_by = table.Column<Guid>(type: "uuid", nullable: true),
                    next_key = table.Column<byte[]>(type: "bytea", nullable: true),
                    tried_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    not_before_attempt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    problem_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    problem = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_certificates", x => x.host);
                    table.ForeignKey(
                        name: "fk_host_certificates_certificate_authorities_authority_id",
                        column: x => x.authority_id,
                        principalTable: "certificate_authorities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_host_certificates_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_domains_next_check_at",
                table: "domains",
                column: "next_check_at");

            migrationBuilder.CreateIndex(
                name: "ix_certificate_authorities_name",
                table: "certificate_authorities",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_certificate_authorities_one_default",
                table: "certificate_authorities",
                column: "is_default",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_host_certificates_authority_id",
                table: "host_certificates",
                column: "authority_id");

            migrationBuilder.CreateIndex(
                name: "ix_host_certificates_not_after",
                table: "host_certificates",
                column: "not_after");

            migrationBuilder.CreateIndex(
                name: "ix_host_certificates_site_id",
                table: "host_certificates",
                column: "site_id");

            migrationBuilder.CreateIndex(
                name: "ix_refused_hours_hour",
                table: "refused_hours",
                column: "hour");

            migrationBuilder.CreateIndex(
                name: "ix_visit_buckets_minutes_at",
                table: "visit_buckets",
                columns: new[] { "minutes", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_visit_tops_at",
                table: "visit_tops",
                column: "at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acme_accounts");

            migrationBuilder.DropTable(
                name: "dns_accounts");

            migrationBuilder.DropTable(
                name: "host_certificates");

            migrationBuilder.DropTable(
                name: "refused_hours");

            migrationBuilder.DropTable(
                name: "refused_lately");

            migrationBuilder.DropTable(
                name: "site_traffic");

            migrationBuilder.DropTable(
                name: "visit_buckets");

            migrationBuilder.DropTable(
                name: "visit_tops");

            migrationBuilder.DropTable(
                name: "certificate_authorities");

            migrationBuilder.DropIndex(
                name: "ix_domains_next_check_at",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "serves_aliases",
                table: "sites");

            migrationBuilder.DropColumn(
                name: "challenge",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "checked_at",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "found",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "is_served",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "misses",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "next_check_at",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "proof",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "redirect_to",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "strays_since",
                table: "domains");

            migrationBuilder.DropColumn(
                name: "verified_at",
                table: "domains");
        }
    }
}
