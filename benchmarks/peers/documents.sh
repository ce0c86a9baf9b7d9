#!/bin/sh
# Unpacks, without installing them, Debian packages full of documents: FOLDER/mixed (HTML, text, PDF, Markdown) and
# FOLDER/linux. What is there already is not fetched again.
set -eu
folder=$1
mixed="anarchism git-doc nodejs-doc python3.11-doc debian-faq debian-reference-en r-doc-pdf texlive-latex-base-doc"

unpack() { # NAME PACKAGE...
  name=$1
  shift
  [ -e "$folder/$name.done" ] && return
  mkdir -p "$folder/packages" "$folder/unpacked-$name" "$folder/$name"
  for package in "$@"; do
    [ -e "$folder"/packages/"$package"_*.deb ] || (cd "$folder/packages" && apt-get download -q "$package")
    dpkg-deb -x "$folder"/packages/"$package"_*.deb "$folder/unpacked-$name"
  done
  # Links lead out of the folder, and what is no document would only be left out.
  find "$folder/unpacked-$name" -type f -regex '.*\.\(html?\|txt\|md\|pdf\|rst\)\(\.gz\)?' | while read -r file; do
    to="$folder/$name/${file#"$folder/unpacked-$name/"}"
    mkdir -p "$(dirname "$to")"
    ln -f "$file" "$to"
  done
  touch "$folder/$name.done"
}

unpack mixed $mixed
unpack linux linux-doc-6.1
find "$folder/mixed" -type f | wc -l
find "$folder/linux" -type f | wc -l
