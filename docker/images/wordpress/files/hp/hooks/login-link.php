<?php
/**
 * Lets a key log the administrator in once, within ten minutes, and changes no user for it. Of the key only its SHA-256 comes here, in
 * HP_LOGIN_KEY_HASH. A hash that is known already is not taken again: a link that was used stays used.
 */
declare(strict_types=1);
require __DIR__ . '/lib.php';

$hash = hp_env('HP_LOGIN_KEY_HASH');
if (preg_match('/^[0-9a-f]{64}$/D', $hash) !== 1) {
    hp_fail('HP_LOGIN_KEY_HASH must be a SHA-256 in lower-case hexadecimal');
}
hp_wait_for_database()->close();
hp_load_wordpress();
if (!is_blog_installed()) {
    hp_fail('WordPress is not installed');
}
$user = get_user_by('login', hp_env('HP_ADMIN_USER', 'admin'));
if (!$user || !user_can($user, 'manage_options')) {
    $user = get_users(['role' => 'administrator', 'orderby' => 'ID', 'number' => 1])[0] ?? hp_fail('the site has no administrator');
}

// Rows of their own, past every cache: the page that takes them runs in another container.
$names = $wpdb->esc_like('hp_login_') . '%';
$wpdb->query($wpdb->prepare("DELETE FROM $wpdb->options WHERE option_name LIKE %s AND CAST(option_value AS UNSIGNED) < %d", $names, time() - DAY_IN_SECONDS));
$kept = $wpdb->query($wpdb->prepare(
    "INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'off')",
    "hp_login_$hash",
    (time() + 10 * MINUTE_IN_SECONDS) . " $user->ID"
));
if ($kept === false) {
    hp_fail('could not keep the key: ' . $wpdb->last_error);
}
hp_done(['user' => $user->user_login]);
