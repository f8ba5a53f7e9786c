namespace HostingPanel.Migrations;

/// <summary>
/// What makes the audit a chain that is only ever added to. An entry gets its place when its transaction commits: the lock on the one row of
/// <c>audit_head</c> is the last that a transaction takes, so nobody who holds it waits for anybody else, and it is held for the commit alone.
/// </summary>
internal static class AuditTriggers
{
    public const string Create = """
        INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, sha256(convert_to('HostingPanel audit', 'UTF8')));

        CREATE FUNCTION hp_audit_text(entry audit_entries) RETURNS text LANGUAGE sql STABLE AS $$
            SELECT string_agg(CASE WHEN part IS NULL THEN '-' ELSE octet_length(convert_to(part, 'UTF8')) || ':' || part END, ',' ORDER BY place)
            FROM unnest(ARRAY[
                entry.sequence::text,
                (extract(epoch FROM entry.at) * 1000000)::bigint::text,
                entry.actor_kind, entry.actor_id::text, entry.actor_name, entry.actor_role, entry.address,
                entry.act, entry.outcome, entry.code,
                entry.target_kind, entry.target_id::text, entry.target_name,
                entry.site_id::text, entry.organisation_id::text, entry.organisation,
                entry.operation_id::text, entry.detail, entry.times::text]) WITH ORDINALITY AS parts(part, place)
        $$;

        CREATE FUNCTION hp_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            entry audit_entries;
            head audit_head;
        BEGIN
            SELECT * INTO STRICT entry FROM audit_entries WHERE id = NEW.id;
            IF entry.organisation_id IS NULL AND entry.site_id IS NOT NULL THEN
                SELECT organisation_id INTO entry.organisation_id FROM sites WHERE id = entry.site_id;
            END IF;
            IF entry.organisation_id IS NOT NULL THEN
                SELECT slug INTO entry.organisation FROM organisations WHERE id = entry.organisation_id;
                IF NOT FOUND THEN
                    SELECT organisation INTO entry.organisation FROM audit_entries
                    WHERE organisation_id = entry.organisation_id AND organisation IS NOT NULL ORDER BY sequence DESC LIMIT 1;
                END IF;
            END IF;
            SELECT * INTO STRICT head FROM audit_head WHERE id = 1 FOR UPDATE;
            entry.sequence := head.sequence + 1;
            entry.at := clock_timestamp();
            entry.previous_hash := head.hash;
            entry.hash := sha256(head.hash || convert_to(hp_audit_text(entry), 'UTF8'));
            UPDATE audit_entries SET sequence = entry.sequence, at = entry.at, organisation_id = entry.organisation_id,
                organisation = entry.organisation, previous_hash = entry.previous_hash, hash = entry.hash WHERE id = entry.id;
            UPDATE audit_head SET sequence = entry.sequence, hash = entry.hash WHERE id = 1;
            RETURN NULL;
        END
        $$;

        CREATE FUNCTION hp_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- Only the function above comes from within a trigger, and only to give an entry its place.
            IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND (TG_TABLE_NAME = 'audit_head' OR to_jsonb(OLD) ->> 'hash' IS NULL) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'The audit is only ever added to: % of % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END
        $$;

        CREATE CONSTRAINT TRIGGER audit_entries_chained AFTER INSERT ON audit_entries DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION hp_audit_chain();
        CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION hp_audit_guard();
        CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION hp_audit_guard();
        CREATE TRIGGER audit_head_kept BEFORE INSERT OR UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION hp_audit_guard();
        CREATE TRIGGER audit_head_not_emptied BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION hp_audit_guard();
        """;

    public const string Drop = """
        DROP TRIGGER audit_entries_chained ON audit_entries;
        DROP FUNCTION hp_audit_text(audit_entries);
        DROP FUNCTION hp_audit_chain() CASCADE;
        DROP FUNCTION hp_audit_guard() CASCADE;
        """;
}
