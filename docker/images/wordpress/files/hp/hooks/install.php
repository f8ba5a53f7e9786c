<?php
/**
 * Installs the site: fills an empty wp-content, makes the tables and the administrator. Doing it again changes nothing.
 * The administrator has a random password that nobody knows; the one-time key of secret admin-link-key lets them choose their own at
 * wp-login.php?action=rp&key=...&login=...
 */
declare(strict_types=1);
require __DIR__ . '/lib.php';
require __DIR__ . '/seed.php';
require __DIR__ . '/admin-link-key.php';

$title = hp_env('HP_SITE_TITLE');
$email = hp_env('HP_ADMIN_EMAIL');
$user = hp_env('HP_ADMIN_USER', 'admin');
$locale = hp_env('HP_SITE_LOCALE', 'en_US');

hp_step('start');
hp_seed_wp_content('/usr/src/wp-content', '/var/www/html/wp-content', $locale);
hp_step('files');
hp_wait_for_database()->close();
hp_step('database');

hp_load_wordpress(installing: true);
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
hp_step('wordpress');

if (is_blog_installed() && username_exists($user)) {
    hp_done(['installed' => true, 'changed' => false, 'version' => wp_get_wp_version()]);
}
if (!is_email($email)) {
    hp_fail('HP_ADMIN_EMAIL is not an e-mail address');
}

// No mail, no request to itself (WordPress would test permalinks by asking its own public address), no cron spawned.
add_filter('pre_wp_mail', '__return_false');
add_filter('pre_http_request', static fn () => new WP_Error('hp', 'no requests while installing'));
$permalinks = '/%year%/%monthnum%/%day%/%postname%/';
$pretend = static fn () => $permalinks;
add_filter('pre_option_permalink_structure', $pretend);

// One transaction instead of a disk flush per row. Statements that define tables commit by themselves.
$wpdb->query('SET autocommit = 0');
wp_install($title, $user, $email, true, '', wp_generate_password(40, true, true), $locale === 'en_US' ? '' : $locale);
$id = (int) username_exists($user);
if ($id === 0) {
    hp_fail('WordPress did not create the administrator');
}
remove_filter('pre_option_permalink_structure', $pretend);
update_option('permalink_structure', $permalinks);
delete_user_meta($id, 'default_password_nag');
update_option('admin_email_lifespan', time() + 10 * YEAR_IN_SECONDS);
hp_set_admin_link_key($id);
$wpdb->query('COMMIT');
hp_step('installed');
hp_done(['installed' => true, 'changed' => true, 'version' => wp_get_wp_version(), 'user' => $user]);
