#!/bin/sh
# Installs the peers of the interoperability tests into FOLDER, and nothing anywhere else:
#   sh tests/interop/install.sh FOLDER && AUTHKIT_INTEROP=FOLDER cargo test --test integration interop
# What is there in the pinned versions is left alone. Quiet unless something fails.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: install.sh FOLDER" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

# A copy of the list is written last, so that an interrupted installation is begun again.
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
