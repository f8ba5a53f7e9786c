<?php
/** What the panel shows about the site. Only reads, only what WordPress already knows: no request leaves the container. */
declare(strict_types=1);
require __DIR__ . '/lib.php';

hp_wait_for_database(10)->close();
hp_load_wordpress(installing: true);
if (!is_blog_installed()) {
    hp_done(['installed' => false, 'version' => wp_get_wp_version()]);
}
require_once ABSPATH . 'wp-admin/includes/plugin.php';
$updates = get_site_transient('update_plugins');
$active = (array) get_option('active_plugins', []);
$plugins = [];
foreach (get_plugins() as $file => $plugin) {
    $plugins[] = [
        'file' => $file,
        'name' => $plugin['Name'],
        'version' => $plugin['Version'],
        'active' => in_array($file, $active, true),
        'update' => $updates->response[$file]->new_version ?? null,
    ];
}
$next = array_keys(array_filter((array) _get_cron_array(), is_array(...)));
hp_done([
    'installed' => true,
    'version' => wp_get_wp_version(),
    'dbVersion' => (int) get_option('db_version'),
    'codeDbVersion' => (int) $wp_db_version,
    'title' => html_entity_decode((string) get_option('blogname'), ENT_QUOTES),
    'url' => home_url('/'),
    'theme' => wp_get_theme()->get('Name'),
    'plugins' => $plugins,
    'lastCron' => ($last = (int) get_option('hp_last_cron')) ? gmdate('c', $last) : null,
    'nextCron' => $next ? gmdate('c', min($next)) : null,
]);
