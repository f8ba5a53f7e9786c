<?php
// Behind the gateway's TLS: Apache itself speaks plain HTTP on 8080, so the two values it derives from that are put right.
if (($_SERVER['HTTPS'] ?? '') === 'on') {
    $_SERVER['REQUEST_SCHEME'] = 'https';
    $_SERVER['SERVER_PORT'] = '443';
}
