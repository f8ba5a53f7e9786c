namespace HostingPanel.Migrations;

/// <summary>
/// Says of every operation whose it is, for who may see it: whoever queues one need not know more than the site. It stays when the site has
/// gone.
/// </summary>
internal static class OwnerTriggers
{
    public const string Create = """
        UPDATE operations SET about_site_id = site_id, organisation_id = (SELECT organisation_id FROM sites WHERE sites.id = operations.site_id);
        UPDATE api_tokens SET made_as_staff = 'Administrator';

        CREATE FUNCTION hp_operation_owner() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.about_site_id := coalesce(NEW.about_site_id, NEW.site_id);
            IF NEW.organisation_id IS NULL AND NEW.about_site_id IS NOT NULL THEN
                SELECT organisation_id INTO NEW.organisation_id FROM sites WHERE id = NEW.about_site_id;
            END IF;
            RETURN NEW;
        END
        $$;
        CREATE TRIGGER operations_owned BEFORE INSERT ON operations FOR EACH ROW EXECUTE FUNCTION hp_operation_owner();
        """;

    public const string Drop = """
        DROP TRIGGER operations_owned ON operations;
        DROP FUNCTION hp_operation_owner();
        """;
}
