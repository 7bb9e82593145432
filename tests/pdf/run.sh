#!/usr/bin/env bash
# The real ihc-pdf on documents good, hostile and broken; what comes out is judged by other people's tools.
#   tests/pdf/run.sh PATH/ihc-pdf
set -uo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
beacon=
cleanup() { [ -z "$beacon" ] || kill "$beacon" 2>/dev/null; rm -rf "$work"; }
trap cleanup EXIT
chmod 755 "$work"
cd "$work"
failures=0

for tool in qpdf pdfinfo pdffonts pdftotext pdftoppm faketime python3; do
  command -v "$tool" >/dev/null || { echo "needs $tool: run scripts/setup --tests"; exit 1; }
done

fail() { echo "FAIL $*"; failures=$((failures + 1)); }
ok() { echo "ok   $*"; }
# check NAME COMMAND…: the command succeeds.
check() { local name=$1; shift; if "$@" >check.out 2>&1; then ok "$name"; else fail "$name"; head -20 check.out; fi; }
refuse() { local name=$1; shift; if "$@" >check.out 2>&1; then fail "$name"; head -20 check.out; else ok "$name"; fi; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else fail "$1"; printf '  expected: %s\n  found:    %s\n' "$2" "$3"; fi; }

header='{"title":"Health check – Zürich","author":"A. Consultant","subject":"node-1","language":"en","created_epoch_s":1795000000,"header":{"left":"株式会社サンプル & <Co>","right":"node-1"},"footer":{"left":"Confidential","right":"{page} / {pages}"},"first_band_page":2,"band_style":"font: 7.5pt '"'DejaVu Sans'"'; color: #5a6570","margins_mm":[22,18,20,18]}'
request() { printf 'ihc-pdf-request/1\n%s\n' "$header"; cat "$1"; }

# expect_failure NAME EXIT REGEX INPUT [ARGUMENT…]: that exit code, nothing on standard output, one line on standard error.
expect_failure() {
  local name=$1 code=$2 regex=$3 input=$4; shift 4
  "$program" "$@" <"$input" >out 2>err
  same "$name: exit code" "$code" "$?"
  same "$name: no output" 0 "$(stat -c %s out)"
  same "$name: one line on standard error" 1 "$(wc -l <err)"
  check "$name: says so" grep -qE "$regex" err
}

# ---- a document ------------------------------------------------------------------------------------------------------------

request "$here/document.html" >document.req
"$program" <document.req >document.pdf 2>err
same 'document: exit code' 0 "$?"
check 'document: qpdf accepts it' qpdf --check document.pdf
same 'document: notes on links taken out' $'note: a link was taken out: #nowhere\nnote: a link was taken out: javascript:alert(1)\nnote: a link was taken out: other.html\nnote: a link was taken out: passwd' "$(cat err)"
pdfinfo document.pdf >info
check 'document: title' grep -qx 'Title:           Health check – Zürich' info
check 'document: author' grep -qx 'Author:          A. Consultant' info
check 'document: subject' grep -qx 'Subject:         node-1' info
check 'document: date from the request' grep -qE '^CreationDate: +Wed Nov 18 11:06:40 2026' info
check 'document: A4' grep -q '(A4)' info
check 'document: three pages' grep -qE '^Pages: +3$' info
refuse 'document: no word of Qt or WebKit' grep -qiE 'qt|wkhtml' info
pdfinfo -meta document.pdf >meta
check 'document: title in XMP' grep -q 'Health check – Zürich' meta
check 'document: author in XMP' grep -q 'A. Consultant' meta
pdffonts document.pdf | tail -n +3 >fonts
check 'document: it has fonts' test -s fonts
same 'document: every font is embedded' '' "$(awk '{ if ($(NF-4) != "yes") print }' fonts)"

qpdf --qdf --object-streams=disable document.pdf plain.pdf
same 'document: no link to a file' '' "$(grep -a -iE '/(URI|F) *\(?(file|[^h)]*:)' plain.pdf | grep -av 'mailto:')"
same 'document: the one link out of it' '    /URI (https://example.com/a?b=c&d=e)' "$(grep -a '/URI (' plain.pdf)"
same 'document: three jumps' 3 "$(grep -ac '/S /GoTo' plain.pdf)"
same 'document: no trace of the temporary folder' '' "$(grep -a -E 'wktemp|ihc-pdf\.|/tmp/' plain.pdf)"
same 'document: no markers left' '' "$(grep -a -E 'ihc-dest|ihc-ruler' plain.pdf)"
check 'document: language' grep -aq '/Lang (en)' plain.pdf
check 'document: shows its title' grep -aq '/DisplayDocTitle true' plain.pdf
check 'document: shows its outline' grep -aq '/PageMode /UseOutlines' plain.pdf
same 'document: destinations and their pages' '2 "placement" 2 "sub" 3 "evidence-1" 3 "größe"' \
  "$(pdfinfo -dests document.pdf | awk 'NR > 1 { print $1, $NF }' | sort | tr '\n' ' ' | sed 's/ $//')"
