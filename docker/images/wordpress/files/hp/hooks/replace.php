<?php
/** Replaces text in values of a database, and in what PHP has serialised into them. */
declare(strict_types=1);

/**
 * Gives a function that puts one address in another's place: with either scheme and with none, plain, as JSON writes it and as URLs quote it.
 * Longer names that only begin or end so are left alone, and so are mail addresses.
 */
function hp_address_replacer(string $old, string $new): Closure
{
    $parts = static function (string $url): array {
        $at = parse_url($url);
        if (!isset($at['scheme'], $at['host']) || !in_array($at['scheme'], ['http', 'https'], true)) {
            hp_fail("“{$url}” is not the address of a site");
        }
        return [$at['scheme'], $at['host'], isset($at['port']) ? ":{$at['port']}" : ''];
    };
    [, $host, $port] = $parts($old);
    [$scheme, $newHost, $newPort] = $parts($new);
    // What ends a name: anything that does not go on with it. Without a port, another port's address is another one.
    $end = $port === '' ? '(?!:[0-9]|%3A[0-9]|[A-Za-z0-9_-]|\.[A-Za-z0-9_-])' : '(?![0-9])';
    $forms = [
        ['//', ':', $port],
        ['\\/\\/', ':', $port],
        ['%2F%2F', '%3A', str_replace(':', '%3A', $port)],
    ];
    $patterns = $replacements = [];
    foreach ($forms as [$slashes, $colon, $formPort]) {
        $patterns[] = '#(?:(https?)(' . preg_quote($colon, '#') . '))?(' . preg_quote($slashes, '#') . ')' . preg_quote($host . $formPort, '#') . $end . '#i';
        $replacements[] = static fn (array $match): string =>
            ($match[1] === '' ? '' : $scheme . $match[2]) . $match[3] . $newHost . ($slashes === '%2F%2F' ? str_replace(':', '%3A', $newPort) : $newPort);
    }

    return static function (string $text) use ($patterns, $replacements): string {
        foreach ($patterns as $index => $pattern) {
            $text = preg_replace_callback($pattern, $replacements[$index], $text) ?? throw new RuntimeException('a text is too long for a search');
        }
        return $text;
    };
}

/** A value with all its texts replaced: a serialised one stays a good one. Nothing of it is ever made into an object. */
function hp_replace_in(string $value, callable $replace): string
{
    if (preg_match('/^(?:[aOs]:[0-9]+:|C:[0-9]+:)/', $value) === 1) {
        $at = 0;
        $replaced = hp_replace_serialised($value, $at, $replace, false);
        if ($replaced !== null && $at === strlen($value)) {
            return $replaced;
        }
    }
    return $replace($value);
}

/** One serialised value from a place on; null where it is none. Names of properties and keys stay as they are. */
function hp_replace_serialised(string $data, int &$at, callable $replace, bool $isKey): ?string
{
    if (preg_match('/\G(?:N;|[bir]:-?[0-9]+;|R:[0-9]+;|d:[^;]{1,40};)/A', $data, $match, 0, $at) === 1) {
        $at += strlen($match[0]);
        return $match[0];
    }
    if (preg_match('/\G([sE]):([0-9]+):"/A', $data, $match, 0, $at) === 1) {
        $start = $at + strlen($match[0]);
        $length = (int) $match[2];
        if (substr($data, $start + $length, 2) !== '";') {
            return null;
        }
        $at = $start + $length + 2;
        $text = substr($data, $start, $length);
        if ($match[1] === 's' && !$isKey) {
            $text = hp_replace_in($text, $replace);
        }
        return "$match[1]:" . strlen($text) . ":\"$text\";";
    }
    if (preg_match('/\G(?:a|O:[0-9]+:"[^"]+"):([0-9]+):\{/A', $data, $match, 0, $at) === 1) {
        $at += strlen($match[0]);
        $all = $match[0];
        for ($index = 0; $index < 2 * (int) $match[1]; $index++) {
            $part = hp_replace_serialised($data, $at, $replace, $index % 2 === 0);
            if ($part === null) {
                return null;
            }
            $all .= $part;
        }
        if (($data[$at] ?? '') !== '}') {
            return null;
        }
        $at++;
        return "$all}";
    }
    // A class that writes itself down as it likes: only it can read that.
    if (preg_match('/\GC:[0-9]+:"[^"]+":([0-9]+):\{/A', $data, $match, 0, $at) === 1) {
        $whole = substr($data, $at, strlen($match[0]) + (int) $match[1] + 1);
        $at += strlen($whole);
        return str_ends_with($whole, '}') ? $whole : null;
    }
    return null;
}
