#!/bin/sh
# Whole-process benchmarks, each a ratio from one interleaved run, so that machine load affects both sides alike.
# Missing tools are skipped with a message. There is no pass or fail.
#
#     benches/run.sh            everything
#     TOKENS=100000 benches/run.sh
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tokens=${TOKENS:-1000000}
rounds=${ROUNDS:-200}
keys=tests/keys

cargo build --release --quiet
cc -O2 -o "$work/paired" benches/paired.c
echo 'int main(void) { return 0; }' >"$work/empty.c"
cc -O2 -o "$work/empty" "$work/empty.c"
authkit=${CARGO_TARGET_DIR:-target}/release/authkit
paired="$work/paired"

secret=0123456789abcdef0123456789abcdef
printf %s "$secret" >"$work/secret"
cp "$keys/rsa2048.pkcs8.pem" "$work/rsa.pem"
cp "$keys/p256.pkcs8.pem" "$work/p256.pem"
chmod 600 "$work/secret" "$work/rsa.pem" "$work/p256.pem"

# Claims of a small access token, used in every measurement.
issue() { "$authkit" issue -q --key "$1" --alg "$2" --iss https://issuer.example --sub alice --ttl 1h; }
hs256=$(issue "$work/secret" HS256)
rs256=$(issue "$work/rsa.pem" RS256)
es256=$(issue "$work/p256.pem" ES256)

echo "== decode against an empty C program (bar: 2.0)"
"$paired" "$rounds" "empty C program" "$work/empty" -- "authkit decode" "$authkit" decode "$hs256"

echo "== against jwt-cli 6.2.0 (bar: 1.0)"
jwt=${JWT_CLI:-$work/jwt-cli/bin/jwt}
if [ ! -x "$jwt" ]; then
    nice cargo install jwt-cli --version 6.2.0 --locked --quiet --root "$work/jwt-cli" --target-dir "$work/jwt-target" || :
fi
if [ -x "$jwt" ]; then
    compare() { # LABEL, then the arguments of jwt, --, those of authkit
        label=$1
        shift
        "$paired" "$rounds" "jwt-cli $label" "$jwt" "$@"
    }
    compare decode decode "$hs256" -- "authkit decode" "$authkit" decode "$hs256"
    payload='{"iss":"https://issuer.example","sub":"alice"}'
    sign() { # ALG, secret for jwt, key for authkit
        compare "sign $1" encode --alg "$1" --secret "$2" --exp=1h "$payload" -- \
            "authkit sign $1" "$authkit" issue -q --key "$3" --alg "$1" --iss https://issuer.example --sub alice --ttl 1h
    }
    verify() { # ALG, secret for jwt, key for authkit, token
        compare "verify $1" decode --alg "$1" --secret "$2" "$4" -- \
            "authkit verify $1" "$authkit" verify --key "$3" "$4"
    }
    openssl pkey -in "$work/rsa.pem" -pubout -out "$work/rsa.pub.pem"
    openssl pkey -in "$work/p256.pem" -pubout -out "$work/p256.pub.pem"
    sign HS256 "$secret" "$work/secret"
    sign RS256 "@$work/rsa.pem" "$work/rsa.pem"
    sign ES256 "@$work/p256.pem" "$work/p256.pem"
    verify HS256 "$secret" "$work/secret" "$hs256"
    verify RS256 "@$work/rsa.pub.pem" "$work/rsa.pub.pem" "$rs256"
    verify ES256 "@$work/p256.pub.pem" "$work/p256.pub.pem" "$es256"
else
    echo "  skipped: jwt-cli cannot be installed here"
fi

echo "== instructions of decode --format json"
if command -v valgrind >/dev/null; then
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$authkit" decode --format json "$hs256" 2>&1 >/dev/null |
        sed -n 's/.*Collected : */  /p'
else
    echo "  skipped: there is no valgrind"
fi

echo "== verify --lines, $tokens HS256 tokens; seconds are microseconds of one run, peak memory in KiB"
"$authkit" issue -q --key "$work/secret" --iss https://issuer.example --sub alice --ttl 12h --count "$tokens" >"$work/tokens"
for threads in 1 2; do
    "$paired" 3 "$threads thread(s), human" "$authkit" verify --key "$work/secret" --lines --threads "$threads" "$work/tokens" -- \
        "$threads thread(s), JSON" "$authkit" verify --format json --key "$work/secret" --lines --threads "$threads" "$work/tokens"
done | awk -v tokens="$tokens" '{ print; for (n = 1; n < NF; n++) if ($(n + 1) == "us") printf "  %*s %12.0f tokens/s\n", 34, "", tokens / $n * 1e6 }'

echo "== the library alone"
cargo bench --quiet --bench bulk
cargo bench --quiet --bench audit
cargo bench --quiet --bench guess
cargo bench --quiet --bench simulate
cargo bench --quiet --bench lint