same 'document: outline entries' 3 "$(grep -acE '^  /Title ' <(sed -n '/\/Outlines/,$p' plain.pdf | grep -av 'Health'))"

pdftotext -layout document.pdf text
same 'document: page numbers in the table of contents' '2 3 3' "$(awk '/^ *(Placement|Größe|Evidence) +[0-9]+$/ { print $2 }' text | head -3 | tr '\n' ' ' | sed 's/ $//')"
same 'document: running footer on pages 2 and 3' '2 / 3|3 / 3' "$(grep -oE '[0-9] ?/ ?[0-9]' text | sed -E 's# ?/ ?# / #' | paste -sd'|')"
same 'document: running header in any script' 2 "$(grep -c '株式会社サンプル & <Co>' text)"
check 'document: other scripts in the text' grep -q '日本語 Привет' text
box=$(pdftoppm -r 254 -f 1 -l 1 document.pdf | python3 -c '
import sys
data = sys.stdin.buffer.read()
width, height = map(int, data.split(b"\n", 3)[1].split())
pixels = data.split(b"\n", 3)[3]
rows = [pixels[y * width * 3:(y + 1) * width * 3] for y in range(height)]
blue = [y for y, row in enumerate(rows) if b"\xcc\xdd\xee" * 9 in row]
row = rows[blue[-1] - 5]
columns = [x for x in range(width) if row[x * 3:x * 3 + 3] == b"\xcc\xdd\xee"]
near = lambda value, wanted: "%d" % wanted if abs(value - wanted) <= 3 else "%d" % value
print(near(len(columns), 1000), near(len(blue), 500), near(columns[0], 180), near(blue[0], 220))')
same 'document: 100 by 50 mm at 18 and 22 mm, in tenths' '1000 500 180 220' "$box"

# ---- the same bytes --------------------------------------------------------------------------------------------------------

sleep 1.1
"$program" <document.req >again.pdf 2>/dev/null
check 'bytes: the same a second later' cmp document.pdf again.pdf
faketime '2031-05-06 07:08:09' "$program" <document.req >again.pdf 2>/dev/null
check 'bytes: the same at another system date' cmp document.pdf again.pdf
env -i LANG=de_DE.UTF-8 TZ=Asia/Tokyo QT_HASH_SEED=7 QT_SCALE_FACTOR=2 HOME=/nowhere "$program" <document.req >again.pdf 2>/dev/null
check 'bytes: the same in another environment' cmp document.pdf again.pdf
(cd / && "$program" <"$work/document.req" >"$work/again.pdf" 2>/dev/null)
check 'bytes: the same from another folder' cmp document.pdf again.pdf
if [ "$(id -u)" = 0 ] && [ -r /usr/bin/setpriv ] && setpriv --reuid 65534 --clear-groups test -x "$program"; then
  setpriv --reuid 65534 --regid 65534 --clear-groups "$program" <document.req >again.pdf 2>/dev/null
  check 'bytes: the same for a user without rights' cmp document.pdf again.pdf
fi

# ---- a hostile document ----------------------------------------------------------------------------------------------------

python3 "$here/beacon.py" >hits &
beacon=$!
for _ in $(seq 50); do [ -s hits ] && break; sleep 0.1; done
port=$(head -1 hits)
python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).send(b'control')"
sleep 0.2
same 'hostile: the listener listens' 1 "$(grep -c control hits)"
sed "s/PORT/$port/g" "$here/hostile.html" >hostile.html
request hostile.html >hostile.req
"$program" --timeout 20 <hostile.req >hostile.pdf 2>err
same 'hostile: exit code' 0 "$?"
sleep 0.3
same 'hostile: nobody was called' 1 "$(grep -c hit hits)"
pdftotext hostile.pdf text
check 'hostile: its own text is there' grep -q 'safe text' text
refuse 'hostile: no file was read' grep -qE "root:|$(hostname | sed 's/[.]/\\./g')" text
refuse 'hostile: no script ran' grep -q 'SCRIPT RAN' text
qpdf --qdf --object-streams=disable hostile.pdf plain.pdf
refuse 'hostile: no link to a file' grep -aqi '/URI (file' plain.pdf
same 'private folders are gone' '' "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'ihc-pdf.*' -user nobody -mmin -2 2>/dev/null)"

