<?php
// The page that visitors see: something from each database, and what the triggers between them have made of it.
declare(strict_types=1);
require __DIR__ . '/library/database.php';

$settings = __DIR__ . '/sites/default/settings.php';
if (!is_file($settings)) {
    http_response_code(503);
    exit('Not installed yet.');
}
$title = (require $settings)['title'];
$main = database('MAIN');
$second = database('SECOND');
$lines = [
    'member' => value($main, 'SELECT name FROM member ORDER BY id DESC LIMIT 1'),
    'history' => value($second, 'SELECT CONCAT(what, " by ", who) FROM history ORDER BY id DESC LIMIT 1'),
    'counted' => value($main, 'SELECT written FROM statistics'),
    'seen through the view' => value($main, 'SELECT COUNT(*) FROM member_history'),
    'cron' => value($main, 'SELECT runs FROM statistics'),
    'address' => (string) getenv('HP_SITE_URL'),
];
header('Content-Type: text/html; charset=utf-8');
echo '<!doctype html><html lang="en"><title>', htmlspecialchars($title), "</title>\n<dl>\n";
foreach ($lines as $term => $line) {
    echo '<dt>', $term, '</dt><dd>', htmlspecialchars($line), "</dd>\n";
}
echo "</dl></html>\n";
