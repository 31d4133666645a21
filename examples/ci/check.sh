#!/bin/sh
# Plain shell, for any other system: checks what a preview of the real engine says against what is
# deployed now. Usage: check.sh DEPLOYED PREVIEW, for example
#   pulumi stack export > deployed.json
#   pulumi preview --json --show-sames > preview.json
#   check.sh deployed.json preview.json
set -u
apig-cost diff "$1" "$2" --format markdown --output apig-cost.md
code=$?
case $code in
  0) echo "within every limit" ;;
  1) echo "over a limit, or a mandatory policy is violated: see apig-cost.md" ;;
  2) echo "settings or input are wrong: nothing was decided" ;;
  3) echo "cannot decide: see apig-cost.md for the inputs that are missing" ;;
esac
exit $code
