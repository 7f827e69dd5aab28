import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Front, startFront } from "./front";

/** The key with every right that each service is started with. */
export const ADMIN_KEY = "end-to-end-admin-key-of-32-characters";
/** The zone that the service reports in: with clock changes, and not the browser's. */
export const ZONE = "Europe/Berlin";
/** Time until the demo's history is stored, on a busy machine. */
const START_MS = 180_000;
const STOP_MS = 20_000;

export interface ServiceOptions {
  /** Whether it has the demo's history; else its store is empty. */
  demo?: boolean;
  env?: Record<string, string>;
}

/** The real binary, on a port of its own and a data folder that is deleted afterwards. */
export class Service {
  #process: ChildProcess | undefined;
  #log = "";
  #front: Front | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly options: ServiceOptions,
  ) {}

  /** Starts one, and waits until it answers. */
  static async start(options: ServiceOptions = {}): Promise<Service> {
    const folder = await mkdtemp(join(tmpdir(), "nchat-analytics-e2e-"));
    const service = new Service(folder, await freePort(), options);
    await service.resume();
    const pages = process.env["E2E_PAGES"];
    if (pages) service.#front = await startFront(pages, service.port);
    return service;
  }

  /** The origin of pages and API. */
  get url(): string {
    return `http://127.0.0.1:${this.#front?.port ?? this.port}`;
  }

  /** What the service has said. */
  get log(): string {
    return this.#log;
  }

  get #env(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      PATH,
      HOME,
      ANALYTICS_DATA_DIR: this.folder,
      ANALYTICS_HOST: "127.0.0.1",
      ANALYTICS_PORT: String(this.port),
      ANALYTICS_API_KEY: ADMIN_KEY,
      ANALYTICS_TIMEZONE: ZONE,
      LOG_FORMAT: "text",
      LOG_LEVEL: "warn",
      ...this.options.env,
    };
  }

  /** Starts it again, on the same port and folder. */
  async resume(): Promise<void> {
    const started = spawn(binaryPath(), ["serve", ...(this.options.demo ? ["--demo"] : [])], {
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = started;
    for (const stream of [started.stdout, started.stderr])
      stream?.on("data", (text) => {
        this.#log += text;
      });
    const end = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (started.exitCode !== null || Date.now() > end)
        throw new Error(`The service did not start:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/health`)).ok;
    } catch {
      return false;
    }
  }

  /** Ends it; the folder stays until `remove()`. */
  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGTERM");
    const timer = setTimeout(() => running.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(timer);
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#front?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs another command of the binary beside it, and returns what it prints. */
  async run(...command: string[]): Promise<string> {
    return (await promisify(execFile)(binaryPath(), command, { env: this.#env })).stdout;
  }

  /** Asks the API with the admin key. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { "x-api-key": ADMIN_KEY, "content-type": "application/json", ...init.headers };
    return fetch(`http://127.0.0.1:${this.port}/api/analytics/${path}`, { ...init, headers });
  }

  /** Asks the API, and returns its JSON; throws for whatever is no answer. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they need of any answer
  async json(path: string, body?: unknown): Promise<any> {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await this.fetch(path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** Sends events. */
  async track(events: object[]): Promise<void> {
    await this.json("track", { events });
  }
}

function binaryPath(): string {
  const path = process.env["E2E_BINARY"];
  if (!path) throw new Error("E2E_BINARY has to say where the binary is: scripts/e2e.sh does.");
  return path;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