# ---- broken input ----------------------------------------------------------------------------------------------------------

: >empty
expect_failure 'nothing' 3 'empty' empty
printf 'hello' >input;                                    expect_failure 'not a request' 3 'does not begin with' input
printf 'ihc-pdf-request/1\n{"title":' >input;             expect_failure 'header cut' 3 'cut' input
printf 'ihc-pdf-request/1\n{"title":}\n<p>' >input;       expect_failure 'header not JSON' 3 'header' input
printf 'ihc-pdf-request/1\n[1]\n<p>' >input;              expect_failure 'header not an object' 3 'not a JSON object' input
printf 'ihc-pdf-request/1\n{"title":"x"}\n<p>' >input;    expect_failure 'header without fields' 3 'lacks a field' input
printf 'ihc-pdf-request/1\n%s\n' "$header" >input;        expect_failure 'no HTML' 3 'no HTML' input
request <(printf '<p>\377\376</p>') >input;               expect_failure 'not UTF-8' 3 'not UTF-8' input
request <(printf '<p>a\0b</p>') >input;                   expect_failure 'a NUL byte' 3 'not UTF-8' input
request <(printf '<p><!--ihc-page:gone--></p>') >input;   expect_failure 'page number of nothing' 3 'gone' input
request <(printf '<p><!--ihc-page:gone') >input;          expect_failure 'page number comment cut' 3 'cut' input
{ printf 'ihc-pdf-request/1\n{"title":"'; head -c 70000 /dev/zero | tr '\0' x; printf '"}\n<p>'; } >input
expect_failure 'header too long' 4 'header line is too long' input
expect_failure 'unknown argument' 2 'unknown arguments' empty --frobnicate
expect_failure 'no time at all' 2 'unknown arguments' empty --timeout 0

limit=$((64 * 1024 * 1024))
{ printf 'ihc-pdf-request/1\n%s\n' "$header"; printf '<p>x</p>'; head -c $((limit - 7)) /dev/zero | tr '\0' ' '; } >input
expect_failure 'HTML one past its limit' 4 'limit' input
truncate -s -1 input
"$program" <input >out 2>err
same 'HTML at its limit: exit code' 0 "$?"

# A page that takes long to lay out, and one that never comes.
python3 -c 'print("<table>" + "<tr><td>" * 400000)' >slow.html
request slow.html >input
expect_failure 'too slow' 5 'too long' input --timeout 1
python3 -c 'print("<table>" + "<tr><td>abc def" * 3000000)' >large.html
request large.html >input
expect_failure 'past the limit on memory' 6 'ran out of memory' input
sleep 4 | "$program" --timeout 1 >out 2>err
same 'input that never comes: exit code' 5 "${PIPESTATUS[1]}"

# A request to stop takes everything along.
(sleep 20 | "$program" >out 2>err) &
sleep 0.5
child=$(pgrep -n -f -- '--confined')
kill -TERM "$(ps -o ppid= -p "$child")"
sleep 0.5
refuse 'asked to stop: the confined half is gone' kill -0 "$child"

for html in '<' '<!DOCTYPE' '<html><body><table><tr><td>' '&#0;&#xffffffff;' '<svg><svg><svg>' '<p style="width:99999999mm">x</p>' '</body></html><p>late' "$(printf '<div>%.0s' $(seq 3000))deep"; do
  request <(printf '%s' "$html") >input
  "$program" <input >out 2>err
  same "odd HTML ${html:0:30}: exit code" 0 "$?"
  check "odd HTML ${html:0:30}: a PDF" qpdf --check out
done
request <(printf '<p style="width:300mm">wide</p>') >input
"$program" <input >out 2>err
check 'too wide: says so' grep -qE '^note: something is wider than the page: the document was shrunk to [0-9]+ %$' err

echo
[ "$failures" = 0 ] && echo "pdf: all checks passed" || echo "pdf: $failures checks failed"
exit $((failures != 0))
