<?php
/**
 * Keeps the one-time key of secret admin-link-key for one user, the way WordPress keeps a key it mailed itself: hashed, valid for a
 * day, gone after use.
 */
declare(strict_types=1);

function hp_set_admin_link_key(int $user): bool
{
    $key = hp_secret('admin-link-key');
    if ($key === null) {
        return false;
    }
    if (strlen($key) < 20 || preg_match('/^[A-Za-z0-9]+$/D', $key) !== 1) {
        hp_fail('secret admin-link-key must be at least 20 letters and digits');
    }
    // WordPress strips every other character from the key of a link.
    $result = wp_update_user(['ID' => $user, 'user_activation_key' => time() . ':' . wp_fast_hash($key)]);
    if (is_wp_error($result)) {
        hp_fail('could not keep the one-time key: ' . $result->get_error_message());
    }
    return true;
}
