#!/usr/bin/env bash
# What the tests need of a machine and pip can't bring: a PostgreSQL server's programs, and Chromium. On Debian and Ubuntu, as root,
# this installs what is missing; anywhere else it says what that is. Nothing is started, and what is there is left alone.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
    command -v google-chrome-stable >/dev/null || missing+=(chromium)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests want ${missing[*]}: install that with your system's package manager, or those tests are skipped." >&2
    exit 0
fi
echo "Installing ${missing[*]} for the tests ..." >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Debian would make and start a cluster of its own; the tests make theirs.
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/gradgym.conf
for package in "${missing[@]}"; do
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >"$log" 2>&1 ||
        echo "$package could not be installed: $(tail -n 1 "$log")" >&2
done
