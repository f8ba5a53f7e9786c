<?php
/** Fills an empty wp-content volume from the image. A file that is there already, whoever made it, stays as it is. */
declare(strict_types=1);

function hp_seed_wp_content(string $from, string $to, string $locale): void
{
    if (!is_dir($to) || !is_writable($to)) {
        hp_fail("$to is not writable; the volume's owner must be 33:33");
    }
    $done = "$to/.hp-seeded";
    if (file_exists($done)) {
        return;
    }
    $walk = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($from, FilesystemIterator::SKIP_DOTS), RecursiveIteratorIterator::SELF_FIRST);
    foreach ($walk as $item) {
        $path = $walk->getSubPathname();
        if (str_starts_with($path, 'languages/') && ($locale === 'en_US' || !str_contains($path, $locale))) {
            continue;
        }
        $target = "$to/$path";
        if ($item->isDir()) {
            is_dir($target) || mkdir($target, 0755) || hp_fail("could not make $target");
        } elseif (!file_exists($target)) {
            // Under its own name only when it is whole: a copy that was cut short is made again.
            $part = "$target.hp-part";
            (copy($item->getPathname(), $part) && rename($part, $target)) || hp_fail("could not copy $target");
        }
    }
    is_dir("$to/uploads") || mkdir("$to/uploads", 0755);
    touch($done);
}
