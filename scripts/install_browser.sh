#!/bin/sh
# Makes sure that Chromium and fonts for Chinese and emoji are here, through apt where that is allowed.
set -eu

if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'cjk'; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and fonts …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji fontconfig >/dev/null
    exit 0
fi
echo "The browser tests need Chromium and fonts. Install them, then try again, on Debian with:" >&2
echo "  sudo apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji" >&2
exit 1
