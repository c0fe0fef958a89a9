# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# For the scripts beside this one: unpacks packages of Debian 12 into a folder that is gone when the script ends. Nothing is
# installed into the system. A version that Debian has replaced since is an error: then the finding has to be looked at anew.

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# unpack PACKAGE=VERSION ...: into $folder
unpack() {
    (
        cd "$folder"
        for package in "$@"; do
            apt-get download -qq -o APT::Sandbox::User=root "$package" 2>apt.log || { cat apt.log >&2; exit 2; }
        done
        for file in ./*.deb; do dpkg-deb -x "$file" .; done
        rm -f ./*.deb
    )
    libraries=$folder/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -dumpmachine)
    export LD_LIBRARY_PATH="$libraries"
}

# expect WHAT WANTED SEEN
expect() {
    if [ "$2" = "$3" ]; then
        printf 'as found: %s: %s\n' "$1" "$3"
    else
        printf 'CHANGED: %s: %s (found before: %s)\n' "$1" "$3" "$2" >&2
        exit 1
    fi
}
