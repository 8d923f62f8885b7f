#!/bin/sh
# Installs the peers of the interoperability tests into DIR only:
#   sh tests/interop/install.sh DIR && AUTHKIT_INTEROP=DIR cargo test --test integration interop
# Packages already installed in the pinned versions are kept. Prints nothing unless something fails.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: install.sh DIR" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

# The copy of the list is written last, so an interrupted installation is repeated.
if ! cmp -s "$here/requirements.txt" "$folder/requirements.txt"; then
    python3 -m venv "$folder/venv"
    python=$folder/venv/bin/python
    [ -x "$python" ] || python=$folder/venv/Scripts/python.exe
    "$python" -m pip install --quiet --disable-pip-version-check --no-input -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$folder/requirements.txt"
fi

if ! cmp -s "$here/package.json" "$folder/package.json" || [ ! -d "$folder/node_modules/jose" ]; then
    rm -rf "$folder/node_modules"
    cp "$here/package.json" "$folder/package.json"
    npm install --prefix "$folder" --silent --no-audit --no-fund --no-package-lock --ignore-scripts
fi
