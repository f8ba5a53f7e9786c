<?php
// The one way to the private file: through the application, for whoever has the key.
declare(strict_types=1);

$key = trim((string) file_get_contents('/run/secrets/app-key'));
if (!hash_equals(hash_hmac('sha256', 'members.csv', $key), (string) ($_GET['key'] ?? ''))) {
    http_response_code(403);
    exit('No.');
}
header('Content-Type: text/csv');
readfile(getenv('HP_PRIVATE_FILES') . '/members.csv');
