<?php
/**
 * Has the site call itself HP_NEW_URL where it has called itself HP_OLD_URL: its own address, and every link to it in posts, settings and
 * what plugins keep in the site's tables. In one transaction: wholly or not at all. No code of the site's plugins or themes runs.
 */
declare(strict_types=1);
require __DIR__ . '/lib.php';
require __DIR__ . '/replace.php';

const HP_AT_ONCE = 200;

[$old, $new] = [rtrim(hp_env('HP_OLD_URL'), '/'), rtrim(hp_env('HP_NEW_URL'), '/')];
$replace = hp_address_replacer($old, $new);
$host = parse_url($old, PHP_URL_HOST);
$db = hp_wait_for_database();
$db->set_charset('utf8mb4');
[$changed, $tables, $skipped] = [0, 0, []];

/** Text columns and the key of each of the site's tables. */
function hp_tables(mysqli $db): array
{
    $found = [];
    $rows = $db->query("SELECT c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_KEY, c.DATA_TYPE
        FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
        WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_NAME LIKE 'wp\\_%' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION");
    foreach ($rows as ['TABLE_NAME' => $table, 'COLUMN_NAME' => $column, 'COLUMN_KEY' => $key, 'DATA_TYPE' => $type]) {
        $found[$table] ??= ['key' => [], 'texts' => []];
        if ($key === 'PRI') {
            $found[$table]['key'][] = $column;
        } elseif (in_array($type, ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'], true)
            // A post's guid is what feed readers know it by, and no address.
            && !($table === 'wp_posts' && $column === 'guid')) {
            $found[$table]['texts'][] = $column;
        }
    }
    return $found;
}

function hp_quote(string $name): string
{
    return '`' . str_replace('`', '``', $name) . '`';
}

try {
    $db->begin_transaction();
    foreach (hp_tables($db) as $table => ['key' => $key, 'texts' => $texts]) {
        if ($texts === []) {
            continue;
        }
        $like = implode(' OR ', array_map(static fn (string $text): string => hp_quote($text) . ' LIKE ?', $texts));
        $needles = array_fill(0, count($texts), '%' . addcslashes($host, '%_\\') . '%');
        $from = 'FROM ' . hp_quote($table) . " WHERE $like";
        if ($key === []) {
            if ((int) $db->execute_query("SELECT COUNT(*) $from", $needles)->fetch_row()[0] > 0) {
                $skipped[] = $table;
            }
            continue;
        }
        $columns = implode(', ', array_map('hp_quote', $key));
        $where = implode(' AND ', array_map(static fn (string $column): string => hp_quote($column) . ' = ?', $key));
        // Keys first: what is changed must not be met again, and texts are large.
        $keys = $db->execute_query("SELECT $columns $from", $needles)->fetch_all(MYSQLI_NUM);
        $tables += $keys === [] ? 0 : 1;
        foreach (array_chunk($keys, HP_AT_ONCE) as $chunk) {
            foreach ($chunk as $values) {
                $row = $db->execute_query('SELECT ' . implode(', ', array_map('hp_quote', $texts)) . ' FROM ' . hp_quote($table) . " WHERE $where FOR UPDATE", $values)->fetch_assoc();
                $other = [];
                foreach ($row ?? [] as $column => $text) {
                    if ($text !== null && ($replaced = hp_replace_in($text, $replace)) !== $text) {
                        $other[$column] = $replaced;
                    }
                }
                if ($other === []) {
                    continue;
                }
                $set = implode(', ', array_map(static fn (string $column): string => hp_quote($column) . ' = ?', array_keys($other)));
                $db->execute_query('UPDATE ' . hp_quote($table) . " SET $set WHERE $where", [...array_values($other), ...$values]);
                $changed++;
            }
        }
    }
    $db->execute_query("UPDATE wp_options SET option_value = ? WHERE option_name IN ('home', 'siteurl')", [$new]);
    $db->commit();
} catch (Throwable $error) {
    $db->rollback();
    hp_fail($error->getMessage());
}
hp_done(['changed' => $changed, 'tables' => $tables, 'skipped' => $skipped]);
