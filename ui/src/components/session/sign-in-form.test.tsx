import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { apiFetch, keepCsrf } from "@/api/client";
import { type Session, sessionQuery } from "@/api/session";
import { renderPart } from "@/test/render";
import { SignInForm } from "./sign-in-form";
import { useSignIn } from "./use-sign-in";

afterEach(() => {
  vi.unstubAllGlobals();
  keepCsrf(undefined);
});

const session: Session = { id: "s1", name: "laptop", role: null, access: "read", workspaces: [], csrf: "t1" };
const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const refusal = (code: string) => ({ error: { code, message: code } });

function Door({ onEntered }: { onEntered: () => void }) {
  return <SignInForm {...useSignIn(onEntered)} />;
}

test("a wrong key says why, a right one signs in", async () => {
  const fetched = vi
    .fn()
    .mockResolvedValueOnce(answer(401, refusal("key_unknown")))
    .mockResolvedValueOnce(answer(200, session));
  vi.stubGlobal("fetch", fetched);
  const entered = vi.fn();
  const { queries } = await renderPart(<Door onEntered={entered} />);
  const field = screen.getByLabelText("API key");
  await userEvent.type(field, "nca_wrong{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("not known");
  expect(entered).not.toHaveBeenCalled();
  await userEvent.clear(field);
  await userEvent.type(field, "nca_right");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(entered).toHaveBeenCalledOnce();
  expect(queries.getQueryData(sessionQuery.queryKey)).toEqual(session);
  expect(JSON.parse(fetched.mock.calls[1]?.[1].body)).toEqual({ key: "nca_right" });
});

test("what changes something shows the token, that of another tab too", async () => {
  keepCsrf("old");
  const fetched = vi
    .fn()
    .mockResolvedValueOnce(answer(403, refusal("csrf_refused")))
    .mockResolvedValueOnce(answer(200, session))
    .mockResolvedValueOnce(answer(200, {}));
  vi.stubGlobal("fetch", fetched);
  await apiFetch("/query", { method: "POST", body: "{}" });
  const shown = fetched.mock.calls.map(([, init]) => new Headers(init.headers).get("x-csrf-token"));
  expect(shown).toEqual(["old", null, "t1"]);
});
