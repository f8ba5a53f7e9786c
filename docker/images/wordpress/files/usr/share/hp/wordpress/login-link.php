<?php
/**
 * wp-login.php?action=hp-login&hp-key=…: logs in whoever brings a key first whose hash the hook login-link has kept, once and within ten
 * minutes. Not “key”: WordPress takes whatever carries that for a new password. A row is "<until> <user>", and "<until> used" once it was
 * taken; the statement that writes the latter can succeed but once.
 */
declare(strict_types=1);

add_action('login_form_hp-login', static function (): void {
    global $wpdb;
    nocache_headers();
    header('Referrer-Policy: no-referrer');
    $key = $_GET['hp-key'] ?? null;
    $prefetched = str_contains(($_SERVER['HTTP_SEC_PURPOSE'] ?? '') . ($_SERVER['HTTP_PURPOSE'] ?? ''), 'prefetch');
    // What only looks ahead must not use it up.
    if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'GET' || $prefetched) {
        wp_die('Open this link in a browser.', 'Log in', ['response' => 405]);
    }

    $user = false;
    if (is_string($key) && preg_match('/^[0-9a-f]{64}$/D', $key) === 1) {
        $name = 'hp_login_' . hash('sha256', $key);
        $kept = (string) $wpdb->get_var($wpdb->prepare("SELECT option_value FROM $wpdb->options WHERE option_name = %s", $name));
        [$until, $id] = explode(' ', "$kept ") + ['', ''];
        if (ctype_digit($until) && ctype_digit($id) && (int) $until >= time()
            && $wpdb->update($wpdb->options, ['option_value' => "$until used"], ['option_name' => $name, 'option_value' => $kept]) === 1) {
            $user = get_user_by('id', (int) $id);
        }
    }
    if (!$user) {
        wp_die(
            'This link was used already, or it is older than ten minutes. Ask for another one where you got it.',
            'Log in',
            ['response' => 403, 'link_url' => wp_login_url(), 'link_text' => 'Log in with a password']
        );
    }

    wp_clear_auth_cookie();
    wp_set_current_user($user->ID);
    wp_set_auth_cookie($user->ID, false, is_ssl());
    // As after a password: plugins that ask for a second factor come in here.
    do_action('wp_login', $user->user_login, $user);
    wp_safe_redirect(admin_url());
    exit;
});
