<?php
/**
 * php own-names.php FOLDER NETWORK: what Apache needs to answer the site's own requests to itself. Writes own-names.conf and a self-signed
 * certificate for the names of HP_SITE_DOMAINS into the folder.
 */
declare(strict_types=1);

[, $folder, $network] = $argv;
$url = parse_url((string) getenv('HP_SITE_URL')) ?: [];
$names = preg_grep('/^(\\*\\.)?[a-z0-9.-]{1,253}$/D', explode(' ', (string) getenv('HP_SITE_DOMAINS'))) ?: ['localhost'];

// OpenSSL reads the names from a file, and no other of its settings is wanted.
$settings = "$folder/openssl.cnf";
file_put_contents($settings, "[req]\ndistinguished_name = dn\n[dn]\n[own]\nbasicConstraints = critical, CA:FALSE\nextendedKeyUsage = serverAuth\n"
    . 'subjectAltName = ' . implode(', ', array_map(static fn (string $name): string => "DNS:$name", $names)) . "\n");
$options = ['config' => $settings, 'digest_alg' => 'sha256', 'x509_extensions' => 'own', 'private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1'];
$key = openssl_pkey_new($options);
$request = $key ? openssl_csr_new(['commonName' => 'own names'], $key, $options) : false;
$certificate = $request ? openssl_csr_sign($request, null, $key, 3650, $options) : false;
if (!$certificate || !openssl_x509_export($certificate, $pem) || !openssl_pkey_export($key, $keyPem, null, $options)) {
    fwrite(STDERR, 'own-names: no certificate could be made: ' . openssl_error_string() . "\n");
    exit(1);
}
umask(0077);
file_put_contents("$folder/own-names.pem", $pem . $keyPem);

// 8080 is the gateway's and answers here as well; in a trial the public address may have a port of its own.
$port = $url['port'] ?? 80;
$more = in_array($port, [80, 443, 8080], true) ? '' : "Listen $port\n";
file_put_contents("$folder/own-names.conf", <<<CONF
    Listen 80
    {$more}Listen 443
    SetEnvIfExpr "%{CONN_REMOTE_ADDR} -ipmatch '$network' || %{CONN_REMOTE_ADDR} -ipmatch '127.0.0.0/8'" HP_GATEWAY=1
    SSLSessionCache none
    <VirtualHost *:443>
        SSLEngine on
        SSLCertificateFile $folder/own-names.pem
        RewriteEngine On
        RewriteOptions Inherit
    </VirtualHost>

    CONF);
