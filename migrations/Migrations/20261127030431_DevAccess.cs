using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class DevAccess : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "max_memory_bytes",
                table: "plans",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "max_restore_points",
                table: "plans",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "small",
                columns: new[] { "max_memory_bytes", "max_restore_points" },
                values: new object[] { 2147483648L, 200 });

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "standard",
                columns: new[] { "max_memory_bytes", "max_restore_points" },
                values: new object[] { 10737418240L, 1000 });

            migrationBuilder.UpdateData(
                table: "plans",
                keyColumn: "name",
                keyValue: "large",
                columns: new[] { "max_memory_bytes", "max_restore_points" },
                values: new object[] { 107374182400L, 10000 });

            migrationBuilder.AddColumn<Guid>(
                name: "about_site_id",
                table: "operations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "organisation_id",
                table: "operations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "allowed_networks",
                table: "api_tokens",
                type: "text[]",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "created_by_id",
                table: "api_tokens",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_read_only",
                table: "api_tokens",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "made_as_member",
                table: "api_tokens",
                type: "character varying(20)",
                maxLength: 20,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "made_as_staff",
                table: "api_tokens",
                type: "character varying(20)",
                maxLength: 20,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "organisation_id",
                table: "api_tokens",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "scopes",
                table: "api_tokens",
                type: "text[]",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "site_id",
                table: "api_tokens",
                type: "uuid",
                nullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "role",
                table: "accounts",
                type: "character varying(20)",
                maxLength: 20,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(20)",
                oldMaxLength: 20);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "suspended_at",
                table: "accounts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_memberships", x => new { x.account_id, x.organisation_id });
                    table.ForeignKey(
                        name: "fk_memberships_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_memberships_organisations_organisation_id",
                        column: x => x.organisation_id,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "site_accesses",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    given_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    given_by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    given_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_site_accesses", x => new { x.account_id, x.site_id });
                    table.ForeignKey(
                        name: "fk_site_accesses_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_site_accesses_sites_site_id",
                        column: x => x.site_id,
                        principalTable: "sites",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_operations_organisation_id_created_at",
                table: "operations",
                columns: new[] { "organisation_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_created_by_id",
                table: "api_tokens",
                column: "created_by_id");

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_organisation_id",
                table: "api_tokens",
                column: "organisation_id");

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_site_id",
                table: "api_tokens",
                column: "site_id");

            migrationBuilder.CreateIndex(
                name: "ix_memberships_organisation_id",
                table: "memberships",
                column: "organisation_id");

            migrationBuilder.CreateIndex(
                name: "ix_site_accesses_site_id",
                table: "site_accesses",
                column: "site_id");

            migrationBuilder.AddForeignKey(
                name: "fk_api_tokens_accounts_created_by_id",
                table: "api_tokens",
                column: "created_by_id",
                principalTable: "accounts",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_api_tokens_organisations_organisation_id",
                table: "api_tokens",
                column: "organisation_id",
                principalTable: "organisations",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_api_tokens_sites_site_id",
                table: "api_tokens",
                column: "site_id",
                principalTable: "sites",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.Sql(OwnerTriggers.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(OwnerTriggers.Drop);
            migrationBuilder.DropForeignKey(
                name: "fk_api_tokens_accounts_created_by_id",
                table: "api_tokens");

            migrationBuilder.DropForeignKey(
                name: "fk_api_tokens_organisations_organisation_id",
                table: "api_tokens");

            migrationBuilder.DropForeignKey(
                name: "fk_api_tokens_sites_site_id",
                table: "api_tokens");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "site_accesses");

            migrationBuilder.DropIndex(
                name: "ix_operations_organisation_id_created_at",
                table: "operations");

            migrationBuilder.DropIndex(
                name: "ix_api_tokens_created_by_id",
                table: "api_tokens");

            migrationBuilder.DropIndex(
                name: "ix_api_tokens_organisation_id",
                table: "api_tokens");

            migrationBuilder.DropIndex(
                name: "ix_api_tokens_site_id",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "about_site_id",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "organisation_id",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "allowed_networks",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "created_by_id",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "is_read_only",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "made_as_member",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "made_as_staff",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "organisation_id",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "scopes",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "site_id",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "suspended_at",
                table: "accounts");

            migrationBuilder.AlterColumn<string>(
                name: "role",
                table: "accounts",
                type: "character varying(20)",
                maxLength: 20,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "character varying(20)",
                oldMaxLength: 20,
                oldNullable: true);
        }
    }
}
