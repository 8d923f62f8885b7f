#!/bin/sh
# Installs the frameworks that the tests of `authkit probe` start into DIR only:
#   sh tests/frameworks/install.sh DIR && AUTHKIT_FRAMEWORKS=DIR cargo test --test integration frameworks
# Packages already installed in the pinned versions are kept. Prints nothing unless something fails. PHP and nginx come
# from the system.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: install.sh DIR" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

# The copy of each list is written last, so an interrupted installation is repeated.
if ! cmp -s "$here/requirements.txt" "$folder/requirements.txt"; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$folder/requirements.txt"
fi

if ! cmp -s "$here/package.json" "$folder/installed.json"; then
    rm -rf "$folder/node_modules"
    cp "$here/package.json" "$folder/package.json"
    npm install --prefix "$folder" --silent --no-audit --no-fund --no-package-lock --ignore-scripts
    cp "$here/package.json" "$folder/installed.json"
fi
