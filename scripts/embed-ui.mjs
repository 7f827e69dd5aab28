// Copies a build of the pages to where the binary takes it from, each file beside its brotli and gzip form
// where that is smaller: node scripts/embed-ui.mjs ui/dist crates/server/pages
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [from, to] = process.argv.slice(2);
if (!from || !to || !existsSync(join(from, "index.html"))) {
  console.error(`embed-ui: there is no build of the pages in ${from}`);
  process.exit(1);
}

// Pictures and fonts are compressed already.
const texts = new Set([".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"]);

mkdirSync(to, { recursive: true });
for (const name of readdirSync(to)) {
  if (!name.startsWith(".")) rmSync(join(to, name), { recursive: true });
}
cpSync(from, to, { recursive: true });

let files = 0;
let bytes = 0;
for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath ?? entry.path, entry.name);
  // The page itself differs from answer to answer.
  if (!entry.isFile() || entry.name.startsWith(".") || entry.name === "index.html") continue;
  const plain = readFileSync(file);
  files += 1;
  let smallest = plain.length;
  if (texts.has(extname(file))) {
    const parameters = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    };
    for (const [ending, packed] of [
      [".gz", gzipSync(plain, { level: constants.Z_BEST_COMPRESSION })],
      [".br", brotliCompressSync(plain, { params: parameters })],
    ]) {
      if (packed.length < plain.length) writeFileSync(file + ending, packed);
      smallest = Math.min(smallest, packed.length);
    }
  }
  bytes += smallest;
}
// What is older than the page is in it.
const now = new Date();
utimesSync(join(to, "index.html"), now, now);
console.error(`embed-ui: ${files} files, ${Math.round(bytes / 1024)} KiB compressed`);
