#!/bin/sh
# Builds the image by buildah and looks at it: nobody's user, no compiler, a process that says what it lacks. Where buildah is not
# installed it says so and ends. BUILDER and BASE name images; without them a root made by mmdebstrap is both, with this machine's npm.
set -eu
cd "$(dirname "$0")/../.."
skip() { echo "The image is not tried: $1 is not installed"; exit 0; }
command -v buildah > /dev/null || skip buildah
store=$(mktemp -d)
b="buildah --storage-driver vfs --root $store"
trap 'rm -rf "$store" 2> /dev/null || sudo rm -rf "$store"' EXIT
builder=${BUILDER:-localhost/trial-builder}
base=${BASE:-localhost/trial-base}
if [ -z "${BUILDER:-}${BASE:-}" ]; then
  command -v mmdebstrap > /dev/null || skip mmdebstrap
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$store/root.tar"
  c=$($b from scratch)
  $b add "$c" "$store/root.tar" / > /dev/null
  $b commit "$c" trial-base > /dev/null
  c=$($b from localhost/trial-base)
  $b add "$c" "$(readlink -f "$(command -v node)")" /usr/local/bin/node > /dev/null
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  $b add "$c" "$npm" /usr/local/lib/node_modules/npm > /dev/null
  $b run --isolation chroot "$c" -- sh -c 'cd /usr/local/bin && for n in npm npx; do ln -sf ../lib/node_modules/npm/bin/$n-cli.js $n; done'
  # A proxy of the place may sign what the registry sends.
  [ -z "${NODE_EXTRA_CA_CERTS:-}" ] || $b config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$c"
  $b commit "$c" trial-builder > /dev/null
fi
$b bud --isolation chroot --network host -v /etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro \
  --build-arg "BUILDER=$builder" --build-arg "BASE=$base" -f deploy/image/Dockerfile -t assay-trial .
c=$($b from localhost/assay-trial)
run() { $b run --isolation chroot --user 65532:65532 "$c" -- "$@"; }
node=/assay/node_modules/node/bin/node
run $node -e 'if (process.getuid() === 0) throw new Error("root")'
run $node -e 'require("node:fs").accessSync("apps/console/dist/index.html")'
if run $node apps/gateway/src/main.ts 2> "$store/said"; then echo 'It starts without a database?'; exit 1; fi
grep -q 'DATABASE_URL is not set' "$store/said"
echo 'The image is built, runs as nobody in particular, and says what it lacks.'
