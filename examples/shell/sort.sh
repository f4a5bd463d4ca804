#!/bin/sh
# Sorts the lines of the file $1 by their bytes and writes them to the file $2.
set -eu
LC_ALL=C sort -o "$2" -- "$1"
