# shellcheck shell=bash
# The words of ./panel help and of each command's --help. Needs ui.sh.

help_text() {
    case ${1:-} in
        '') cat <<'TEXT'
usage: ./panel COMMAND [OPTION...]      (./panel COMMAND --help says more)

  up [--demo]        from a fresh clone to a running panel; again: brings it up to date
  down               stops the panel; the sites and the gateway keep running
  status             what runs, and where
  doctor             names each thing that is wrong, and its mend
  recovery-kit       writes the one file to keep elsewhere
  recover FILE       brings the panel and its sites back on an empty machine, out of that file and a target
  token create       makes a token for the REST interface
  access-link EMAIL  lets somebody in again who has lost password or second factor
  logs [SERVICE]     what the panel's own services say
  test [--fast]      runs every test
  bench NAME         measures; one JSON line per figure
  dev                runs the web from the sources, and again after each change

Settings (environment): PANEL_DOMAIN, SITES_DOMAIN, HTTP_PORT, HTTPS_PORT, PANEL_INSTALLATION. README.md explains them.
TEXT
            ;;
        up) cat <<'TEXT'
usage: ./panel up [--demo]

Brings this machine to a running HostingPanel: the Docker Engine (installed as root on Debian and Ubuntu), a swarm, the images, the
panel's services; waits until the panel answers; prints its address and a one-time link to the first administrator account.
Run it again after a change of the sources or the settings; when nothing changed, it changes nothing.

  --demo    also makes an organisation and a WordPress site, and prints the site's address

Settings, remembered from the first run on:
  PANEL_DOMAIN   the panel's host name (panel.localhost)     HTTP_PORT    the gateway's port for HTTP (80)
  SITES_DOMAIN   sites are <slug>.<this> (localhost)         HTTPS_PORT   the gateway's port for HTTPS (443)
  PUBLIC_SCHEME  of all addresses that are shown and given to sites (http); https once names have certificates
  DRILL_SCREENSHOTS    yes: builds the image with a browser (700 MB), by which drills take a picture of the front page (no)
  PUBLIC_ADDRESSES     this machine's addresses as the world sees them (none): host names that lead there are verified
  PANEL_INSTALLATION   the name of the installation (hp); several may run on one machine, with other ports
TEXT
            ;;
        down) cat <<'TEXT'
usage: ./panel down
       ./panel down --delete-everything NAME

Stops the panel's web, worker and database. The sites and the gateway in front of them keep running, and all data stays.
./panel up starts it again.

  --delete-everything NAME    deletes the installation NAME (usually hp): its panel, its sites, and all of their data and secrets,
                              and the systemd unit that sets its firewall rules (the rules themselves stay until the machine restarts)
TEXT
            ;;
        status) cat <<'TEXT'
usage: ./panel status

Shows the panel's services with their state, the sites' services, and the addresses. Exit code 1 when the panel does not answer.
TEXT
            ;;
        doctor) cat <<'TEXT'
usage: ./panel doctor

Looks at everything the panel stands on (engine, swarm, disk, ports, images, services, database, gateway, names) and says what is
wrong and what mends it. Changes nothing. Exit code 1 when something is wrong.
TEXT
            ;;
        recovery-kit) cat <<'TEXT'
usage: ./panel recovery-kit [FILE]

Writes the one file that is kept away from this machine: master key, settings, and the targets with what lets one in and the keys of the
panel's own repositories. With it, and one target that is still there, ./panel recover brings the panel back. The file may be read by its
owner only; nothing of it is shown. It asks for a passphrase to close the file with, or takes it from PANEL_KIT_PASSPHRASE (empty for none:
then whoever has the file has everything). Write a new one after each change of targets or settings: ./panel status says when it is stale.

  FILE    hostingpanel-<installation>-recovery-kit.txt in this directory
TEXT
            ;;
        recover) cat <<'TEXT'
usage: ./panel recover FILE [--from TARGET] [--sites none|all|SLUG,SLUG...]
       ./panel recover --sites all|SLUG,SLUG...

