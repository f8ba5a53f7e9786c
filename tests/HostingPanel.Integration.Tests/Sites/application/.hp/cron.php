<?php
declare(strict_types=1);
require dirname(__DIR__) . '/library/database.php';

$main = database('MAIN');
$main->query('UPDATE statistics SET runs = runs + 1');
file_put_contents(getenv('HP_PRIVATE_FILES') . '/cron.log', getenv('HP_ENVIRONMENT') . "\n", FILE_APPEND);

return ['runs' => (int) value($main, 'SELECT runs FROM statistics')];
