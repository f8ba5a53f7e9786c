#!/usr/bin/perl
# read-volume.pl DIRECTORY LIST [KNOWN]: one walk through what lies in DIRECTORY. Prints "<files> <bytes> <checksum> <read> <unread>" and
# writes LIST, whose entries are "<type> <bytes> <time of modification> <path>" with a NUL at the end.
#
#   checksum  SHA-256 over all entries, the directory itself (as ".") first; the entries of a directory in the bytes' order of their names,
#             each followed by what is below it. An entry is six fields with a NUL after each: type (f, d, l, p, b, c), permissions in octal,
#             owner, group, path, and what it holds: a plain file's SHA-256, a link's target, a device's number, else nothing. Times don't
#             count, nor do sockets, which nobody can save.
#   read      plain files whose contents were read for that
#   unread    places that vanished, were swapped, or changed while they were looked at
#
# KNOWN is a file in which the checksums of plain files are kept from one time to the next. A file whose size, times, inode and place are
# those of then is not read again: that is what restic goes by, too. Programs can set a file's time of modification, but not its time of
# change. What changed in the last seconds before a look is never kept, for another change may follow within the same tick of the clock.
#
# Each directory is opened relative to its parent and never through a link, and so is each file.
use strict;
use warnings;
no warnings qw(recursion newline);
use Digest::SHA;
use Fcntl qw(:DEFAULT :mode);
use Time::HiRes ();

# What is opened stays open for the program that reads it.
$^F = 1 << 20;
use constant {
    DEV => 0, INO => 1, MODE => 2, UID => 4, GID => 5, RDEV => 6, SIZE => 7, MTIME => 9, CTIME => 10,
    AT_ONCE => 64, READERS => 3, WAITING => 5000, WAITING_BYTES => 8 << 20, TICKS => 2, TRAILER => 65,
};

my ($directory, $list_file, $known_file) = @ARGV;
my $digest = Digest::SHA->new(256);
my ($files, $bytes, $read, $unread) = (0, 0, 0, 0);
my $began = Time::HiRes::time();
my (@waiting, @open, @readers);
my $waiting_bytes = 0;

open my $list, '>:raw', $list_file or die "read-volume: $list_file: $!\n";
my ($known, %next) = known_before();
my ($keep, $kept) = $known_file ? (undef, Digest::SHA->new(256)) : ();
if ($known_file && !open $keep, '>:raw', "$known_file.new") {
    warn "read-volume: what was read can't be kept: $!\n";
    undef $keep;
}

sysopen my $root, $directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW or die "read-volume: $directory: $!\n";
my @root = Time::HiRes::stat($root);
entry('d', '.', \@root, '');
walk($root, '');
flush_waiting();
close $list or die "read-volume: $list_file: $!\n";
keep_for_next_time() if $keep;
printf "%d %d %s %d %d\n", $files, $bytes, $digest->hexdigest, $read, $unread;

sub walk {
    my ($parent, $prefix) = @_;
    my $below = '/proc/self/fd/' . fileno $parent;
    my $names;
    unless (opendir $names, $below) { $unread++; return }
    $! = 0;
    my @names = sort grep { $_ ne '.' && $_ ne '..' } readdir $names;
    $unread++ if $!;
    closedir $names;
    for my $name (@names) {
        my $path = "$prefix$name";
        next if $path eq '.hp-volume';
        my @found = Time::HiRes::lstat("$below/$name");
        unless (@found) { $unread++; next }
        my $mode = $found[MODE];
        if (S_ISDIR($mode)) {
            entry('d', $path, \@found, '');
            next if $found[DEV] != $root[DEV];
            my $child = open_same("$below/$name", O_DIRECTORY, \@found);
            if ($child) { walk($child, "$path/") } else { $unread++ }
            next;
        }
        my $type = S_ISREG($mode) ? 'f' : S_ISLNK($mode) ? 'l' : S_ISFIFO($mode) ? 'p' : S_ISBLK($mode) ? 'b' : S_ISCHR($mode) ? 'c' : 's';
        $files++;
        $bytes += $found[SIZE] if $type eq 'f';
        printf $list "%s %d %.9f %s\0", $type, $found[SIZE], $found[MTIME], $path;
        if ($type eq 'f') {
            plain_file("$below/$name", $path, \@found);
        } elsif ($type eq 'l') {
            my $target = readlink "$below/$name";
            if (defined $target) { entry($type, $path, \@found, $target) } else { $unread++ }
        } elsif ($type ne 's') {
            entry($type, $path, \@found, $type eq 'p' ? '' : $found[RDEV]);
        }
    }
}

sub plain_file {
    my ($place, $path, $found) = @_;
    if (defined(my $sum = known_sum($path, stamp($found)))) {
        entry('f', $path, $found, $sum);
        return;
    }
    my $handle = open_same($place, O_NONBLOCK, $found);
    unless ($handle) { $unread++; return }
    $read++;
    my $entry = { path => $path, found => $found, handle => $handle };
    push @open, $entry;
    if (@open >= AT_ONCE) {
        read_open();
        collect() if @readers > READERS;
    }
    wait_in_line($entry);
}

