<?php
// What the application's database users may do, by their own experience.
declare(strict_types=1);
require dirname(__DIR__) . '/library/database.php';

$try = static function (mysqli $database, string $statement): int {
    try {
        $database->query($statement);
        return 0;
    } catch (mysqli_sql_exception $exception) {
        return $exception->getCode();
    }
};

$status = [];
foreach (['MAIN' => 'SECOND', 'SECOND' => 'MAIN'] as $own => $foreign) {
    $database = database($own);
    $other = '`' . getenv("DB_{$foreign}_NAME") . '`';
    $table = $foreign === 'MAIN' ? 'statistics' : 'history';
    $status[strtolower($own)] = [
        // Never with the hash of the password.
        'grants' => array_map(
            static fn (array $row): string => (string) preg_replace('/ IDENTIFIED BY .*/', '', $row[0]),
            $database->query('SHOW GRANTS')->fetch_all()
        ),
        'databases' => array_column($database->query('SHOW DATABASES')->fetch_all(), 0),
        'allowed' => [
            'read' => $try($database, "SELECT * FROM $other.$table"),
            'write' => $try($database, "UPDATE $other.$table SET id = id"),
            'structure of its own' => $try($database, 'CREATE OR REPLACE TABLE own (id INT)'),
        ],
        'refused' => [
            'create table' => $try($database, "CREATE TABLE $other.planted (id INT)"),
            'alter table' => $try($database, "ALTER TABLE $other.$table ADD COLUMN planted INT"),
            'drop table' => $try($database, "DROP TABLE $other.$table"),
            'drop database' => $try($database, "DROP DATABASE $other"),
            'create trigger' => $try($database, "CREATE TRIGGER $other.planted AFTER INSERT ON $other.$table FOR EACH ROW SET @x = 1"),
            'create view' => $try($database, "CREATE VIEW $other.planted AS SELECT 1"),
            'another database' => $try($database, 'CREATE DATABASE planted'),
            'the users' => $try($database, 'SELECT * FROM mysql.global_priv'),
            'a new user' => $try($database, "CREATE USER planted@'%'"),
            'passing on' => $try($database, "GRANT SELECT ON $other.* TO CURRENT_USER()"),
            'a file' => $try($database, "SELECT 'x' INTO OUTFILE '/tmp/planted'"),
            'a setting' => $try($database, 'SET GLOBAL max_connections = 1'),
        ],
    ];
}

return $status;
