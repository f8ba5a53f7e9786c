<?php
// Makes the application ready, as CiviCRM's installer does: two databases that write into each other by triggers, a view across them, a
// routine, a settings file beside the code, a private file outside the document root. Running it twice is running it once.
declare(strict_types=1);
require dirname(__DIR__) . '/library/database.php';

$main = database('MAIN');
$second = database('SECOND');
$first = '`' . getenv('DB_MAIN_NAME') . '`';
$other = '`' . getenv('DB_SECOND_NAME') . '`';

$main->query('CREATE TABLE IF NOT EXISTS member (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(200) NOT NULL UNIQUE) ENGINE=InnoDB');
$main->query('CREATE TABLE IF NOT EXISTS statistics (id INT PRIMARY KEY, written INT NOT NULL, runs INT NOT NULL) ENGINE=InnoDB');
$main->query('INSERT IGNORE INTO statistics VALUES (1, 0, 0)');
$second->query(
    'CREATE TABLE IF NOT EXISTS history (id INT AUTO_INCREMENT PRIMARY KEY, member INT NOT NULL, what VARCHAR(250) NOT NULL, who VARCHAR(100) NOT NULL) ENGINE=InnoDB'
);
$main->query(
    "CREATE OR REPLACE TRIGGER member_written AFTER INSERT ON member FOR EACH ROW
     INSERT INTO $other.history (member, what, who) VALUES (NEW.id, CONCAT('wrote ', NEW.name), SUBSTRING_INDEX(SESSION_USER(), '@', 1))"
);
$second->query("CREATE OR REPLACE TRIGGER history_written AFTER INSERT ON history FOR EACH ROW UPDATE $first.statistics SET written = written + 1");
$main->query("CREATE OR REPLACE VIEW member_history AS SELECT m.name, h.what FROM member m JOIN $other.history h ON h.member = m.id");
$second->query(
    "CREATE OR REPLACE PROCEDURE write_member(IN wanted VARCHAR(200))
     INSERT INTO $first.member (name) SELECT wanted FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM $first.member WHERE name = wanted)"
);
$main->query('CREATE TEMPORARY TABLE staged (name VARCHAR(200))');
$main->query("INSERT INTO staged VALUES ('Ærøskøbing')");
$main->query('LOCK TABLES staged READ');
$name = value($main, 'SELECT name FROM staged');
$main->query('UNLOCK TABLES');
$call = $second->prepare('CALL write_member(?)');
$call->execute([$name]);

$title = (string) getenv('HP_SITE_TITLE');
file_put_contents(dirname(__DIR__) . '/sites/default/settings.php', '<?php return ' . var_export(['title' => $title], true) . ";\n");
$file = getenv('HP_PRIVATE_FILES') . '/members.csv';
file_put_contents($file, "id,name\n1,$name\n");
chmod($file, 0640);

return ['installed' => true, 'contact' => getenv('HP_ADMIN_EMAIL')];
