import { type AnswerOf, answers } from "@/api/answers";
import { change } from "@/api/change";
import { DEFAULT_SCOPE, type Scope } from "@/lib/url-state";

export type Journeys = AnswerOf<"journeys">;
type Funnels = AnswerOf<"funnels">;
export type KeptFunnel = Funnels["funnels"][number];
export type FunnelRun = AnswerOf<"funnels/{id}/run">;

export const journeysQueries = {
  flow: (scope: Scope, start: string | undefined, end: string | undefined) =>
    answers("journeys", scope, { start, end, limit: "12" }),
  kept: () => answers("funnels", DEFAULT_SCOPE),
  presets: () => answers("funnels/presets", DEFAULT_SCOPE),
  run: (scope: Scope, id: string, by: string | undefined) => answers("funnels/{id}/run", scope, { id, by }),
};

/** A step of a new funnel: kinds of events with a filter, or that the step before was answered. */
export interface NewStep {
  name?: string;
  events?: string[];
  filter?: string;
  answered?: boolean;
}

export const createFunnel = (funnel: { name: string; window: string; steps: NewStep[] }) =>
  change<KeptFunnel>("POST", "funnels", funnel);

export const deleteFunnel = (id: string) => change("DELETE", `funnels/${encodeURIComponent(id)}`);
