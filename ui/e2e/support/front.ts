/**
 * Pages that are worked on in front of a binary with older ones: what `E2E_PAGES` names is served instead of
 * what is embedded, with the headers that the binary gives. Everything else goes through.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const PREFIX = "/admin/analytics";
const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export interface Front {
  port: number;
  stop: () => Promise<void>;
}

/** Serves the pages of a folder in front of a service. */
export async function startFront(folder: string, port: number): Promise<Front> {
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? "/", "http://localhost");
    const isPage = pathname.startsWith(PREFIX) && !pathname.startsWith(`${PREFIX}/api`);
    const served = isPage ? servePage(folder, port, pathname, asked, answer) : passOn(port, asked, answer);
    served.catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function servePage(
  folder: string,
  port: number,
  path: string,
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const name = normalize(path.slice(PREFIX.length)).replace(/^\/+/, "");
  const file = extname(name) && (await readFile(join(folder, name)).catch(() => undefined));
  if (file) {
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    answer.writeHead(200, { "content-type": type, "content-encoding": "gzip" });
    answer.end(gzipSync(file));
    return;
  }
  if (name.startsWith("_assets/")) {
    answer.writeHead(404).end();
    return;
  }
  const embedded = await fetch(`http://127.0.0.1:${port}${asked.url}`);
  const text = await embedded.text();
  const nonce = /name="csp-nonce" content="([^"]*)"/.exec(text)?.[1] ?? "";
  const policy = embedded.headers.get("content-security-policy") ?? "";
  const ancestors = /frame-ancestors (.*)$/.exec(policy)?.[1] ?? "'none'";
  const headers = [
    "content-type",
    "content-security-policy",
    "cache-control",
    "x-content-type-options",
    "referrer-policy",
    "x-robots-tag",
  ];
  for (const header of headers) {
    const value = embedded.headers.get(header);
    if (value) answer.setHeader(header, value);
  }
  const index = await readFile(join(folder, "index.html"), "utf8");
  answer.end(index.replaceAll("__CSP_NONCE__", nonce).replaceAll("__FRAME_ANCESTORS__", ancestors));
}

function passOn(port: number, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = asked;
    const passed = request({ host: "127.0.0.1", port, method, path: url, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
      given.once("end", resolve);
      given.once("error", reject);
    });
    passed.once("error", reject);
    asked.pipe(passed);
  });
}
