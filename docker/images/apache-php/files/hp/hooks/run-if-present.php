<?php
/**
 * php /hp/hooks/run-if-present.php FILE: runs a script that an application may bring along, once its databases answer. A missing
 * script is no failure. What the script prints is printed; the array it returns is the result. An exception is a failure.
 *
 * Output as of every hook: lines of JSON, the last one is the result. Exit 0: done; 1: failed, with {"error": ...}; a script that
 * exits by itself has its own status and has printed its own last line.
 */
declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    exit(1);
}
// PHP's own messages on stdout would break the lines of JSON.
ini_set('display_errors', 'stderr');
set_time_limit(0);

(static function (string $file): void {
    $say = static function (array $line): void {
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR;
        echo json_encode($line, $flags), "\n";
    };
    $fail = static function (string $error) use ($say): never {
        $say(['error' => $error]);
        exit(1);
    };

    if ($file === '' || !is_file($file)) {
        $say(['present' => false, 'file' => $file]);
        return;
    }

    // Every database of which the environment tells the host, as DB_<NAME>_HOST with _PORT, _NAME, _USER and _PASSWORD_FILE.
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $end = hrtime(true) + 60 * 1_000_000_000;
    foreach (getenv() as $variable => $host) {
        if (preg_match('/^DB_([A-Z0-9_]+)_HOST$/D', $variable, $match) !== 1) {
            continue;
        }
        $of = static fn (string $part): string => (string) getenv("DB_{$match[1]}_$part");
        $password = @file_get_contents($of('PASSWORD_FILE'));
        if ($password === false) {
            $fail("the password file of database {$of('NAME')}, {$of('PASSWORD_FILE')}, can't be read");
        }
        while (true) {
            try {
                $connection = mysqli_init();
                $connection->options(MYSQLI_OPT_CONNECT_TIMEOUT, 3);
                @$connection->real_connect($host, $of('USER'), trim($password), $of('NAME'), (int) ($of('PORT') ?: 3306));
                $connection->close();
                break;
            } catch (mysqli_sql_exception $exception) {
                if (hrtime(true) > $end) {
                    $fail("the database {$of('NAME')} at $host did not answer within 60 s: {$exception->getMessage()}");
                }
                usleep(100_000);
            }
        }
    }

    try {
        chdir(dirname($file));
        $result = require $file;
    } catch (Throwable $exception) {
        fwrite(STDERR, "$exception\n");
        $fail($exception->getMessage());
    }
    $say(is_array($result) ? $result : ['present' => true]);
})($argv[1] ?? '');
