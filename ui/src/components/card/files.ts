import { type Asked, fetchAsked } from "@/api/answers";
import { saveFile } from "@/lib/export";

/** Returns a request as a command line; the key stands in a variable, so that it is in no history. */
export function curlOf({ address, body }: Asked): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = ["curl", "-H", '"X-API-Key: $KEY"', quote(`${window.location.origin}${address}`)];
  if (body) parts.push("-H", quote("Content-Type: application/json"), "-d", quote(JSON.stringify(body)));
  return parts.join(" ");
}

/** Asks for an answer as a file, and keeps it. Answers without a body are linked to instead. */
export async function saveAnswer(asked: Asked, own: Record<string, string>, name: string): Promise<void> {
  const response = await fetchAsked(asked, own);
  saveFile(name, await response.blob());
}
