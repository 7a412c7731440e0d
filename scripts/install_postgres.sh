#!/bin/sh
# Makes sure that PostgreSQL is here for the tests of its store, through apt where that is allowed. They start a server of
# their own, so the package shall not start one.
set -eu

if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL …"
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/salon-tests.conf
    if apt-get update -qq && apt-get install -qq --yes --no-install-recommends postgresql >/dev/null; then
        exit 0
    fi
fi
echo "PostgreSQL is not installed, so the tests of its store are skipped. On Debian: sudo apt-get install postgresql" >&2
