<?php
/**
 * The site's configuration. Nothing here is secret or particular to one site: names come from the environment, secrets from
 * files in /run/secrets.
 */

(static function (): void {
    $secret = static function (string $name): string {
        $value = @file_get_contents("/run/secrets/$name");
        if ($value === false || trim($value) === '') {
            error_log("wp-config: secret /run/secrets/$name is missing, empty or unreadable.");
            http_response_code(500);
            exit(1);
        }
        return trim($value);
    };
    $env = static fn (string $name, string $default = ''): string => ($value = getenv($name)) === false ? $default : $value;

    define('DB_HOST', $env('WORDPRESS_DB_HOST', 'db'));
    define('DB_NAME', $env('WORDPRESS_DB_NAME', 'main'));
    define('DB_USER', $env('WORDPRESS_DB_USER', 'main'));
    define('DB_PASSWORD', $secret('db-main-password'));
    define('DB_CHARSET', 'utf8mb4');
    define('DB_COLLATE', '');

    $salt = $secret('salt');
    foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $scheme) {
        define("{$scheme}_KEY", hash_hmac('sha256', "{$scheme}_KEY", $salt));
        define("{$scheme}_SALT", hash_hmac('sha256', "{$scheme}_SALT", $salt));
    }

    // The site answers under each of its names; any other host name gets the address of the main one.
    $url = rtrim($env('HP_SITE_URL', 'http://localhost'), '/');
    $asked = strtolower($_SERVER['HTTP_HOST'] ?? '');
    $names = explode(' ', strtolower($env('HP_SITE_DOMAINS')));
    if (preg_match('/^([a-z0-9-]+((?:\.[a-z0-9-]+)*))(:[0-9]{1,5})?$/D', $asked, $match)
        // One with an asterisk stands for every name one label below.
        && (in_array($match[1], $names, true) || in_array("*$match[2]", $names, true))) {
        $url = (($_SERVER['HTTPS'] ?? '') === 'on' ? 'https://' : 'http://') . $asked;
    }
    define('WP_HOME', $url);
    define('WP_SITEURL', $url);

    $environment = $env('HP_ENVIRONMENT', 'live');
    define('WP_ENVIRONMENT_TYPE', ['live' => 'production', 'staging' => 'staging', 'drill' => 'development'][$environment] ?? 'production');
})();

// Scheduled work is a job of the panel's, not of a visitor's request.
define('DISABLE_WP_CRON', true);
// The core is the image's; plugins and themes are the site's, in its volume.
define('WP_AUTO_UPDATE_CORE', false);
define('DISALLOW_FILE_EDIT', true);
define('FS_METHOD', 'direct');
define('WP_POST_REVISIONS', 20);

$table_prefix = 'wp_';

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
// The image's own, not in the volume: it is there whatever the site's plugins are.
require_once '/usr/share/hp/wordpress/login-link.php';