# The place, if it is still what it was found to be.
sub open_same {
    my ($place, $flags, $found) = @_;
    sysopen my $handle, $place, O_RDONLY | O_NOFOLLOW | $flags or return;
    my @now = Time::HiRes::stat($handle);
    return @now && $now[DEV] == $found->[DEV] && $now[INO] == $found->[INO] && S_IFMT($now[MODE]) == S_IFMT($found->[MODE]) ? $handle : undef;
}

sub entry {
    my ($type, $path, $found, $holds) = @_;
    wait_in_line({ type => $type, path => $path, found => $found, holds => $holds });
}

# Not without end: a directory may have any number of files, and a path any length.
sub wait_in_line {
    my ($entry) = @_;
    push @waiting, $entry;
    $waiting_bytes += length $entry->{path};
    flush_waiting() if @waiting >= WAITING || $waiting_bytes >= WAITING_BYTES;
}

# Has the files that are open read, by a program that is much faster at it: many by each, and some at a time, for a disk likes to be asked for
# more than one thing at once.
sub read_open {
    my %by_number = map { (fileno($_->{handle}) => $_) } @open;
    my $pid = open my $sums, '-|', 'sha256sum', '--', map { "/proc/self/fd/$_" } sort { $a <=> $b } keys %by_number;
    @open = ();
    if ($pid) {
        push @readers, { sums => $sums, by_number => \%by_number };
    } else {
        warn "read-volume: sha256sum: $!\n";
        $unread += keys %by_number;
        close delete $_->{handle} for values %by_number;
    }
}

# Waits for the first of those that read.
sub collect {
    my ($sums, $by_number) = @{ shift @readers }{qw(sums by_number)};
    while (<$sums>) {
        $by_number->{$2}{holds} = $1 if m{^([0-9a-f]{64})  /proc/self/fd/([0-9]+)$};
    }
    close $sums;
    for my $entry (values %$by_number) {
        my @now = Time::HiRes::stat($entry->{handle});
        $entry->{changed} = !@now || stamp(\@now) ne stamp($entry->{found});
        $unread++ if $entry->{changed} || !defined $entry->{holds};
        close delete $entry->{handle};
    }
}

# Tells of all that waits, in order.
sub flush_waiting {
    read_open() if @open;
    collect() while @readers;
    for my $entry (@waiting) {
        my ($found, $type) = ($entry->{found}, $entry->{type} // 'f');
        next unless defined $entry->{holds};
        $digest->add(join "\0", $type, sprintf('%o', S_IMODE($found->[MODE])), $found->[UID], $found->[GID], $entry->{path}, "$entry->{holds}\0");
        next if $type ne 'f' || !$keep || $entry->{changed} || $found->[CTIME] > $began - TICKS;
        my $line = stamp($found) . " $entry->{holds} $entry->{path}\0";
        $kept->add($line);
        print $keep $line or fail_keeping();
    }
    @waiting = ();
    $waiting_bytes = 0;
}

sub stamp { join ' ', $_[0][SIZE], sprintf('%.9f %.9f', $_[0][MTIME], $_[0][CTIME]), $_[0][INO] }

# --- from one time to the next ---

# Half of such a file, or one with a wrong bit, is none.
sub known_before {
    return unless $known_file && open my $handle, '<:raw', $known_file;
    my $length = (-s $handle) - TRAILER;
    return if $length < 0;
    my $sum = Digest::SHA->new(256);
    for (my $left = $length; $left > 0;) {
        my $got = read $handle, my $buffer, $left > 1 << 20 ? 1 << 20 : $left;
        return unless $got;
        $sum->add($buffer);
        $left -= $got;
    }
    read $handle, my $trailer, TRAILER;
    return unless $trailer eq $sum->hexdigest . "\n";
    seek $handle, 0, 0;
    return $handle;
}

# Both are in the same order: the one of a walk, in which a slash comes before whatever a name may have.
sub known_sum {
    my ($path, $stamp) = @_;
    return unless $known;
    my $wanted = $path =~ tr{/}{\0}r;
    while (1) {
        unless (%next) {
            local $/ = "\0";
            my $line = <$known>;
            # The trailer has no NUL.
            unless (defined $line && $line =~ /^((?:\S+ ){3}\S+) ([0-9a-f]{64}) (.+)\0\z/s) { undef $known; return }
            %next = (stamp => $1, sum => $2, path => $3, order => $3 =~ tr{/}{\0}r);
        }
        my $order = $next{order} cmp $wanted;
        return if $order > 0;
        my %this = %next;
        %next = ();
        return $this{stamp} eq $stamp ? $this{sum} : undef if $order == 0;
    }
}

sub keep_for_next_time {
    print $keep $kept->hexdigest . "\n" or return fail_keeping();
    close $keep or return fail_keeping();
    rename "$known_file.new", $known_file or fail_keeping();
}

# It costs the next time some reading, and nothing else.
sub fail_keeping {
    warn "read-volume: what was read can't be kept: $!\n";
    unlink "$known_file.new";
    # What it still holds can't be written either.
    no warnings 'io';
    close $keep;
    undef $keep;
}
