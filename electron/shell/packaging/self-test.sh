#!/bin/sh
# self-test.sh --config FILE --data FOLDER: prints the report of Electron's self-test, and ends with 0 when all is well in it.
# Electron does not begin without a display: it gets one that nobody sees, and folders of its own. By the report and not by the exit code:
# cage of Debian 12 does not hand on its program's (cage-kiosk/cage #270).
set -eu
folder="$(cd "$(dirname "$0")/.." && pwd)"
own="$(mktemp -d)"
trap 'rm -rf "$own"' EXIT
export XDG_RUNTIME_DIR="$own" XDG_CONFIG_HOME="$own" XDG_CACHE_HOME="$own"
export WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1
cage -d -- "$folder/yizhan" --ozone-platform=wayland --self-test --report "$own/report.json" "$@" >&2 || true
[ -s "$own/report.json" ] || { echo "self-test.sh: Electron gave no report; what it said is above" >&2; exit 1; }
"${YIZHAN_NODE:-node}" -e '
  const text = require("node:fs").readFileSync(process.argv[1], "utf8");
  process.stdout.write(text);
  process.exitCode = JSON.parse(text).ok === true ? 0 : 1;
' "$own/report.json"
