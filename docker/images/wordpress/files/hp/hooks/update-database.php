<?php
/** Brings the tables to the version of the code in the image. */
declare(strict_types=1);
require __DIR__ . '/lib.php';

hp_wait_for_database()->close();
hp_load_wordpress(installing: true);
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
if (!is_blog_installed()) {
    hp_fail('WordPress is not installed');
}
$before = (int) get_option('db_version');
if ($before > $wp_db_version) {
    hp_fail("the database is at version $before, newer than this image's $wp_db_version");
}
if ($before < $wp_db_version) {
    add_filter('pre_http_request', static fn () => new WP_Error('hp', 'no requests while upgrading'));
    wp_upgrade();
    wp_cache_flush();
}
$after = (int) $wpdb->get_var("SELECT option_value FROM $wpdb->options WHERE option_name = 'db_version'");
if ($after !== (int) $wp_db_version) {
    hp_fail("the database is at version $after after the update, not $wp_db_version");
}
hp_done(['changed' => $before !== $after, 'from' => $before, 'to' => $after, 'version' => wp_get_wp_version()]);
