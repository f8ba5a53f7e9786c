<?php
declare(strict_types=1);

// A file that can't be written is only a warning to PHP.
set_error_handler(static function (int $level, string $message): never {
    throw new ErrorException($message, severity: $level);
});

/** A connection to the database MAIN or SECOND, as the environment describes it. */
function database(string $which): mysqli
{
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $of = static fn (string $part): string => (string) getenv("DB_{$which}_{$part}");
    $password = trim((string) file_get_contents($of('PASSWORD_FILE')));
    $connection = new mysqli($of('HOST'), $of('USER'), $password, $of('NAME'), (int) $of('PORT'));
    $connection->set_charset('utf8mb4');
    return $connection;
}

/** The first value of the first row. */
function value(mysqli $database, string $query): string
{
    return (string) $database->query($query)->fetch_row()[0];
}
