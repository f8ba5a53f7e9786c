using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HostingPanel.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class AuthorityAccountBinding : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "binding_key",
                table: "certificate_authorities",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "binding_key_id",
                table: "certificate_authorities",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "binding_key",
                table: "certificate_authorities");

            migrationBuilder.DropColumn(
                name: "binding_key_id",
                table: "certificate_authorities");
        }
    }
}
