<?php
/**
 * What the hooks share. A hook prints JSON lines; the last one is its result. Exit 0: done; 1: failed, with {"error": ...}.
 */
declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    exit(1);
}
// Hooks never show PHP's own messages on stdout: they would break the lines of JSON.
ini_set('display_errors', 'stderr');
set_time_limit(0);

function hp_say(array $line): void
{
    fwrite(STDOUT, json_encode($line, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}

function hp_step(string $step): void
{
    static $started = null;
    $started ??= hrtime(true);
    hp_say(['step' => $step, 'ms' => intdiv(hrtime(true) - $started, 1_000_000)]);
}

function hp_done(array $result): never
{
    hp_say($result);
    exit(0);
}

function hp_fail(string $error): never
{
    hp_say(['error' => $error]);
    exit(1);
}

/** A required setting from the environment. */
function hp_env(string $name, ?string $default = null): string
{
    $value = getenv($name);
    if ($value === false || $value === '') {
        return $default ?? hp_fail("environment variable $name is not set");
    }
    return $value;
}

/** A secret's content, or null when the job was not given it. */
function hp_secret(string $name): ?string
{
    $file = "/run/secrets/$name";
    return is_readable($file) ? trim((string) file_get_contents($file)) : null;
}

/** Waits until the database lets the site's user in. @param int $seconds the longest wait */
function hp_wait_for_database(int $seconds = 60): mysqli
{
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $host = hp_env('WORDPRESS_DB_HOST', 'db');
    $end = hrtime(true) + $seconds * 1_000_000_000;
    while (true) {
        try {
            $db = mysqli_init();
            $db->options(MYSQLI_OPT_CONNECT_TIMEOUT, 3);
            @$db->real_connect($host, hp_env('WORDPRESS_DB_USER', 'main'), (string) hp_secret('db-main-password'), hp_env('WORDPRESS_DB_NAME', 'main'));
            return $db;
        } catch (mysqli_sql_exception $e) {
            if (hrtime(true) > $end) {
                hp_fail("the database at $host did not answer within $seconds s: " . $e->getMessage());
            }
            usleep(100_000);
        }
    }
}

/** Loads WordPress as the site's main address would see it; nothing in a hook talks to the network or sends mail. */
function hp_load_wordpress(bool $installing = false): void
{
    $url = parse_url(hp_env('HP_SITE_URL', 'http://localhost'));
    $_SERVER['HTTP_HOST'] = ($url['host'] ?? 'localhost') . (isset($url['port']) ? ":{$url['port']}" : '');
    $_SERVER['HTTPS'] = ($url['scheme'] ?? 'http') === 'https' ? 'on' : '';
    $_SERVER += ['SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1', 'SERVER_NAME' => $url['host'] ?? 'localhost'];
    if ($installing) {
        define('WP_INSTALLING', true);
    }
    chdir('/var/www/html');
    require '/var/www/html/wp-load.php';
}
