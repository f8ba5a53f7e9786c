<?php
/** Makes the key of secret admin-link-key the administrator's one-time key: a new link when the first one is lost or too old. */
declare(strict_types=1);
require __DIR__ . '/lib.php';
require __DIR__ . '/admin-link-key.php';

hp_wait_for_database()->close();
hp_load_wordpress();
$user = get_user_by('login', hp_env('HP_ADMIN_USER', 'admin')) ?: hp_fail('there is no such user');
add_filter('send_password_change_email', '__return_false');
add_filter('send_email_change_email', '__return_false');
hp_set_admin_link_key($user->ID) || hp_fail('secret admin-link-key is missing');
hp_done(['user' => $user->user_login]);