On a machine that has nothing of the installation: makes the engine, the swarm and the images as ./panel up does, restores the newest whole
backup of the panel of the first target that gives one back, starts the panel on it, and brings back every site whose volumes are not on
this machine, in its own place out of its newest restore point. What was under way when the backup was taken is called off. Settings come
out of the file; those in the environment go before (but for the name). The passphrase is asked for, or taken from PANEL_KIT_PASSPHRASE.
The second form is for sites that are not back yet: broken off, or after a failure, it is simply called again.

  --from TARGET    only from this target
  --sites WHICH    none: the panel alone; all (as delivered); or only these sites
TEXT
            ;;
        token) cat <<'TEXT'
usage: ./panel token create [--name NAME] [--expires-in-days N]

Makes a token with the rights of an administrator and prints it, once, alone on standard output. Use it as
  Authorization: Bearer <token>

  --name NAME             what it is for, shown in the list of tokens (./panel token)
  --expires-in-days N     when it stops working
TEXT
            ;;
        access-link) cat <<'TEXT'
usage: ./panel access-link EMAIL [--without-second-factors]

For who can't get in any other way, the last administrator included: prints a one-time link to choose a new password with, good for an hour.
All of the account's sessions end when it is used. It is written to the audit.

  --without-second-factors    also takes authenticator app, passkeys and recovery codes away; the next sign-in sets a new one up
TEXT
            ;;
        logs) cat <<'TEXT'
usage: ./panel logs [SERVICE] [-f]

Shows what the panel's services say: web, worker, postgres, gateway; without a name all of them.

  -f, --follow    go on showing what comes
TEXT
            ;;
        test) cat <<'TEXT'
usage: ./panel test [--fast | --nightly]

Builds everything (warnings are errors; but with --fast, formatting is checked), builds the images, and runs all tests: units, components, integration
with a PostgreSQL and the Docker Engine, and a whole installation in a browser. Everything it makes has names, ports, networks and
data of its own and is removed afterwards. The last line says "N passed, N failed".

  --fast    only what needs no containers: under a minute. Tests that want a database get one when the engine runs, else they are skipped.
  --nightly everything, and more of it: what is broken off at random moments is broken off ten times instead of three, and the
            simulated worker is killed at each of its effects in every kind of operation; and at the end the installation is lost
            but for its repositories, and ./panel recover brings it back. Many minutes more.
TEXT
            ;;
        bench) cat <<'TEXT'
usage: ./panel bench NAME

Brings up a scratch installation, measures in it, removes it, and prints one JSON line per figure. NAME:

  access      the list of 300 sites by an owner's token, against the same list without any check of who asks: at least 0.7 of it
  backup      a first and later restore points of a site with 1 GB in 20,000 files and a database of 200 MB, and a restore, against
              mariadb-dump and restic by hand with the same proof, reading back (".plain": without); and the site's own page meanwhile. Less: HP_BENCH_FILES, HP_BENCH_FILES_MB,
              HP_BENCH_DATABASE_MB
  gateway     requests per second and their times through the gateway against the site's container itself (a page: at least 0.9 of it), and how
              long a change takes with 300 sites (below 1 s), no request lost
  provision   a new WordPress site through the panel, beside the same containers started by hand
  drill       a small WordPress's restore point drilled end to end (at most 60 s), and its recovery time beside provisioning the same site
  memory      what the panel and a small site use when idle
  operations  how many operations the runner gets through, against bare transactions
  shield      a page of one site while its neighbour is flooded from several addresses and by slow ones, against idle (p95 at most 1.5 times), and
              what the flooded site's own visitor sees
  reconcile   one look at 300 sites, what the worker uses while nothing happens, and how soon a killed container's site answers again
TEXT
            ;;
        dev) cat <<'TEXT'
usage: ./panel dev

Runs the web from the sources at http://localhost:5080, and again after each change, with a scratch PostgreSQL of its own that is
thrown away at the end (Ctrl+C). There is no worker: operations are queued and stay so.

  DEV_PORT    another port
TEXT
            ;;
        *) die "There is no command \"$1\"." -- "./panel help lists them all." ;;
    esac
}
