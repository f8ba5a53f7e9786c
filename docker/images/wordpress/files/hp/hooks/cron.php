<?php
/** Runs WordPress's due events. Never two at once: the lock is the database's, so it holds across containers and dies with them. */
declare(strict_types=1);
require __DIR__ . '/lib.php';

$lock = hp_wait_for_database(30);
$name = $lock->real_escape_string('hp_cron_' . hp_env('WORDPRESS_DB_NAME', 'main'));
if ((int) $lock->query("SELECT GET_LOCK('$name', 0)")->fetch_row()[0] !== 1) {
    hp_done(['ran' => 0, 'skipped' => 'another run is under way']);
}

define('DOING_CRON', true);
hp_load_wordpress();
if (!is_blog_installed()) {
    hp_fail('WordPress is not installed');
}
$ran = 0;
foreach (wp_get_ready_cron_jobs() as $time => $hooks) {
    foreach ($hooks as $hook => $events) {
        foreach ($events as $event) {
            // As wp-cron.php does it: reschedule first, so that an event that dies is not run for ever.
            if ($event['schedule']) {
                wp_reschedule_event($time, $event['schedule'], $hook, $event['args']);
            }
            wp_unschedule_event($time, $hook, $event['args']);
            hp_say(['event' => $hook]);
            do_action_ref_array($hook, $event['args']);
            $ran++;
        }
    }
}
update_option('hp_last_cron', time(), false);
hp_done(['ran' => $ran]);
