namespace HostingPanel.Migrations;

/// <summary>
/// Every change of an operation or a site is told on channel <c>hp_changes</c> as <c>topic:id</c> when its transaction commits. PostgreSQL
/// sends equal notifications of one transaction once.
/// </summary>
internal static class ChangeTriggers
{
    public const string Create = """
        CREATE FUNCTION hp_notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            changed jsonb := to_jsonb(coalesce(NEW, OLD));
        BEGIN
            PERFORM pg_notify('hp_changes', TG_ARGV[0] || ':' || (changed ->> TG_ARGV[1]));
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER operations_changed AFTER INSERT OR UPDATE OR DELETE ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('operation', 'id');
        CREATE TRIGGER operation_steps_changed AFTER INSERT OR UPDATE ON operation_steps
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('operation', 'operation_id');
        CREATE TRIGGER sites_changed AFTER INSERT OR UPDATE OR DELETE ON sites
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'id');
        CREATE TRIGGER site_services_changed AFTER INSERT OR UPDATE OR DELETE ON site_services
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'site_id');
        """;

    /// <summary>
    /// From the second migration on: a renewed lease is nothing that anybody waits for, a request to cancel is told by a topic of its own,
    /// and lines of the log are told like steps.
    /// </summary>
    public const string TellWhatMatters = """
        DROP TRIGGER operations_changed ON operations;
        CREATE TRIGGER operations_made AFTER INSERT OR DELETE ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('operation', 'id');
        CREATE TRIGGER operations_changed AFTER UPDATE OF state, undoing, cancel_requested_at, error_message ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('operation', 'id');
        CREATE TRIGGER operations_cancelled AFTER UPDATE OF cancel_requested_at ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('cancel', 'id');
        CREATE TRIGGER operation_log_written AFTER INSERT ON operation_log
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('operation', 'operation_id');
        """;

    /// <summary>Takes <see cref="TellWhatMatters"/> back.</summary>
    public const string TellEverything = """
        DROP TRIGGER operations_made ON operations;
        DROP TRIGGER operations_changed ON operations;
        DROP TRIGGER operations_cancelled ON operations;
        DROP TRIGGER operation_log_written ON operation_log;
        CREATE TRIGGER operations_changed AFTER INSERT OR UPDATE OR DELETE ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('operation', 'id');
        """;

    /// <summary>What the runner waits for; it need not look at each step of its own.</summary>
    public const string TellTheQueue = """
        CREATE TRIGGER operations_queued AFTER INSERT ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('queue', 'id');
        CREATE TRIGGER operations_ended AFTER UPDATE OF finished_at ON operations
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('queue', 'id');
        """;

    /// <summary>Takes <see cref="TellTheQueue"/> back.</summary>
    public const string DoNotTellTheQueue = """
        DROP TRIGGER operations_queued ON operations;
        DROP TRIGGER operations_ended ON operations;
        """;

    /// <summary>A change of a volume is told as one of its site.</summary>
    public const string TellOfVolumes = """
        CREATE TRIGGER volumes_changed AFTER INSERT OR UPDATE OR DELETE ON volumes
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'site_id');
        CREATE TRIGGER database_exclusions_changed AFTER INSERT OR UPDATE OR DELETE ON database_exclusions
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'site_id');
        """;

    /// <summary>Takes <see cref="TellOfVolumes"/> back.</summary>
    public const string TellNothingOfVolumes = """
        DROP TRIGGER volumes_changed ON volumes;
        DROP TRIGGER database_exclusions_changed ON database_exclusions;
        """;

    /// <summary>What keeps a site from being as it should be is shown with the site; what is nobody's, with the engine.</summary>
    public const string TellTroubles = """
        CREATE TRIGGER site_troubles_changed AFTER INSERT OR UPDATE OR DELETE ON site_troubles
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'site_id');
        CREATE TRIGGER unowned_things_changed AFTER INSERT OR UPDATE OF message OR DELETE ON unowned_things
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('engine', 'id');
        """;

    /// <summary>A restore point is told as a change of its site.</summary>
    public const string TellOfRestorePoints = """
        CREATE TRIGGER restore_points_changed AFTER INSERT OR UPDATE OR DELETE ON restore_points
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'site_id');
        """;

    /// <summary>A drill is told as a change of the site whose restore point it drills.</summary>
    public const string TellOfRestoreDrills = """
        CREATE TRIGGER restore_drills_changed AFTER INSERT OR UPDATE OR DELETE ON restore_drills
            FOR EACH ROW EXECUTE FUNCTION hp_notify_change('site', 'site_id');
        """;

    /// <summary>There is a place for restore points from the start: a volume of the panel's own, which the worker makes when it is first used.</summary>
    public const string MakeTheLocalTarget = """
        INSERT INTO backup_targets (id, name, kind, uses_tls, created_at)
        VALUES (gen_random_uuid(), 'local', 'Local', true, now());
        """;

    public const string Drop = "DROP FUNCTION hp_notify_change() CASCADE;";
}
